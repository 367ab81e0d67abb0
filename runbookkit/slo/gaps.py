"""Where nothing was measured: a gap is no zero."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from runbookkit.model.impact import Gap

_SLOTS: Final = 120
_LEAST: Final = timedelta(minutes=2)
"""Twice the longest usual scrape interval, so that each slot holds a sample."""


def slot_of(start: datetime, end: datetime) -> timedelta:
    """Return how finely a stretch of time is looked at for gaps."""
    return max(_LEAST, timedelta(seconds=round((end - start).total_seconds() / _SLOTS)))


def gaps_of(
    points: Sequence[Sequence[float]], start: datetime, end: datetime, slot: timedelta
) -> tuple[Gap, ...]:
    """Return the stretches without samples.

    ``points`` are pairs of a time in Unix seconds, at the end of a slot, and the
    number of samples in that slot; slots end at multiples of their length, where
    servers compute ranges. What is left behind the last slot is as it is.
    """
    measured = {round(at) for at, count in points if count > 0}
    length = slot.total_seconds()
    gaps: list[Gap] = []
    close = (start.timestamp() // length + 1) * length
    while close <= end.timestamp():
        if round(close) not in measured:
            ends = start.fromtimestamp(close, start.tzinfo)
            begin = max(start, ends - slot)
            if gaps and gaps[-1].end == begin:
                begin = gaps.pop().start
            gaps.append(Gap(begin, ends))
        close += length
    if gaps and end - gaps[-1].end < slot:
        gaps[-1] = Gap(gaps[-1].start, end)
    return tuple(gaps)


def covered(gaps: Sequence[Gap], start: datetime, end: datetime) -> float:
    """Return the share of a stretch of time that was measured.

    >>> from datetime import UTC
    >>> at = datetime(2026, 1, 1, tzinfo=UTC)
    >>> hour = timedelta(hours=1)
    >>> covered([Gap(at, at + hour)], at, at + 4 * hour)
    0.75
    """
    lost = sum(((gap.end - gap.start) for gap in gaps), timedelta())
    return 1 - lost / (end - start) if end > start else 0.0


def at_the_edges(gaps: Sequence[Gap], start: datetime, end: datetime) -> timedelta:
    """Return how long nothing was measured just behind the start or before the end.

    A counter tells later what it counted within a gap, but not beyond its own
    first and last sample.
    """
    edge = (gap.end - gap.start for gap in gaps if start == gap.start or gap.end == end)
    return sum(edge, timedelta())
