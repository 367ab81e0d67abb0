"""Threads that keep what the edge takes in: whatever waits is kept together."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from runbookkit.errors import RunbookkitError, StoreError

T = TypeVar("T")

_LOG: Final = logging.getLogger("runbookkit.intake")

Keep = Callable[[Sequence[T]], None]
"""Keeps all or nothing, durably; raises one of our errors for nothing."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of something that was offered."""

    ticket: Any
    error: RunbookkitError | None


Report = Callable[[list[Settled]], None]


class Intake(Generic[T]):
    """A bounded queue in front of the store.

    An offer that waits while another one is being written shares the next commit
    with all others that wait. Where a batch cannot be kept, each is tried by
    itself: one that cannot be kept must not fail its neighbours.
    """

    def __init__(
        self,
        keep: Keep[T],
        report: Report,
        *,
        capacity: int,
        batch: int = 64,
        threads: int = 2,
    ) -> None:
        self._keep = keep
        self._report = report
        self._capacity = capacity
        self._batch = batch
        self._waiting: queue.SimpleQueue[tuple[Any, T] | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._run, name=f"intake-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def offer(self, ticket: Any, item: T) -> bool:
        """Hand something in; False when too much waits already.

        The report about ``ticket`` comes once it is durable, or known not to be.
        """
        if self._waiting.qsize() >= self._capacity:
            return False
        self._waiting.put((ticket, item))
        return True

    def waiting(self) -> int:
        """Return how many offers wait."""
        return self._waiting.qsize()

    def close(self) -> None:
        """Keep what was handed in, and end the threads."""
        for _ in self._threads:
            self._waiting.put(None)
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        more = True
        while more:
            batch, more = self._gather()
            if batch:
                self._report(self._settle(batch))

    def _gather(self) -> tuple[list[tuple[Any, T]], bool]:
        """Return what waits, and whether more may come."""
        batch: list[tuple[Any, T]] = []
        offer = self._waiting.get()
        while offer is not None:
            batch.append(offer)
            if len(batch) == self._batch:
                return batch, True
            try:
                offer = self._waiting.get_nowait()
            except queue.Empty:
                return batch, True
        return batch, False

    def _settle(self, batch: list[tuple[Any, T]]) -> list[Settled]:
        try:
            self._keep([item for _, item in batch])
        except RunbookkitError as error:
            refused = error
        except Exception:  # noqa: BLE001  a thread that ends takes the way in with it
            # a mistake of ours in one of them must not close the door to all others
            _LOG.exception("what came in could not be kept: a mistake in runbookkit")
            refused = StoreError("could not be kept; the server's log says where")
        else:
            return [Settled(ticket, None) for ticket, _ in batch]
        if len(batch) == 1:
            return [Settled(batch[0][0], refused)]
        return [each for one in batch for each in self._settle([one])]
