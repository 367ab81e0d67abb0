from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest

from runbookkit.errors import ConflictError, StoreError
from runbookkit.store.writer import Sql, Writer


class Counted:
    """Transactions that count themselves, and hold nothing."""

    def __init__(self) -> None:
        self.committed = 0
        self.opened = threading.Event()
        self.opened.set()

    @contextmanager
    def __call__(self, *, alone: bool) -> Iterator[Any]:
        assert alone
        self.opened.wait()
        yield None
        self.committed += 1

    def close(self) -> None:
        self.opened.set()


@pytest.fixture
def counted() -> Counted:
    return Counted()


@pytest.fixture
def writer(counted: Counted) -> Iterator[Writer]:
    writer = Writer(counted)
    yield writer
    counted.opened.set()
    writer.close()


def told_back(number: int, _: Sql) -> int:
    return number


def refused(_: Sql) -> int:
    raise StoreError("not this one")


def test_what_waits_at_the_same_time_shares_a_commit(
    writer: Writer, counted: Counted
) -> None:
    counted.opened.clear()
    first = writer.submit(lambda _: 0)
    waiting = [writer.submit(partial(told_back, number)) for number in range(50)]
    counted.opened.set()

    results = [done.result() for done in [first, *waiting]]

    assert results == [0, *range(50)]
    assert counted.committed <= 2


def test_one_that_cannot_be_written_does_not_fail_its_neighbours(
    writer: Writer, counted: Counted
) -> None:
    counted.opened.clear()
    first = writer.submit(lambda _: "kept")
    bad, last = writer.submit(refused), writer.submit(lambda _: "kept too")
    counted.opened.set()

    assert (first.result(), last.result()) == ("kept", "kept too")
    with pytest.raises(StoreError, match="not this one"):
        bad.result()


def test_a_conflict_leaves_the_commit_of_the_others_alone(
    writer: Writer, counted: Counted
) -> None:
    def conflict(_: Sql) -> int:
        raise ConflictError("moved on")

    counted.opened.clear()
    first = writer.submit(lambda _: 1)
    bad, last = writer.submit(conflict), writer.submit(lambda _: 2)
    counted.opened.set()

    assert (first.result(), last.result()) == (1, 2)
    assert isinstance(bad.exception(), ConflictError)
    assert counted.committed <= 2


def test_a_mistake_reaches_whoever_handed_it_in_and_nobody_else(
    writer: Writer, counted: Counted
) -> None:
    def mistaken(_: Sql) -> int:
        raise ZeroDivisionError

    counted.opened.clear()
    first = writer.submit(lambda _: 1)
    bad, last = writer.submit(mistaken), writer.submit(lambda _: 2)
    counted.opened.set()

    assert (first.result(), last.result()) == (1, 2)
    with pytest.raises(ZeroDivisionError):
        bad.result()


def test_what_is_joined_is_done_in_one_call_and_by_itself_where_that_fails(
    writer: Writer, counted: Counted
) -> None:
    calls: list[list[str]] = []

    def together(_: Sql, words: Sequence[str]) -> list[str]:
        calls.append(list(words))
        if "bad" in words:
            raise StoreError("not this one")
        return [word.upper() for word in words]

    counted.opened.clear()
    first = writer.submit(lambda _: 0)
    good, bad, last = [writer.join(word, together) for word in ("a", "bad", "b")]
    counted.opened.set()

    assert (first.result(), good.result(), last.result()) == (0, "A", "B")
    assert isinstance(bad.exception(), StoreError)
    assert calls == [["a", "bad", "b"], ["a"], ["bad"], ["b"]]


def test_a_closed_store_says_so(writer: Writer) -> None:
    writer.close()

    with pytest.raises(StoreError, match="closed"):
        writer.submit(lambda _: 1)
