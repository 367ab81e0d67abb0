"""Forget the bodies of webhooks after a while: what they came to is in the log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from runbookkit.errors import StoreError
from runbookkit.ports import Clock, IncidentStore

_EVERY: Final = timedelta(hours=1)
_AT_ONCE: Final = 500
"""Bodies that one transaction deletes, so that webhooks hardly wait for it."""

Wait = Callable[[timedelta], bool]
"""Waits for so long; True when all is to end."""


@dataclass(frozen=True, slots=True)
class Forgetting:
    """Deletes bodies that are older than they are to be kept."""

    store: IncidentStore
    clock: Clock
    complain: Callable[[str], None]
    days: int
    """For bodies that were understood; 0 keeps them for ever."""
    dead_days: int
    """For those that nobody understood; 0 keeps them for ever."""
    at_once: int = _AT_ONCE

    def run(self, wait: Wait) -> None:
        """Forget every hour, until ``wait`` says that all is to end."""
        ended = False
        while not ended:
            try:
                self.once()
            except StoreError as error:
                self.complain(f"old bodies of webhooks are not deleted: {error}")
            ended = wait(_EVERY)

    def once(self) -> int:
        """Forget what is old enough; returns how many bodies that were.

        Raises:
            StoreError: Not all of it could be deleted.
        """
        return self._forget(self.days, dead=False) + self._forget(
            self.dead_days, dead=True
        )

    def _forget(self, days: int, *, dead: bool) -> int:
        if not days:
            return 0
        before = self.clock.now() - timedelta(days=days)
        forgotten, last = 0, self.at_once
        while last == self.at_once:
            last = self.store.forget_bodies(before, dead=dead, limit=self.at_once)
            forgotten += last
        return forgotten
