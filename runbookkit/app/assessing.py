"""What an incident does to its objectives: measured, and kept on its timeline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from pydantic import TypeAdapter

from runbookkit.app.budgets import measure_impact
from runbookkit.app.metering import Meter
from runbookkit.app.objectives import known_objectives
from runbookkit.app.words import left, percent, rfc3339, span
from runbookkit.errors import UsageError
from runbookkit.incidents.durations import anchors
from runbookkit.model.event import Event, NewEvent
from runbookkit.model.impact import Impact
from runbookkit.model.incident import AlertRow, Changes, IncidentRow, Known, Want
from runbookkit.model.slo import Objective
from runbookkit.ports import Backend, IncidentStore
from runbookkit.settings import Loaded
from runbookkit.slo.harm import Harm, harm_around
from runbookkit.slo.rules import error_ratio
from runbookkit.slo.windows import promql

_LOOK_BACK: Final = timedelta(hours=2)
"""Before the alert: harm that burns slowly begins long before."""
_FINE: Final = timedelta(minutes=2)
"""Short enough to see the beginning, long enough for several scrapes."""
_STEP: Final = timedelta(seconds=30)
_EDGE: Final = timedelta(seconds=5)
"""How closely the first and the last moment of harm are looked at."""
SETTLED: Final = timedelta(minutes=8)
"""After an incident it shows by then whether the harm is over: it must have been
quiet for five minutes, and errors count for two minutes after the last one."""
AFTER: Final = timedelta(minutes=30)
"""What goes on for longer after an incident is no longer its."""
_MOST: Final = 1000
"""Incidents of one review."""


@dataclass(frozen=True, slots=True)
class Measuring:
    """What measuring needs."""

    objectives: Mapping[str, Objective]
    meter: Meter
    labels: Sequence[str] = ()
    """To tell apart by."""


def measuring(loaded: Loaded, backend: Backend | None) -> Measuring:
    """Return what measuring needs, as configured.

    Raises:
        UsageError: A file of objectives is not where it should be.
    """
    options = loaded.configuration
    meter = Meter(backend, options.grafana)
    return Measuring(known_objectives(loaded), meter, options.impact_labels)


def objectives_of(
    incident: IncidentRow, alerts: Sequence[AlertRow], known: Mapping[str, Objective]
) -> tuple[Objective, ...]:
    """Return the objectives of an incident: those that its alerts name, else its service's."""
    ids = [incident.slo, *(each.labels.get("sloth_id", "") for each in alerts)]
    named = [known[each] for each in dict.fromkeys(ids) if each in known]
    if named:
        return tuple(named)
    return tuple(each for each in known.values() if each.service == incident.service)


@dataclass(frozen=True, slots=True)
class Assessed:
    """What is known of an incident's impact on one objective."""

    impact: Impact
    """Counted over the harm, and over two minutes of a shorter one."""
    harm: Harm | None
    """None where nothing shows any."""
    final: bool
    """Nothing about it will change any more."""
    going_on: bool
    """Neither the incident nor the harm is over."""

    @property
    def measured(self) -> bool:
        """Whether there were samples enough to say anything."""
        return self.impact.ratio.value is not None


def assess_all(
    incident: IncidentRow,
    events: Sequence[Event],
    alerts: Sequence[AlertRow],
    looking: Measuring,
    now: datetime,
) -> tuple[Assessed, ...]:
    """Return what an incident did to each of its objectives, the worst first."""
    found = [
        assess(incident, events, each, looking, now)
        for each in objectives_of(incident, alerts, looking.objectives)
    ]
    return tuple(sorted(found, key=lambda each: -(each.impact.burn or 0.0)))


def assess(
    incident: IncidentRow,
    events: Sequence[Event],
    objective: Objective,
    looking: Measuring,
    now: datetime,
) -> Assessed:
    """Return what an incident did to an objective, as far as anybody knows now."""
    found = anchors(events)
    seen = found.detected.at if found.detected is not None else incident.opened_at
    over = found.resolved.at if found.resolved is not None else None
    last = min(now, (over or now) + AFTER)
    harm = _harm(objective, seen, last, looking.meter)
    start, end = (harm.start, harm.end) if harm is not None else (seen, over)
    window = _long_enough(start, end or last, last)
    impact = measure_impact(objective, *window, looking.meter, looking.labels)
    going_on = over is None and (harm is None or harm.end is None)
    return Assessed(impact, harm, _is_final(harm, over, now), going_on)


def _is_final(harm: Harm | None, over: datetime | None, now: datetime) -> bool:
    if over is None:
        return False
    if harm is not None and harm.end is not None:
        return True
    return now >= over + (SETTLED if harm is None else AFTER)


def _long_enough(
    start: datetime, end: datetime, last: datetime
) -> tuple[datetime, datetime]:
    """Return a window that holds samples on both sides of short harm, too.

    More good events do not make the bad ones more; ``last`` is the present, or as
    far as anything counts.
    """
    missing = _FINE - (end - start)
    if missing <= timedelta():
        return start, end
    end = min(last, end + missing / 2)
    return end - _FINE, end


