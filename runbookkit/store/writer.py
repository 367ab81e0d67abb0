"""One thread that writes: whatever waits at the same time shares a commit."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from runbookkit.errors import ConflictError, RunbookkitError, StoreError

T = TypeVar("T")

_BATCH = 256


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


@dataclass(frozen=True, slots=True)
class Request(Generic[T]):
    """Something to do in a transaction, and who waits for it."""

    work: Callable[[Sql], T]
    alone: bool
    done: Future[T]


class Writer:
    """Runs what is handed in, in one thread, many requests to a commit."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._requests: queue.SimpleQueue[Request[Any] | None] = queue.SimpleQueue()
        self._closed = False
        self._door = threading.Lock()
        self._thread = self._start()

    def submit(self, work: Callable[[Sql], T], *, alone: bool = True) -> Future[T]:
        """Hand in something to do; its result comes once it is durable.

        ``work`` may be called again after a roll-back. A ``ConflictError`` that it
        raises must come before it writes anything: its neighbours are kept.

        Raises:
            StoreError: The store is closed.
        """
        done: Future[T] = Future()
        with self._door:
            if self._closed:
                raise StoreError("the store is closed already")
            self._requests.put(Request(work, alone, done))
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

    def _start(self) -> threading.Thread:
        thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        thread.start()
        return thread

    def _run(self) -> None:
        more = True
        try:
            while more:
                batch, more = self._gather()
                self._serve(batch)
        finally:
            if more:
                # what was handed in raised what it must not; the others go on
                self._thread = self._start()

    def _gather(self) -> tuple[list[Request[Any]], bool]:
        """Return the requests that wait, and whether more may come."""
        batch: list[Request[Any]] = []
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

    def _serve(self, batch: list[Request[Any]]) -> None:
        """Write a batch in one transaction; if that fails, each by itself.

        Otherwise one request that cannot be written would fail its neighbours.
        """
        if not batch:
            return
        try:
            results = self._transaction(batch)
        except RunbookkitError as error:
            if len(batch) == 1 or isinstance(error, UnsureError):
                _fail(batch, error)
                return
        except BaseException as error:
            _fail(batch, error)
            raise
        else:
            _settle(batch, results)
            return
        for request in batch:
            self._serve([request])

    def _transaction(self, batch: list[Request[Any]]) -> list[Any]:
        results: list[Any] = []
        alone = any(request.alone for request in batch)
        with self._transactions(alone=alone) as sql:
            for request in batch:
                try:
                    results.append(request.work(sql))
                except ConflictError as error:
                    results.append(error)
        return results


def _fail(batch: list[Request[Any]], error: BaseException) -> None:
    for request in batch:
        request.done.set_exception(error)


def _settle(batch: list[Request[Any]], results: list[Any]) -> None:
    for request, result in zip(batch, results, strict=True):
        if isinstance(result, ConflictError):
            request.done.set_exception(result)
        else:
            request.done.set_result(result)
