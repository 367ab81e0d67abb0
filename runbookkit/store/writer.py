"""One thread that writes: whatever waits at the same time shares a commit."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any, Protocol, TypeVar

from runbookkit.errors import ConflictError, StoreError

T = TypeVar("T")

_BATCH = 64


class Sql(Protocol):
    """A transaction that is open; statements use ``?`` for their parameters."""

    def execute(self, statement: str, parameters: Sequence[Any] = (), /) -> Any:
        """Run one statement, and return its cursor."""

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> object:
        """Run one statement for each row."""


class Transactions(Protocol):
    """How a database opens and ends transactions for the writer."""

    def __call__(self, *, alone: bool) -> AbstractContextManager[Sql]:
        """Open one that commits at the end, and rolls back when something is raised.

        With ``alone`` no other transaction that asked for the same is open, here or
        in any other process.

        Raises:
            UnsureError: It broke off while it was being committed.
            StoreError: It cannot be opened or committed; nothing was kept.
        """

    def close(self) -> None:
        """Let go of the connection."""


class UnsureError(StoreError):
    """The connection broke: nobody knows yet whether something was kept."""


Together = Callable[[Sql, Sequence[Any]], Sequence[Any]]
"""Does several things in one transaction; returns the result of each."""


@dataclass(frozen=True, slots=True)
class Request:
    """Something to do in a transaction, and who waits for it."""

    thing: Any
    together: Together
    alone: bool
    done: Future[Any]


class Writer:
    """Does what is handed in, in one thread, many requests to a commit."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._requests: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._closed = False
        self._door = threading.Lock()
        self._thread = threading.Thread(
            target=self._run, name="store-writer", daemon=True
        )
        self._thread.start()

    def submit(self, work: Callable[[Sql], T], *, alone: bool = True) -> Future[T]:
        """Hand in something to do; its result comes once it is durable.

        ``work`` may be called again after a roll-back. A ``ConflictError`` that it
        raises must come before it writes anything: its neighbours are kept.

        Raises:
            StoreError: The store is closed.
        """
        return self.join(work, one_by_one, alone=alone)

    def join(
        self, thing: Any, together: Together, *, alone: bool = True
    ) -> Future[Any]:
        """Hand in something that is done together with what waits beside it.

        ``together`` is called with as many of them as wait for the same function;
        again, with each by itself, where that fails.

        Raises:
            StoreError: The store is closed.
        """
        done: Future[Any] = Future()
        with self._door:
            if self._closed:
                raise StoreError("the store is closed already")
            self._requests.put(Request(thing, together, alone, done))
        return done

    def waiting(self) -> int:
        """Return how many requests wait for their turn."""
        return self._requests.qsize()

    def close(self) -> None:
        """Finish what was handed in, and end the thread."""
        with self._door:
            if self._closed:
                return
            self._closed = True
            self._requests.put(None)
        self._thread.join()
        self._transactions.close()

    def _run(self) -> None:
        more = True
        while more:
            batch, more = self._gather()
            if batch:
                self._serve(batch)

    def _gather(self) -> tuple[list[Request], bool]:
        """Return the requests that wait, and whether more may come."""
        batch: list[Request] = []
        request = self._requests.get()
        while request is not None:
            batch.append(request)
            if len(batch) == _BATCH:
                return batch, True
            try:
                request = self._requests.get_nowait()
            except queue.Empty:
                return batch, True
        return batch, False

    def _serve(self, batch: list[Request]) -> None:
        """Write a batch in one transaction; if that fails, each by itself.

        Otherwise one request that cannot be written would fail its neighbours.
        """
        try:
            results = self._transaction(batch)
        except Exception as error:  # noqa: BLE001  whoever handed it in raises it, a mistake too
            if len(batch) == 1 or isinstance(error, UnsureError):
                for request in batch:
                    request.done.set_exception(error)
                return
        else:
            _settle(batch, results)
            return
        for request in batch:
            self._serve([request])

    def _transaction(self, batch: list[Request]) -> list[Any]:
        results: list[Any] = []
        alone = any(request.alone for request in batch)
        with self._transactions(alone=alone) as sql:
            for together, requests in groupby(batch, key=attrgetter("together")):
                results += together(sql, [request.thing for request in requests])
        return results


def one_by_one(sql: Sql, works: Sequence[Callable[[Sql], Any]]) -> list[Any]:
    """Do one thing after the other; a conflict is the result of its own alone."""
    results: list[Any] = []
    for work in works:
        try:
            results.append(work(sql))
        except ConflictError as error:
            results.append(error)
    return results


def _settle(batch: list[Request], results: list[Any]) -> None:
    for request, result in zip(batch, results, strict=True):
        if isinstance(result, ConflictError):
            request.done.set_exception(result)
        else:
            request.done.set_result(result)