def _harm(
    objective: Objective, seen: datetime, last: datetime, meter: Meter
) -> Harm | None:
    """Return the harm; its edges are looked at once more, and closely."""
    query = error_ratio(objective, promql(_FINE)).replace("\n", " ")
    points = meter.points(query, seen - _LOOK_BACK, last, _STEP)
    found = harm_around(points, objective.budget, seen, window=_FINE)
    if found is None:
        return None
    edges = [found.start - _STEP]
    if found.end is not None:
        edges.append(found.end + _FINE)
    for edge in edges:
        points += meter.points(query, edge, min(edge + _STEP, last), _EDGE)
    points.sort(key=lambda each: float(each[0]))
    return harm_around(points, objective.budget, seen, window=_FINE)


def bring_up_to_date(
    number: int,
    store: IncidentStore,
    looking: Measuring,
    now: datetime,
) -> tuple[str, ...]:
    """Measure an incident's impact again, where what is known of it is not final.

    Returns the ids of the objectives on which it still is not.

    Raises:
        UsageError: There is no such incident.
        StoreError: What was measured could not be kept.
    """
    incident = store.incident(number)
    if incident is None:
        raise UsageError(f"there is no incident {number}")
    stream = f"incident/{number}"
    events = store.read(stream)
    over = max(
        (each.sequence for each in events if each.kind == "incident resolved"),
        default=0,
    )
    final = {
        each.data.get("objective")
        for each in events
        if each.kind == "impact computed"
        and each.sequence > over > 0
        and each.data.get("final", True)
    }
    open_still = []
    for objective in objectives_of(incident, store.alerts(number), looking.objectives):
        if objective.id in final:
            continue
        found = assess(incident, events, objective, looking, now)
        if found.measured:
            key = f"impact:{number}:{objective.id}:{len(events)}"
            kept = impact_event(found, key, now)
            store.decide(Want(), partial(_kept, stream, kept))
        if not found.final:
            open_still.append(objective.id)
    return tuple(open_still)


def bring_all_up_to_date(
    store: IncidentStore, looking: Measuring, start: datetime, now: datetime
) -> None:
    """Measure the impact of all incidents again that opened since a moment.

    Raises:
        StoreError: What was measured could not be kept.
    """
    for row in store.incidents(open_only=False, limit=_MOST):
        if row.opened_at >= start and not row.merged_into:
            bring_up_to_date(row.id, store, looking, now)


def _kept(stream: str, event: NewEvent, _: Known) -> Changes:
    return Changes(events={stream: (event,)})


def impact_events(
    found: Sequence[Assessed], key: str, now: datetime
) -> Iterator[NewEvent]:
    """Yield what is kept of an assessment: impacts, and what is not known yet."""
    for each in found:
        name = f"{key}:impact:{each.impact.objective}"
        if each.measured:
            yield impact_event(each, name, now)
        else:
            text = unmeasured_words(each)
            data = {"text": text, "unmeasured": each.impact.objective}
            yield NewEvent(
                "evidence attached", now, data, "auto", "prometheus", f"{name}:unknown"
            )


def impact_event(of: Assessed, key: str, now: datetime) -> NewEvent:
    """Return the event that keeps an impact; ``start`` and ``end`` are the harm's."""
    data: dict[str, Any] = {
        "objective": of.impact.objective,
        "impact": TypeAdapter(Impact).dump_python(of.impact, mode="json"),
        "text": impact_words(of),
        "final": of.final,
    }
    if of.harm is not None:
        data["start"] = of.harm.start.isoformat()
        if of.harm.end is not None:
            data["end"] = of.harm.end.isoformat()
    return NewEvent("impact computed", now, data, "auto", "prometheus", key)


def impact_words(of: Assessed) -> str:
    """Return an impact in one line."""
    impact = of.impact
    ended = of.final or (of.harm is not None and of.harm.end is not None)
    so_far = "" if ended else " so far"
    line = (
        f"{impact.objective}: {percent(impact.spent)} of the budget spent{so_far},"
        f" {left(impact.left_after)}"
    )
    if of.going_on and impact.burn:
        line += f", burning at {impact.burn:.3g} times the allowed rate"
        if impact.gone_in_seconds:
            gone = span(timedelta(seconds=impact.gone_in_seconds))
            line += f", gone in {gone} at that rate"
    return line


def unmeasured_words(of: Assessed) -> str:
    """Return in one line that nothing can be said of an impact, and what follows."""
    impact = of.impact
    between = f"from {rfc3339(impact.start)} to {rfc3339(impact.end)}"
    if of.final:
        return (
            f"impact on {impact.objective} is unknown: too few samples {between} of"
            f" {impact.ratio.query}"
        )
    return (
        f"not enough samples yet: impact on {impact.objective} cannot be told {between};"
        " it is measured again"
    )
