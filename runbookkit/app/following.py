"""Follow the log: wait until something new may be in it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from runbookkit.errors import RunbookkitError

_POLL: Final = timedelta(milliseconds=500)


Wake = Callable[[threading.Event], None]
"""Waits for news, or for a while; returns at once when the event is set."""


def poll(stop: threading.Event) -> None:
    """Wait a moment: SQLite tells nobody of its commits."""
    stop.wait(_POLL.total_seconds())


class Follower:
    """A thread that calls back whenever something new may be in the log.

    It waits in the background for as long as somebody listens; ``told`` is called
    at least as often as something new is kept, and sometimes for nothing.
    """

    def __init__(self, wake: Wake, told: Callable[[], None]) -> None:
        self._wake = wake
        self._told = told
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="follower", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop waiting."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._wake(self._stop)
            except RunbookkitError:
                # whoever listens reads the log itself, and is told of what is wrong
                self._stop.wait(_POLL.total_seconds())
            if not self._stop.is_set():
                self._told()
