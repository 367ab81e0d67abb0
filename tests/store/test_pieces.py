"""A part of what is kept, on every store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from runbookkit.model.event import Event, NewEvent
from runbookkit.model.incident import AlertRow, Changes, Want
from runbookkit.store.log import Log

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
Open = Callable[[], Log]


def kept(store: Log, kinds: list[str]) -> str:
    name = f"incident/{uuid4()}"
    store.append(name, 0, [NewEvent(kind, NOON) for kind in kinds])
    return name


def numbers(events: list[Event]) -> list[int]:
    return [event.sequence for event in events]


def alerts(store: Log, incident: int, count: int) -> None:
    """Keep alerts of which every third fires."""
    rows = tuple(
        AlertRow(
            "prod",
            f"{incident}-{number:03}",
            "resolved" if number % 3 else "firing",
            {},
            NOON,
            NOON,
            incident,
            NOON,
        )
        for number in range(count)
    )
    store.decide(Want(), lambda _: Changes(alerts=rows))


def test_a_stream_is_read_page_by_page_in_both_directions(opened: Open) -> None:
    store = opened()
    name = kept(store, ["note added"] * 9)

    assert numbers(store.page(name, 0, 4)) == [1, 2, 3, 4]
    assert numbers(store.page(name, 7, 4)) == [8, 9]
    assert numbers(store.newest(name, 0, 4)) == [6, 7, 8, 9]
    assert numbers(store.newest(name, 6, 4)) == [2, 3, 4, 5]
    assert not store.newest(name, 1, 4)


def test_the_last_position_is_that_of_the_last_event(opened: Open) -> None:
    store = opened()
    name = kept(store, ["note added"] * 2)

    assert store.position() == store.read(name)[-1].position


def test_edits_are_found_behind_what_they_are_about(opened: Open) -> None:
    store = opened()
    name = kept(
        store, ["note added", "entry edited", "message posted", "entry demoted"]
    )

    assert [each.kind for each in store.edits(name, 1)] == [
        "entry edited",
        "entry demoted",
    ]
    assert [each.sequence for each in store.edits(name, 3)] == [4]


def test_of_many_alerts_those_that_fire_are_read_first(opened: Open) -> None:
    store, incident = opened(), uuid4().int % 10**15
    alerts(store, incident, 12)

    few = store.some_alerts(incident, 5)

    assert [each.status for each in few] == ["firing"] * 4 + ["resolved"]
    assert len(store.some_alerts(incident, 100)) == 12


def test_alerts_are_read_page_by_page(opened: Open) -> None:
    store, incident = opened(), uuid4().int % 10**15
    alerts(store, incident, 12)

    pages = [store.alert_page(incident, skip, 5) for skip in (0, 5, 10)]

    assert [each for page in pages for each in page] == store.alerts(incident)
