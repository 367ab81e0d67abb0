"""Take Alertmanager's webhooks in: read, hand over, answer after the commit."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from runbookkit.app.intake import Intake, Report, Settled
from runbookkit.app.receiving import Webhook
from runbookkit.errors import RunbookkitError
from runbookkit.model.alert import Delivery
from runbookkit.server.bodies import Memory, RefusedError
from runbookkit.server.webhooks import Arrived, Reply

_SMALL: Final = 64 * 1024
"""Bytes that are read within a millisecond, so that no other request has to wait."""


class Unreadable(Protocol):
    """Keeps a body that nobody understood."""

    def __call__(self, source: str, body: bytes, digest: str, error: str) -> None:
        """Keep it durably.

        Raises:
            StoreError: It could not be stored.
        """


Parse = Callable[[str, bytes, datetime], Delivery]
Offer = Callable[[Report], Intake[Webhook]]


@dataclass(slots=True)
class Alerts:
    """Takes deliveries of Alertmanager's webhook, version 4."""

    parse: Parse
    unreadable: Unreadable
    start: Offer
    """Starts the threads that keep what is offered."""
    now: Callable[[], datetime]
    memory: Memory
    intake: Intake[Webhook] | None = field(default=None, init=False)

    async def __call__(self, arrived: Arrived) -> Reply:
        """Return once the delivery is durable.

        Raises:
            RefusedError: 422 for a body that nobody understands, which is kept for
                people to look at; 503 when too many wait.
            StoreError: It could not be stored.
        """
        loop = asyncio.get_running_loop()
        if self.intake is None:
            self.intake = self.start(_reporter(loop, self.memory))
        webhook = await self._read(arrived)
        done: asyncio.Future[None] = loop.create_future()
        if not self.intake.offer((done, len(arrived.body)), webhook):
            raise RefusedError(503, "too many webhooks wait for the store")
        # held until it is kept, also when the sender has been told to come again
        self.memory.held += len(arrived.body)
        await done
        return Reply()

    def waiting(self) -> int:
        """Return how many deliveries wait for the store."""
        return self.intake.waiting() if self.intake else 0

    def close(self) -> None:
        """Keep what was handed in."""
        if self.intake is not None:
            self.intake.close()

    async def _read(self, arrived: Arrived) -> Webhook:
        body = arrived.body
        try:
            if len(body) <= _SMALL:
                delivery = self.parse(arrived.source, body, self.now())
            else:
                delivery = await asyncio.to_thread(
                    self.parse, arrived.source, body, self.now()
                )
        except RunbookkitError as error:
            digest = hashlib.sha256(body).hexdigest()
            await asyncio.to_thread(
                self.unreadable, arrived.source, body, digest, str(error)
            )
            raise RefusedError(422, str(error)) from error
        return Webhook(delivery, body)


def _reporter(loop: asyncio.AbstractEventLoop, memory: Memory) -> Report:
    def settle(results: list[Settled]) -> None:
        for result in results:
            done, size = result.ticket
            memory.held -= size
            if done.done():
                continue  # its sender was told to come again meanwhile
            if result.error is None:
                done.set_result(None)
            else:
                done.set_exception(result.error)

    def report(results: list[Settled]) -> None:
        loop.call_soon_threadsafe(settle, results)

    return report
