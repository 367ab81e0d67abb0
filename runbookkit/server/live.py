"""Wake whoever waits for news of the log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Final

from runbookkit.app.following import Follower, Wake
from runbookkit.model.event import Event

_PAGE: Final = 200
Read = Callable[[int, int], list[Event]]
"""Returns events behind a position, at most so many."""


class Live:
    """Events as they are kept, for any number of listeners."""

    def __init__(self, read: Read, wake: Wake) -> None:
        self._read = read
        self._wake = wake
        self._news = asyncio.Event()
        self._follower: Follower | None = None
        self._over = False

    async def events(self, after: int) -> AsyncIterator[Event]:
        """Yield the events behind a position, then those that come."""
        self._start()
        position = after
        while not self._over:
            news = self._news
            page = await asyncio.to_thread(self._read, position, _PAGE)
            for event in page:
                yield event
                position = event.position
            if not page:
                await news.wait()

    def close(self) -> None:
        """End all listening; to be called in the loop."""
        self._over = True
        self._tell()
        if self._follower:
            self._follower.close()

    def _start(self) -> None:
        if self._follower is None:
            loop = asyncio.get_running_loop()

            def told() -> None:
                loop.call_soon_threadsafe(self._tell)

            self._follower = Follower(self._wake, told)

    def _tell(self) -> None:
        # those who wait keep the event that they wait for; later ones get a new one
        self._news.set()
        self._news = asyncio.Event()
