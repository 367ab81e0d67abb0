"""Times as servers write them: whole nanoseconds, milliseconds, seconds.

A nanosecond of today has 19 digits and does not fit a floating point number, so
they are counted in whole numbers throughout.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from runbookkit.model.answer import Window

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LEAST_STEP: Final = 15.0
_MICROSECOND: Final = timedelta(microseconds=1)
SECOND: Final = 1_000_000_000
"""In nanoseconds."""


def nanoseconds(moment: datetime) -> int:
    """Return a moment in nanoseconds since 1970.

    >>> nanoseconds(datetime(2026, 11, 20, 12, 0, 0, 1, UTC))
    1795176000000001000
    """
    return (moment - _EPOCH) // _MICROSECOND * 1000


def in_utc(moment: datetime) -> datetime:
    """Return a moment in UTC; one without an offset is taken for UTC.

    Raises:
        ValueError: It lies in hours of the calendar that UTC does not have.

    >>> in_utc(datetime.fromisoformat("2026-11-20T13:00:00+01:00")).isoformat()
    '2026-11-20T12:00:00+00:00'
    """
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{moment.isoformat()} has no time in UTC") from error


def seconds(moment: datetime) -> str:
    """Return a moment in seconds since 1970, to the millisecond.

    >>> seconds(datetime(2026, 11, 20, 12, 0, 0, 500_000, UTC))
    '1795176000.500'
    """
    return f"{moment.timestamp():.3f}"


def moment_of(nanos: int) -> datetime | None:
    """Return the moment, cut to microseconds; none when no calendar has it."""
    try:
        return _EPOCH + timedelta(microseconds=nanos // 1000)
    except OverflowError:
        return None


def rfc3339(nanos: int) -> str:
    """Return a moment as RFC 3339 with all nine digits of its second.

    >>> rfc3339(1795176000000000007)
    '2026-11-20T12:00:00.000000007Z'
    """
    moment = moment_of(nanos)
    if moment is None:
        return str(nanos)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{nanos % SECOND:09d}Z"


def nanoseconds_told(text: str) -> int:
    """Return what :func:`rfc3339` was given.

    >>> nanoseconds_told("2026-11-20T12:00:00.000000007Z")
    1795176000000000007
    """
    if text.isdigit():
        return int(text)
    whole, _, fraction = text.removesuffix("Z").partition(".")
    moment = datetime.fromisoformat(f"{whole}+00:00")
    return nanoseconds(moment) + int(fraction[:9].ljust(9, "0"))


@dataclass(frozen=True, slots=True)
class Steps:
    """When a range query is computed: from a start, every so often, to an end."""

    start: float
    """In seconds, as the others."""
    end: float
    every: float

    @property
    def points(self) -> int:
        """How many there are."""
        return int((self.end - self.start) / self.every) + 1

    @property
    def nanoseconds(self) -> tuple[int, int]:
        """Start and end, exact to the millisecond."""
        return round(self.start * 1000) * 1_000_000, round(self.end * 1000) * 1_000_000


def steps(window: Window, step: timedelta | None, count: int = 1000) -> Steps:
    """Return steps, aligned to their length so that a replay asks for the same.

    Without a step of its own a window has about ``count`` of them, none shorter
    than 15 seconds: few series are sampled more often.

    >>> noon = datetime(2026, 11, 20, 12, 0, 7, tzinfo=UTC)
    >>> steps(Window(noon - timedelta(hours=1), noon), None)
    Steps(start=1795172400.0, end=1795176000.0, every=15.0)
    """
    span = (window.end - window.start).total_seconds()
    usual = max(_LEAST_STEP, math.ceil(span / count))
    every = step.total_seconds() if step else usual
    start = math.floor(window.start.timestamp() / every) * every
    end = math.floor(window.end.timestamp() / every) * every
    return Steps(start, max(start, end), every)
