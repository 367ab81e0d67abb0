"""Bodies as they are found in the wild."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings, strategies as st

from deliveries import NOON, alert, body, read
from runbookkit.errors import DeliveryError
from runbookkit.incidents.alertmanager import (
    LONGEST_VALUE,
    MOST_LABELS,
    fingerprint,
    parse,
    parse_listed,
)


def test_keys_of_later_versions_are_let_go() -> None:
    raw = body([alert()], notification_reason="repeat interval elapsed", routeLabels={})

    assert read(raw).reason == "repeat interval elapsed"


def test_what_imitators_leave_out_is_not_missed() -> None:
    raw = b'{"alerts": [{"status": "firing", "labels": {"alertname": "Slow"}}]}'

    delivery = read(raw)

    assert delivery.group_key == ""
    assert delivery.alerts[0].starts_at == NOON
    assert delivery.alerts[0].fingerprint == fingerprint({"alertname": "Slow"})


def test_an_empty_fingerprint_is_computed_as_alertmanager_computes_it() -> None:
    labels = {"service": "x", "alertname": "HookNoRetry", "severity": "page"}
    raw = body([{**alert(), "labels": labels, "fingerprint": ""}])

    assert read(raw).alerts[0].fingerprint == "2d9e0678690a8f25"


def test_a_quoted_receiver_is_unquoted() -> None:
    assert read(body([alert()], receiver=r"team\.a\+b")).receiver == "team.a+b"


def test_nine_digits_and_the_year_one_are_times_as_go_writes_them() -> None:
    starts = "2026-11-20T18:55:42.380693126Z"
    raw = body([{**alert(), "startsAt": starts}])

    found = read(raw).alerts[0]

    assert found.starts_at == datetime(2026, 11, 20, 18, 55, 42, 380693, UTC)
    assert found.ends_at is None


@pytest.mark.parametrize("text", ["", "soon", "0001-01-01T00:00:00Z", "9999-99-99"])
def test_a_time_that_cannot_be_read_loses_no_alert(text: str) -> None:
    raw = body([{**alert(end=3), "startsAt": text, "endsAt": text}])

    found = read(raw, 5).alerts[0]

    assert found.starts_at == found.ends_at == read(raw, 5).received_at


def test_firing_and_resolved_alerts_come_in_one_body() -> None:
    raw = body([alert("A"), alert("B", end=2)], status="firing")

    assert [each.status for each in read(raw).alerts] == ["firing", "resolved"]


def test_of_one_alert_twice_the_one_that_fires_counts() -> None:
    raw = body([alert(end=1), alert(), alert(end=2)])

    assert [each.status for each in read(raw).alerts] == ["firing"]


def test_maps_that_go_never_made_are_null() -> None:
    raw = body([{**alert(), "annotations": None}], groupLabels=None)

    delivery = read(raw)

    assert not delivery.group_labels
    assert not delivery.alerts[0].annotations
    assert not read(b'{"alerts": null}').alerts


def test_long_values_and_many_labels_are_cut_and_marked() -> None:
    labels = {f"l{number}": "v" for number in range(MOST_LABELS + 40)}
    long = {**alert(), "labels": {**labels, "alertname": "x" * LONGEST_VALUE * 2}}

    found = read(body([long])).alerts[0]

    assert found.cut
    assert len(found.labels) == MOST_LABELS
    assert len(found.labels["alertname"]) == LONGEST_VALUE


def test_values_that_are_no_texts_are_shown_as_json() -> None:
    raw = body([{**alert(), "annotations": {"n": 3, "list": [1, None]}}])

    assert dict(read(raw).alerts[0].annotations) == {"n": "3", "list": "[1, null]"}


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "EOF"),
        (b"[]", "object"),
        (b"{}", "alerts: Field required"),
        (b'{"text": "my own payload"}', "alerts: Field required"),
        (b'{"alerts": 3}', "alerts: Input should be a valid array"),
        (b'{"version": "5", "alerts": []}', "version '5', not 4"),
        (b'{"alerts": [{"status": "odd"}]}', "status 'odd'"),
        (b'{"alerts": [{"status": "firing", "labels": 1}]}', "alerts.0.labels"),
        (b'{"a":' * 100_000, "recursion"),
        (b'{"alerts": [{}' + b",{}" * 10_000 + b"]}", "at most 10000"),
        (b'{"alerts": [], "receiver": "\xff"}', "JSON"),
    ],
)
def test_a_body_that_is_none_is_refused_with_the_reason(raw: bytes, said: str) -> None:
    with pytest.raises(DeliveryError, match=said):
        read(raw)


@settings(deadline=None)
@given(
    st.binary()
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda each: (
            st.lists(each)
            | st.dictionaries(
                st.text() | st.sampled_from(["alerts", "labels", "status", "startsAt"]),
                each,
            )
        ),
    ).map(lambda value: json.dumps({"alerts": [value], "status": "firing"}).encode())
)
def test_no_body_does_worse_than_being_refused(raw: bytes) -> None:
    try:
        delivery = parse("prod", raw, NOON)
    except DeliveryError:
        return
    assert all(each.starts_at.tzinfo is not None for each in delivery.alerts)


def test_the_list_says_which_alerts_are_suppressed() -> None:
    labels = {"alertname": "Slow"}
    raw = json.dumps(
        [
            {
                "labels": labels,
                "annotations": {},
                "startsAt": "2026-11-20T11:00:00.000Z",
                "endsAt": "2026-11-20T12:04:00.000Z",
                "updatedAt": "2026-11-20T12:00:00.000Z",
                "fingerprint": fingerprint(labels),
                "receivers": [{"name": "runbookkit"}],
                "status": {
                    "state": "suppressed",
                    "silencedBy": ["a"],
                    "inhibitedBy": [],
                },
            }
        ]
    ).encode()

    listed = parse_listed("prod", raw, NOON)

    assert listed[0].suppressed
    assert listed[0].alert.ends_at is None
    assert listed[0].alert.fingerprint == fingerprint(labels)


def test_a_list_that_is_none_is_refused() -> None:
    with pytest.raises(DeliveryError, match="prod: webhook"):
        parse_listed("prod", b'{"status": "success"}', NOON)
