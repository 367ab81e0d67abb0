"""How error budgets stand, and what an incident spent of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from runbookkit.app.metering import Meter, selectors_of
from runbookkit.app.words import percent
from runbookkit.model.impact import (
    BudgetStatus,
    BurnRate,
    Gap,
    Impact,
    Measured,
    SloStatus,
)
from runbookkit.model.slo import Objective, SloFile
from runbookkit.queries.promql_ranges import by_label
from runbookkit.slo.budget import burn_rate, gone_in
from runbookkit.slo.gaps import covered
from runbookkit.slo.impact import Counted, impact_of
from runbookkit.slo.rules import error_ratio
from runbookkit.slo.windows import in_window, promql, recorded

_HOUR: Final = timedelta(hours=1)
_BEFORE: Final = timedelta(hours=1)
"""How far back a series is looked for before it counts as new."""
_GAPS_TOLD: Final = 0.999
_HARDLY: Final = 0.001


def status_of(files: Sequence[SloFile], meter: Meter, now: datetime) -> SloStatus:
    """Return how the budgets of all objectives stand."""
    found = tuple(
        _budget(objective, meter, now)
        for file in files
        for objective in file.objectives
    )
    problems = tuple(each for file in files for each in file.problems)
    return SloStatus(now, found, problems, tuple(meter.not_asked))


def _budget(objective: Objective, meter: Meter, now: datetime) -> BudgetStatus:
    whole = _ratio(objective, objective.window, meter, now)
    burns = tuple(_burn(objective, each, meter, now) for each in recorded())
    left = None if whole.value is None else 1 - burn_rate(whole.value, objective.budget)
    hour = next(each for each in burns if each.window == promql(_HOUR))
    gone = None
    if left is not None and hour.burn is not None:
        gone = gone_in(left, hour.burn, objective.window)
    start = now - objective.window
    gaps = meter.gaps(objective.total_query or objective.ratio_query, start, now)
    share = None if gaps is None else covered(gaps, start, now)
    notes = list(_coverage_notes(share))
    return BudgetStatus(
        objective.id,
        objective.target,
        promql(objective.window),
        left,
        whole,
        burns,
        gone.total_seconds() if gone is not None else None,
        gaps or (),
        share,
        tuple(notes),
    )


def _coverage_notes(share: float | None) -> Iterable[str]:
    if share is None:
        yield "whether data is missing cannot be told from these queries"
    elif share < _GAPS_TOLD:
        yield f"there is data for {_share(share)} of the window only"


def _share(share: float) -> str:
    return percent(share) if share >= _HARDLY else f"less than {percent(_HARDLY)}"


def _burn(
    objective: Objective, window: timedelta, meter: Meter, now: datetime
) -> BurnRate:
    ratio = _ratio(objective, window, meter, now)
    burn = None if ratio.value is None else burn_rate(ratio.value, objective.budget)
    return BurnRate(promql(window), burn, ratio)


def _ratio(
    objective: Objective, window: timedelta, meter: Meter, at: datetime
) -> Measured:
    """Return an error ratio; no series of errors is none, while there are events."""
    query = error_ratio(objective, promql(window)).replace("\n", " ")
    what = f"{objective.id} over {promql(window)}"
    found = meter.value(query, at, what)
    if found.note != "no data" or objective.ratio_query:
        return found
    total = meter.value(in_window(objective.total_query, window), at, what)
    if not total.value:
        return found
    bad = meter.value(in_window(objective.error_query, window), at, what)
    if bad.note != "no data":
        return found
    return replace(found, value=0.0, note="there is no series of bad events")


def measure_impact(
    objective: Objective,
    start: datetime,
    end: datetime,
    meter: Meter,
    labels: Sequence[str] = (),
) -> Impact:
    """Return what an incident did to an objective, by default for everybody.

    ``labels`` are those to tell apart by: ``tenant``, ``route``.
    """
    over = timedelta(seconds=max(1, round((end - start).total_seconds())))
    events = bool(objective.total_query)
    bad = _events(objective.error_query, over, meter, end) if events else None
    total = _events(objective.total_query, over, meter, end) if events else None
    ratio = _ratio(objective, over, meter, end)
    if bad is not None and bad.note == "no data" and total and total.value:
        bad = replace(bad, value=0.0, note="there is no series of bad events")
    query = objective.total_query or objective.ratio_query
    whole = end - objective.window, end
    counted = Counted(
        end - over,
        end,
        ratio,
        bad,
        total,
        _events(objective.total_query, objective.window, meter, end)
        if events
        else ratio,
        _ratio(objective, objective.window, meter, end),
        _samples(objective, over, meter, end),
        _born(objective, over, meter, end),
        meter.gaps(query, end - over, end),
        tuple(_apart(objective, over, meter, end, labels)) if events else (),
    )
    notes = *_notes(counted, labels), *_window_notes(meter.gaps(query, *whole), whole)
    return impact_of(objective, replace(counted, notes=notes))


def _window_notes(
    gaps: Sequence[Gap] | None, whole: tuple[datetime, datetime]
) -> Iterable[str]:
    """Say that a budget is a share of fewer events than there were."""
    share = None if gaps is None else covered(gaps, *whole)
    if share is not None and share < _GAPS_TOLD:
        yield (
            f"there is data for {_share(share)} of the objective's window only: its budget"
            " is larger than it looks, and a smaller share of it is spent"
        )


def _events(query: str, over: timedelta, meter: Meter, at: datetime) -> Measured:
    return meter.value(_count(in_window(query, over), over), at, "events")


def _count(query: str, over: timedelta) -> str:
    """Return events from events per second."""
    return f"({query.strip()}) * {over.total_seconds():.12g}".replace("\n", " ")


def _samples(
    objective: Objective, over: timedelta, meter: Meter, at: datetime
) -> Measured:
    selectors = selectors_of(objective.total_query or objective.ratio_query)
    each = " or ".join(f"count_over_time({one}[{promql(over)}])" for one in selectors)
    return _unless_empty(f"avg({each})" if each else "", meter, at)


def _born(
    objective: Objective, over: timedelta, meter: Meter, at: datetime
) -> Measured:
    """Ask what new counters had counted when they were first seen.

    Such a series begins with its first error, say, at 40: the increase from
    nothing to 40 is in no query that looks at differences.
    """
    since = promql(over)
    parts = (
        f"sum(min_over_time({one}[{since}])"
        f" unless last_over_time({one}[{promql(_BEFORE)}] offset {since}))"
        for one in selectors_of(objective.error_query)
    )
    query = " + ".join(f"({part} or vector(0))" for part in parts)
    return _unless_empty(query, meter, at)


def _unless_empty(query: str, meter: Meter, at: datetime) -> Measured:
    if query:
        return meter.value(query, at, "samples")
    return Measured(None, "", at, meter.links("", at), "cannot be asked")


def _apart(
    objective: Objective,
    over: timedelta,
    meter: Meter,
    at: datetime,
    labels: Sequence[str],
) -> Iterable[tuple[str, str, float, float | None]]:
    for label in labels:
        bad = by_label(in_window(objective.error_query, over), label)
        total = by_label(in_window(objective.total_query, over), label)
        if not bad:
            continue
        found = meter.series(_count(bad, over), at, label, f"by {label}")
        totals = {}
        if total:
            totals = meter.series(_count(total, over), at, label, f"by {label}")
        for value in sorted({*found, *totals}):
            yield label, value, found.get(value, 0.0), totals.get(value)


def _notes(counted: Counted, labels: Sequence[str]) -> Iterable[str]:
    apart = {label for label, *_ in counted.by_label}
    for label in labels:
        if label not in apart:
            yield f"nothing can be told apart by the label {label}"
    if counted.gaps is None:
        yield "whether data is missing cannot be told from these queries"
    if counted.born.value:
        yield (
            f"series that began within the incident had counted {counted.born.value:g}"
            " before they were first seen; they may be part of it"
        )
    for each in (counted.ratio, counted.bad, counted.ratio_of_window):
        if each is not None and each.note:
            yield f"{each.note}: {each.query}"
