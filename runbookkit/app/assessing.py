"""What an incident does to its objectives: measured, and kept on its timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from pydantic import TypeAdapter

from runbookkit.app.budgets import measure_impact
from runbookkit.app.metering import Meter
from runbookkit.app.objectives import known_objectives
from runbookkit.app.words import percent, span
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
_AFTER: Final = timedelta(minutes=30)
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


def assess(
    incident: IncidentRow,
    events: Sequence[Event],
    objective: Objective,
    meter: Meter,
    now: datetime,
    labels: Sequence[str] = (),
) -> Impact:
    """Return what an incident did to an objective, as far as anybody knows now."""
    found = anchors(events)
    seen = found.detected.at if found.detected is not None else incident.opened_at
    over = found.resolved.at if found.resolved is not None else None
    last = min(now, (over or now) + _AFTER)
    harm = _harm(objective, seen, last, meter)
    start = harm.start if harm is not None else seen
    end = harm.end if harm is not None else over
    return measure_impact(objective, start, end or last, meter, labels)


def _harm(
    objective: Objective, seen: datetime, last: datetime, meter: Meter
) -> Harm | None:
    query = error_ratio(objective, promql(_FINE)).replace("\n", " ")
    points = meter.points(query, seen - _LOOK_BACK, last, _STEP)
    return harm_around(points, objective.budget, seen, window=_FINE)


def bring_up_to_date(
    number: int,
    store: IncidentStore,
    looking: Measuring,
    now: datetime,
) -> None:
    """Measure an incident's impact again, unless that was done since it was over.

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
        if each.kind == "impact computed" and each.sequence > over > 0
    }
    for objective in objectives_of(incident, store.alerts(number), looking.objectives):
        if objective.id in final:
            continue
        meter, labels = looking.meter, looking.labels
        impact = assess(incident, events, objective, meter, now, labels)
        if impact.ratio.value is not None:
            key = f"impact:{number}:{objective.id}:{len(events)}"
            kept = impact_event(impact, key, now)
            store.decide(Want(), partial(_kept, stream, kept))


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


def impact_event(impact: Impact, key: str, now: datetime) -> NewEvent:
    """Return the event that keeps an impact; ``start`` and ``end`` are the harm's."""
    data: dict[str, Any] = {
        "objective": impact.objective,
        "impact": TypeAdapter(Impact).dump_python(impact, mode="json"),
        "text": impact_words(impact),
    }
    measured = impact.ratio.value is not None
    if measured:
        data["start"] = impact.start.isoformat()
        if impact.end < now - _STEP:
            data["end"] = impact.end.isoformat()
    return NewEvent("impact computed", now, data, "auto", "prometheus", key)


def impact_words(impact: Impact) -> str:
    """Return an impact in one line."""
    spent = percent(impact.spent)
    left = percent(impact.left_after)
    line = f"{impact.objective}: {spent} of the budget spent, {left} left"
    if impact.gone_in_seconds:
        gone = span(timedelta(seconds=impact.gone_in_seconds))
        line += f", gone in {gone} at that rate"
    return line
