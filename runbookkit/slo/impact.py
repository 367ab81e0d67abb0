"""What an incident spent of an objective's budget, from counted events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from runbookkit.model.impact import Gap, Impact, LabelImpact, Measured
from runbookkit.model.slo import Objective
from runbookkit.slo.budget import burn_rate, gone_in, spent_in, spent_share
from runbookkit.slo.gaps import at_the_edges, covered


@dataclass(frozen=True, slots=True)
class Counted:
    """What was measured of an incident; times are aware UTC."""

    start: datetime
    end: datetime
    ratio: Measured
    """Error ratio within the incident."""
    bad: Measured | None
    """Bad events within it; none for an objective of time."""
    total: Measured | None
    of_window: Measured
    """All events of the whole window that ends with the incident."""
    ratio_of_window: Measured
    samples: Measured
    """Mean number of samples of a series within the incident."""
    born: Measured
    """What series that began within the incident counted before their first sample."""
    gaps: tuple[Gap, ...] | None
    """None where nobody can tell."""
    by_label: tuple[tuple[str, str, float, float | None], ...] = ()
    """Label, value, bad and total events."""
    notes: tuple[str, ...] = ()


def impact_of(objective: Objective, counted: Counted) -> Impact:
    """Return what an incident did to an objective.

    Spent is bad events against the budget's events of the whole window, which
    holds for traffic of any shape; where events are not counted, time stands in.
    """
    known = Impact(
        objective.id,
        objective.target,
        objective.window.total_seconds(),
        counted.start,
        counted.end,
        counted.ratio,
        counted.bad,
        counted.total,
        budget=counted.of_window,
        gaps=counted.gaps or (),
        covered=None
        if counted.gaps is None
        else covered(counted.gaps, counted.start, counted.end),
        notes=counted.notes,
    )
    burn = _burn(objective, counted.ratio.value)
    spent = _spent(objective, counted, burn)
    after = _left(objective, counted.ratio_of_window.value)
    gone = None
    if after is not None and burn is not None:
        gone = gone_in(after, burn, objective.window)
    least, most = _bounds(counted)
    return replace(
        known,
        burn=burn,
        spent=spent,
        left_after=after,
        left_before=after + spent if after is not None and spent is not None else None,
        gone_in_seconds=gone.total_seconds() if gone is not None else None,
        bad_least=least,
        bad_most=most,
        by_label=_by_label(objective, counted),
    )


def _burn(objective: Objective, ratio: float | None) -> float | None:
    return None if ratio is None else burn_rate(ratio, objective.budget)


def _left(objective: Objective, ratio: float | None) -> float | None:
    burn = _burn(objective, ratio)
    return None if burn is None else 1 - burn


def _spent(objective: Objective, counted: Counted, burn: float | None) -> float | None:
    if counted.bad is None:
        over = counted.end - counted.start
        return None if burn is None else spent_in(burn, over, objective.window)
    bad, whole = counted.bad.value, counted.of_window.value
    if bad is None or whole is None:
        return None
    return spent_share(bad, whole, objective.budget)


def _bounds(counted: Counted) -> tuple[float | None, float | None]:
    """Return the least and the most that may have been bad.

    ``increase`` extends what was seen to the ends of its window by up to one
    scrape interval; a series that begins in between is blind to its first
    value; and beyond the last sample nothing is known.
    """
    if counted.bad is None or counted.bad.value is None:
        return None, None
    bad, whole = counted.bad.value, counted.end - counted.start
    samples = counted.samples.value or 0.0
    interval = whole / samples if samples >= 1 else whole
    slack = min(1.0, interval / whole) if whole > timedelta() else 1.0
    seen = whole - at_the_edges(counted.gaps or (), counted.start, counted.end)
    unseen = whole / seen if seen > timedelta() else 1.0
    most = bad * (1 + slack) * unseen + (counted.born.value or 0.0)
    return bad * (1 - slack), most


def _by_label(objective: Objective, counted: Counted) -> tuple[LabelImpact, ...]:
    whole = counted.of_window.value
    found = [
        LabelImpact(
            label,
            value,
            bad,
            total,
            spent_share(bad, whole, objective.budget) if whole is not None else None,
        )
        for label, value, bad, total in counted.by_label
    ]
    return _most_first(found)


def _most_first(found: Sequence[LabelImpact]) -> tuple[LabelImpact, ...]:
    return tuple(sorted(found, key=lambda each: (-each.bad, each.label, each.value)))
