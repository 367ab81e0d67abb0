"""Clocks for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class StillClock:
    """Stands still, but for those who wait."""

    def __init__(self, now: datetime = NOON) -> None:
        self.time = now
        self.slept: list[timedelta] = []

    def now(self) -> datetime:
        return self.time

    def sleep(self, duration: timedelta) -> None:
        self.slept.append(duration)
        self.time += duration
