"""Numbers and times in the words of reports."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise


def percent(ratio: float | None) -> str:
    """Return a ratio as people read it; small ones keep their digits.

    >>> percent(0.3556), percent(0.00042), percent(None), percent(0), percent(173.9)
    ('35.6 %', '0.042 %', 'unknown', '0 %', '17,390 %')
    """
    if ratio is None:
        return "unknown"
    whole = ratio * 100
    if abs(whole) >= 1000:
        return f"{whole:,.0f} %"
    digits = f"{whole:.1f}" if abs(whole) >= 1 else f"{whole:.2g}"
    return f"{digits} %"


def left(ratio: float | None) -> str:
    """Return how much of a budget is left, or by how much it is overspent.

    >>> left(0.74), left(-1.5), left(None)
    ('74.0 % left', 'nothing left, overspent by 150.0 %', 'what is left is unknown')
    """
    if ratio is None:
        return "what is left is unknown"
    if ratio < 0:
        return f"nothing left, overspent by {percent(-ratio)}"
    return f"{percent(ratio)} left"


def span(duration: timedelta | None) -> str:
    """Return how long something takes, in its two largest units.

    >>> span(timedelta(hours=5, minutes=4)), span(timedelta(seconds=95)), span(None)
    ('5 h 4 min', '1 min 35 s', 'unknown')
    """
    if duration is None:
        return "unknown"
    seconds = round(duration.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    units = (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1))
    for (name, length), (smaller, part) in pairwise(units):
        if seconds >= length:
            count, rest = divmod(seconds, length)
            rest //= part
            return f"{sign}{count} {name}" + (f" {rest} {smaller}" if rest else "")
    return f"{sign}{seconds} s"


def amount(number: float | None) -> str:
    """Return a count of events.

    >>> amount(4608000.2), amount(3.21), amount(None)
    ('4,608,000', '3.2', 'unknown')
    """
    if number is None:
        return "unknown"
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.2g}"


def rfc3339(at: datetime) -> str:
    """Return a time in UTC to the second.

    >>> rfc3339(datetime(2026, 11, 1, 12, 3, 9, 5, tzinfo=UTC))
    '2026-11-01T12:03:09Z'
    """
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
