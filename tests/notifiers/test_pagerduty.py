"""The notifier for PagerDuty against its events and REST APIs on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from httpx2 import HTTPTransport, Request, Response
from pagerduty import EventsApiV2Client  # noqa: TID253  what this is about

from doubles.clocks import StillClock
from doubles.faulty import Fault
from doubles.pagerduty import ROUTING_KEY, SERVICE, TOKEN, PagerDuty
from notifiers.effects import BLOCK, HOSTILE, HOSTILE_BLOCK, HOSTILE_ROW, effect
from runbookkit.errors import ConfigError, NotifierError
from runbookkit.http import Transport
from runbookkit.notifiers import pagerduty
from runbookkit.notifiers.pagerduty import dedup_key

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
KEY = "rbk:runbookkit:41"


@pytest.fixture
def service() -> PagerDuty:
    return PagerDuty()


@pytest.fixture
def url(service: PagerDuty) -> Iterator[str]:
    with service.served() as url:
        yield url


@pytest.fixture
def notifier(url: str) -> pagerduty.PagerDuty:
    return connected(url)


def connected(url: str, **options: object) -> pagerduty.PagerDuty:
    told: dict[str, object] = {
        "routing_key": ROUTING_KEY,
        "api_token": TOKEN,
        "user": "oncall@example.com",
        "service": SERVICE,
        "events_url": url,
        "api_url": url,
        "seconds": 0.3,
    }
    config = pagerduty.Config(**{**told, **options})  # type: ignore[arg-type]
    return pagerduty.connect(config, clock=StillClock())


def test_an_incident_pages_once_under_its_own_key(
    service: PagerDuty, notifier: pagerduty.PagerDuty
) -> None:
    receipt = notifier.perform(effect("page", block=BLOCK), 1)

    (incident,) = service.under(KEY)
    assert incident.payload["summary"] == "Slow: checkout"
    assert incident.payload["severity"] == "error"
    assert incident.payload["custom_details"] == dict(BLOCK.lines)
    assert receipt.refs == {"incident": incident.id}
    assert receipt.url.endswith(incident.id)


@pytest.mark.parametrize(
    "fault", ["late", "dropped", "lost", "429", "500", "slow", "cut"]
)
def test_a_page_arrives_once_whatever_happens_to_an_answer(
    service: PagerDuty, notifier: pagerduty.PagerDuty, fault: Fault
) -> None:
    service.faults.once(fault, "/v2/enqueue")
    with pytest.raises(NotifierError) as failed:
        notifier.perform(effect("page"), 1)

    receipt = notifier.perform(effect("page"), 2)

    assert failed.value.retryable
    (incident,) = service.under(KEY)
    assert incident.log == ["trigger"]
    assert receipt.refs == {"incident": incident.id}


def test_a_page_that_was_lost_while_it_was_resolved_by_hand_does_not_page_again(
    service: PagerDuty, notifier: pagerduty.PagerDuty
) -> None:
    service.faults.once("dropped", "/v2/enqueue")
    with pytest.raises(NotifierError):
        notifier.perform(effect("page"), 1)
    service.incidents[0].status = "resolved"

    receipt = notifier.perform(effect("page"), 2)

    assert receipt.found
    assert len(service.incidents) == 1


def test_a_page_after_a_resolve_is_another_one(
    service: PagerDuty, notifier: pagerduty.PagerDuty
) -> None:
    refs = notifier.perform(effect("page"), 1).refs
    notifier.perform(effect("resolve page", refs=refs), 1)
    service.faults.once("lost", "/v2/enqueue")
    again = effect("page", "41 page 2", refs=refs)
    with pytest.raises(NotifierError, match="not to be seen yet"):
        notifier.perform(again, 1)

    receipt = notifier.perform(again, 2)

    assert [each.status for each in service.under(KEY)] == ["resolved", "triggered"]
    assert receipt.refs == {"incident": service.incidents[1].id}


@pytest.mark.parametrize("fault", ["late", "dropped", "lost", "500", "slow"])
@pytest.mark.parametrize(
    ("kind", "status"),
    [("acknowledge page", "acknowledged"), ("resolve page", "resolved")],
)
def test_a_page_is_answered_whatever_happens_to_an_answer(
    service: PagerDuty,
    notifier: pagerduty.PagerDuty,
    fault: Fault,
    kind: str,
    status: str,
) -> None:
    notifier.perform(effect("page"), 1)
    service.faults.once(fault, "/v2/enqueue")
    answer = effect(kind)  # type: ignore[arg-type]
    with pytest.raises(NotifierError):
        notifier.perform(answer, 1)

    notifier.perform(answer, 2)

    (incident,) = service.under(KEY)
    assert incident.status == status
    assert len(incident.log) == 2


def test_what_was_never_paged_needs_no_resolve(
    service: PagerDuty, notifier: pagerduty.PagerDuty
) -> None:
    notifier.perform(effect("resolve page"), 1)

    assert service.incidents == []


@pytest.mark.parametrize("fault", ["late", "dropped", "500", "slow"])
def test_a_note_is_written_once_whatever_happens_to_an_answer(
    service: PagerDuty, notifier: pagerduty.PagerDuty, fault: Fault
) -> None:
    refs = notifier.perform(effect("page"), 1).refs
    note = effect("note", text="p99 is 4 s", refs=refs)
    service.faults.once(fault, "/notes")
    with pytest.raises(NotifierError):
        notifier.perform(note, 1)

    notifier.perform(note, 2)

    (text,) = service.incidents[0].notes
    assert text.startswith("p99 is 4 s\n")


@pytest.mark.parametrize("fault", ["late", "dropped", "lost", "500", "slow"])
def test_a_change_is_told_once_whatever_happens_to_an_answer(
    service: PagerDuty, notifier: pagerduty.PagerDuty, fault: Fault
) -> None:
    change = effect("change event", text="Rolled the deploy back")
    service.faults.once(fault, "/v2/change/enqueue")
    with pytest.raises(NotifierError):
        notifier.perform(change, 1)

    notifier.perform(change, 2)

    assert [each["summary"] for each in service.changes] == ["Rolled the deploy back"]


def test_without_a_token_what_was_accepted_is_believed(
    service: PagerDuty, url: str
) -> None:
    notifier = connected(url, api_token="")

    notifier.perform(effect("page"), 1)

    assert "note" not in notifier.kinds
    assert len(service.calls) == 1


def test_text_from_outside_is_text(
    service: PagerDuty, notifier: pagerduty.PagerDuty
) -> None:
    hostile = effect("page", incident=HOSTILE_ROW, block=HOSTILE_BLOCK)

    refs = notifier.perform(hostile, 1).refs
    notifier.perform(effect("note", text=HOSTILE, refs=refs), 1)

    sent = json.dumps([call.json for call in service.calls if call.method == "POST"])
    assert "{{ 7*7 }}" in sent
    assert not any(
        sign in sent for sign in ("\\u001b", "\\u0000", "\\u202e", "\\ud800")
    )
    assert all(call.json.get("links", []) == [] for call in service.calls)


@pytest.mark.parametrize("length", [0, 1, 1025, 600_000])
def test_a_title_of_any_length_is_taken(
    service: PagerDuty, notifier: pagerduty.PagerDuty, length: int
) -> None:
    notifier.perform(effect("page", text="é" * length, block=BLOCK), 1)

    assert len(service.incidents) == 1


@pytest.mark.parametrize(
    ("options", "said", "retryable"),
    [
        ({"routing_key": "f" * 32}, "Invalid routing key", False),
        ({"api_token": "old"}, "answers 401", True),
    ],
)
def test_a_refusal_says_why_and_whether_trying_again_helps(
    url: str, options: dict[str, str], said: str, retryable: bool
) -> None:
    notifier = connected(url, **options)

    with pytest.raises(NotifierError, match=said) as failed:
        notifier.perform(effect("page"), 1)

    assert failed.value.retryable == retryable
    assert not any(secret in str(failed.value) for secret in options.values())


def test_a_key_that_is_none_is_refused_at_once(url: str) -> None:
    with pytest.raises(ConfigError, match="ROUTING_KEY"):
        connected(url, routing_key="")


def test_a_long_name_of_an_installation_still_makes_a_key() -> None:
    assert len(dedup_key("x" * 300, 41)) <= 255
    assert dedup_key("x" * 300, 41) != dedup_key("x" * 300, 42)


def test_pagerdutys_own_client_means_the_same_incident(
    service: PagerDuty, notifier: pagerduty.PagerDuty, url: str
) -> None:
    notifier.perform(effect("page"), 1)

    with EventsApiV2Client(ROUTING_KEY, transport=_Towards(url)) as official:
        official.resolve(KEY)

    assert service.incidents[0].log == ["trigger", "resolve"]


class _Towards(Transport):
    """Sends to loopback what a client will only send to an ``https`` address."""

    def __init__(self, url: str) -> None:
        self._host, _, port = url.removeprefix("http://").partition(":")
        self._port = int(port)
        self._inner = HTTPTransport()

    def handle_request(self, request: Request) -> Response:
        request.url = request.url.copy_with(
            scheme="http", host=self._host, port=self._port
        )
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()
