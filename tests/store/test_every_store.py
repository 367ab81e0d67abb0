"""What holds for every store."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from runbookkit.errors import ConflictError, StoreError
from runbookkit.model.event import NewEvent
from runbookkit.ports import Store

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
Open = Callable[[], Store]


def stream() -> str:
    return f"run/{uuid4()}"


def noted(text: str, *, key: str = "") -> NewEvent:
    return NewEvent("note added", NOON, {"text": text}, "on call", "terminal", key)


def test_events_are_read_as_they_were_kept(opened: Open) -> None:
    name = stream()
    odd = NewEvent(
        "note added",
        NOON + timedelta(microseconds=7),
        {"text": "ß\x00'\"\n", "n": [1, None, 0.5]},
    )
    kept = opened().append(name, 0, [noted("one"), odd])

    read = opened().read(name)

    assert read == kept
    assert [event.sequence for event in read] == [1, 2]
    assert read[1].data == odd.data
    assert read[1].at == odd.at
    assert read[0].recorded_at == NOON


def test_a_stream_that_moved_on_is_a_conflict_and_keeps_nothing(opened: Open) -> None:
    store, name = opened(), stream()
    store.append(name, 0, [noted("one")])

    with pytest.raises(ConflictError, match="1 events are kept where 0"):
        store.append(name, 0, [noted("two")])

    assert len(store.read(name)) == 1


def test_an_event_with_a_key_is_kept_once(opened: Open) -> None:
    store, name = opened(), stream()
    key = str(uuid4())
    store.append(name, 0, [noted("one", key=key)])

    again = store.append(name, 1, [noted("one", key=key), noted("two")])

    assert [event.data["text"] for event in again] == ["two"]
    assert [event.sequence for event in store.read(name)] == [1, 2]


def test_what_json_cannot_hold_is_refused_and_keeps_nothing(opened: Open) -> None:
    store, name = opened(), stream()

    with pytest.raises(StoreError, match="JSON"):
        store.append(name, 0, [noted("one"), NewEvent("x", NOON, {"n": float("nan")})])

    assert not store.read(name)


def test_of_many_writers_at_once_each_sequence_goes_to_one(opened: Open) -> None:
    store, name = opened(), stream()
    won: list[int] = []

    def write(number: int) -> None:
        while True:
            last = len(store.read(name))
            try:
                store.append(name, last, [noted(str(number))])
            except ConflictError:
                continue
            won.append(number)
            return

    threads = [threading.Thread(target=write, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    texts = [event.data["text"] for event in store.read(name)]
    assert sorted(map(int, texts)) == sorted(won) == list(range(12))


def test_events_of_all_streams_are_read_in_order(opened: Open) -> None:
    store, one, other = opened(), stream(), stream()
    first = store.append(one, 0, [noted("a")])[0]
    store.append(other, 0, [noted("b")])
    store.append(one, 1, [noted("c")])

    later = store.since(first.position)

    assert [event.data["text"] for event in later] == ["b", "c"]


def test_streams_are_listed_newest_first(opened: Open) -> None:
    store, one, other = opened(), stream(), stream()
    store.append(one, 0, [noted("a")])
    store.append(other, 0, [noted("b")])

    assert list(store.streams("run"))[:2] == [other, one]
    assert not list(store.streams("nothing"))
