"""Take Alertmanager's webhooks in: read, hand over, answer after the commit."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final, Protocol

from runbookkit.app.receiving import Keep, Read, Webhook
from runbookkit.errors import RunbookkitError, StoreError
from runbookkit.server.bodies import Memory, RefusedError
from runbookkit.server.webhooks import Arrived, Reply

_LOG: Final = logging.getLogger("runbookkit.server")
_SMALL: Final = 64 * 1024
"""Bytes that are read within a millisecond, so that no other request has to wait."""


class Unreadable(Protocol):
    """Keeps a body that nobody understood."""

    def __call__(self, source: str, body: bytes, digest: str, error: str) -> None:
        """Keep it durably.

        Raises:
            StoreError: It could not be stored.
        """


Settle = Callable[[Future[Any]], None]


class Answers:
    """Brings what threads settle to the loop: whatever is settled at once, at once."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._settled: deque[tuple[Settle, Future[Any]]] = deque()
        self._called = False

    def add(self, settle: Settle, kept: Future[Any]) -> None:
        """Have ``settle`` called in the loop; from any thread."""
        self._settled.append((settle, kept))
        if not self._called:
            self._called = True
            # once the loop is over, nobody waits for an answer any more
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._tell)

    def _tell(self) -> None:
        self._called = False  # what is added from now on calls again
        while self._settled:
            settle, kept = self._settled.popleft()
            settle(kept)


@dataclass(slots=True)
class Alerts:
    """Takes deliveries of Alertmanager's webhook, version 4."""

    read: Read
    unreadable: Unreadable
    keep: Keep
    now: Callable[[], datetime]
    memory: Memory
    capacity: int
    """Deliveries that may wait for the store."""
    _waiting: int = field(default=0, init=False)
    _answers: Answers | None = field(default=None, init=False)
    _read_by_now: list[tuple[Webhook, asyncio.Future[None], int]] = field(
        default_factory=list, init=False
    )

    async def __call__(self, arrived: Arrived) -> Reply:
        """Return once the delivery is durable.

        Raises:
            RefusedError: 422 for a body that nobody understands, which is kept for
                people to look at; 503 when too many wait.
            StoreError: It could not be stored.
        """
        if self._waiting >= self.capacity:
            raise RefusedError(503, "too many webhooks wait for the store")
        webhook = await self._read(arrived)
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        # held until it is kept, also when the sender has been told to come again
        self._waiting += 1
        self.memory.held += len(arrived.body)
        if not self._read_by_now:
            # what else has come by now is read first, and shares the commit
            loop.call_soon(self._hand_over, loop)
        self._read_by_now.append((webhook, done, len(arrived.body)))
        await done
        return Reply()

    def waiting(self) -> int:
        """Return how many deliveries wait for the store."""
        return self._waiting

    async def _read(self, arrived: Arrived) -> Webhook:
        body = arrived.body
        try:
            if len(body) <= _SMALL:
                return self.read(arrived.source, body, self.now())
            return await asyncio.to_thread(self.read, arrived.source, body, self.now())
        except RunbookkitError as error:
            digest = hashlib.sha256(body).hexdigest()
            await asyncio.to_thread(
                self.unreadable, arrived.source, body, digest, str(error)
            )
            raise RefusedError(422, str(error)) from error

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._answers is None:
            self._answers = Answers(loop)
        offered, self._read_by_now = self._read_by_now, []
        for webhook, done, size in offered:
            settle = partial(self._settle, done, size)
            try:
                kept = self.keep(webhook)
            except StoreError as error:
                kept = Future()
                kept.set_exception(error)
            kept.add_done_callback(partial(self._answers.add, settle))

    def _settle(self, done: asyncio.Future[None], size: int, kept: Future[Any]) -> None:
        self._waiting -= 1
        self.memory.held -= size
        if done.done():
            return  # its sender was told to come again meanwhile
        error = kept.exception()
        if error is None:
            done.set_result(None)
        elif isinstance(error, RunbookkitError):
            done.set_exception(error)
        else:
            # the sender is to try again: its alerts must not be lost to a mistake
            _LOG.error("a webhook met a mistake in runbookkit", exc_info=error)
            done.set_exception(StoreError("could not be kept; the log says where"))
