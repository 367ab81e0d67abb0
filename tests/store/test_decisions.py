"""What holds for decisions, on every store."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from runbookkit.errors import StoreError
from runbookkit.model.alert import Body, packed
from runbookkit.model.event import NewEvent
from runbookkit.model.incident import AlertRow, Changes, IncidentRow, Known, Want
from runbookkit.model.job import NewJob
from runbookkit.store.log import Log

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
Open = Callable[[], Log]


def alert(fingerprint: str, incident: int = 0) -> AlertRow:
    labels = {"alertname": "Odd \x00 ß", "i": fingerprint}
    return AlertRow(
        "prod", fingerprint, "firing", labels, NOON, NOON, incident, NOON, 0, {"a": "b"}
    )


def incident(number: int, key: str) -> IncidentRow:
    return IncidentRow(
        number, key, "open", "high", "Broken", NOON, NOON, 0, data={"roles": {}}
    )


def told(store: Log, want: Want) -> Known:
    """Return what a decision is told, without one being made."""
    seen: list[Known] = []

    def look(known: Known) -> Changes:
        seen.append(known)
        return Changes()

    store.decide(want, look)
    return seen[0]


def test_a_decision_is_told_whether_something_happened_before(
    opened: Open,
) -> None:
    store, key = opened(), uuid4().hex

    def once(known: Known) -> Changes:
        if key in known.happened:
            return Changes()
        event = NewEvent("note added", NOON, {}, key=key)
        return Changes(events={f"incident/{uuid4().hex}": (event,)})

    before = told(store, Want(once=key)).happened
    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(store.decide, Want(once=key), once) for _ in range(40)]
    kept = [len(each.result()) for each in asked]

    assert key not in before
    assert sorted(kept) == [0] * 39 + [1]
    assert key in told(store, Want(once=key)).happened


def opening(key: str) -> Callable[[Known], Changes]:
    """Return a decision that opens an incident unless there is one."""

    def decide(known: Known) -> Changes:
        if key in known.by_key:
            return Changes()
        row = incident(known.next_incident, key)
        event = NewEvent("incident opened", NOON, {"key": key})
        job = NewJob(f"{key}:page", "page", "pager", f"incident/{row.id}", NOON)
        return Changes((), (row,), {f"incident/{row.id}": (event,)}, (job,))

    return decide


def test_what_a_decision_came_to_is_what_the_next_one_knows(opened: Open) -> None:
    store, key, fingerprint = opened(), str(uuid4()), str(uuid4())

    def fire(known: Known) -> Changes:
        row = known.by_key[key]
        fired = NewEvent("alert firing", NOON, {"fingerprint": fingerprint})
        return Changes(
            (alert(fingerprint, row.id),),
            (replace(row, firing=1, total=1, unknown_since=NOON),),
            {f"incident/{row.id}": (fired, fired)},
        )

    store.decide(Want(keys=(key,)), opening(key))
    events = store.decide(Want(keys=(key,)), fire)

    known = told(opened(), Want(alerts=(("prod", fingerprint), ("prod", "none"))))
    row = known.alerts["prod", fingerprint]
    assert dict(row.labels) == dict(alert(fingerprint).labels)
    of = known.incidents[row.incident]
    assert (of.firing, of.unknown_since, of.sequence) == (1, NOON, 3)
    assert [event.sequence for event in events] == [2, 3]
    assert store.read(f"incident/{row.incident}")[1:] == events
    assert store.alerts(row.incident) == [row]
    assert store.incident(row.incident) == of


def test_decisions_made_together_see_each_other_and_are_kept_whole(
    opened: Open,
) -> None:
    store, keys = opened(), [str(uuid4()) for _ in range(3)]

    go_on = threading.Event()

    def hold(_: Known) -> Changes:
        go_on.wait(60)
        return Changes()

    store.decide_soon(Want(), hold)
    soon = [store.decide_soon(Want(keys=(key,)), opening(key)) for key in keys * 2]
    go_on.set()
    made = [done.result() for done in soon]
    assert [len(events) for events in made] == [1, 1, 1, 0, 0, 0]
    numbers = [int(events[0].stream.split("/")[1]) for events in made[:3]]
    assert numbers == list(range(numbers[0], numbers[0] + 3))
    positions = [events[0].position for events in made[:3]]
    assert positions == sorted(positions)


def test_a_status_changes_without_the_labels_being_written_again(opened: Open) -> None:
    store, fingerprint = opened(), str(uuid4())
    want = Want(alerts=(("prod", fingerprint),))
    store.decide(want, lambda _: Changes((alert(fingerprint),)))

    def resolve(known: Known) -> Changes:
        row = known.alerts["prod", fingerprint]
        return Changes((replace(row, status="resolved", flaps=3),))

    store.decide(want, resolve)

    row = told(store, want).alerts["prod", fingerprint]
    assert (row.status, row.flaps) == ("resolved", 3)
    assert dict(row.labels) == dict(alert(fingerprint).labels)


def test_an_event_or_job_with_a_key_that_is_kept_is_left_out(opened: Open) -> None:
    store, key, stream = opened(), str(uuid4()), f"incident/x{uuid4()}"
    once = NewEvent("note added", NOON, {"n": 1}, key=key)
    again = NewEvent("note added", NOON, {"n": 2})
    job = NewJob(key, "page", "pager", stream, NOON)
    store.decide(Want(), lambda _: Changes(events={stream: (once,)}, jobs=(job,)))

    kept = store.decide(
        Want(), lambda _: Changes(events={stream: (once, again)}, jobs=(job,))
    )

    assert [(event.sequence, event.data["n"]) for event in kept] == [(2, 2)]
    assert [event.data["n"] for event in store.read(stream)] == [1, 2]


def test_a_decision_that_cannot_be_kept_keeps_nothing(opened: Open) -> None:
    store, stream = opened(), f"incident/x{uuid4()}"
    bad = (NewEvent("x", NOON), NewEvent("x", NOON, {"n": float("nan")}))
    body = Body("prod", NOON, str(uuid4()), packed(b"{}"))

    with pytest.raises(StoreError, match="JSON"):
        store.decide(Want(), lambda _: Changes(events={stream: bad}, bodies=(body,)))

    assert not store.read(stream)
    assert body.digest not in [kept.digest for kept in store.bodies(dead_only=False)]


def test_bodies_are_read_as_they_came_and_dead_ones_apart(opened: Open) -> None:
    store, raw = opened(), b'{"odd": "\x00\xff"}'
    dead = Body("prod", NOON, str(uuid4()), packed(raw), "dead", "no alerts in it")
    kept = Body("prod", NOON, str(uuid4()), packed(b"{}"))

    store.decide(Want(), lambda _: Changes(bodies=(dead, kept)))

    shown = store.bodies(dead_only=True, limit=1)[0]
    assert (shown.raw, shown.error, shown.digest) == (raw, dead.error, dead.digest)
    assert store.bodies(dead_only=False, limit=1)[0].digest == kept.digest


def test_whoever_waits_for_many_at_once_is_told_when_they_are_durable(
    opened: Open,
) -> None:
    store, keys = opened(), [str(uuid4()) for _ in range(40)]

    soon = [store.decide_soon(Want(keys=(key,)), opening(key)) for key in keys]

    assert all(len(done.result()) == 1 for done in soon)


def test_of_many_that_decide_at_once_one_opens_each_incident(opened: Open) -> None:
    stores, keys = [opened(), opened()], [str(uuid4()) for _ in range(20)]
    made: list[int] = []

    def run(store: Log) -> None:
        for key in keys:
            events = store.decide(Want(keys=(key,)), opening(key))
            made.append(len(events))

    threads = [threading.Thread(target=run, args=(store,)) for store in stores * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(made) == len(keys)
    rows = stores[0].incidents(open_only=True, limit=1000)
    assert sorted(row.key for row in rows if row.key in keys) == sorted(keys)


def test_incidents_that_stand_for_a_key_are_told(opened: Open) -> None:
    store, key = opened(), str(uuid4())
    store.decide(Want(keys=(key,)), opening(key))
    old = next(row for row in store.incidents(open_only=True) if row.key == key)
    later = NOON + timedelta(minutes=1)

    def over(known: Known) -> Changes:
        done = replace(known.by_key[key], status="merged", merged_into=old.id)
        new = incident(known.next_incident, key)
        return Changes(incidents=(new, replace(done, changed_at=later)))

    store.decide(Want(keys=(key,)), over)

    assert told(store, Want(keys=(key,))).by_key[key].id > old.id
    row = store.incident(old.id)
    assert row is not None
    assert (row.status, row.changed_at) == ("merged", later)
