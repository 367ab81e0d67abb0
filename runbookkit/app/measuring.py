"""Impact measured by itself: again while an incident goes on, and once it is over.

Jobs like any other: kept with the incident, and tried again until Prometheus answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from runbookkit.app.assessing import (
    AFTER,
    SETTLED,
    Assessed,
    Measuring,
    assess_all,
    impact_events,
    impact_words,
)
from runbookkit.app.working import Done, Performer
from runbookkit.errors import CouldNotCheckError
from runbookkit.incidents.durations import anchors
from runbookkit.incidents.looked import decision
from runbookkit.incidents.planning import EVIDENCE_QUEUE, MEASURE
from runbookkit.model.event import Event, NewEvent
from runbookkit.model.incident import NOT_OVER, IncidentRow
from runbookkit.model.job import Job, NewJob
from runbookkit.model.policy import Policy
from runbookkit.ports import Clock, IncidentStore

_SOON: Final = timedelta(minutes=2)
"""After the first minute: what it could not tell for want of samples."""
_EVERY: Final = timedelta(minutes=10)
_LATE: Final = timedelta(minutes=1)
"""After the last moment that counts, for samples to arrive."""


@dataclass(frozen=True, slots=True)
class Impacts:
    """What measuring needs from outside."""

    store: IncidentStore
    fresh: Callable[[], Measuring]
    """For each measurement one that has not failed to ask anything."""
    policy: Policy
    clock: Clock


def impact_performer(impacts: Impacts) -> Performer:
    """Return what does the jobs that measure impact; see :mod:`runbookkit.app.working`."""

    def measure(job: Job) -> Done:
        incident = impacts.store.incident(int(job.stream.rpartition("/")[2]))
        over = incident is not None and incident.status not in NOT_OVER
        if incident is None or over != bool(job.data.get("over")):
            return Done()  # what it was about has passed; another job has the rest
        if int(job.data.get("turn", 0)) != turn_of(incident):
            return Done()
        return _measured(job, incident, impacts)

    return measure


def _measured(job: Job, incident: IncidentRow, impacts: Impacts) -> Done:
    """Measure; keep it.

    Raises:
        CouldNotCheckError: Prometheus did not answer.
    """
    store, now, looking = impacts.store, impacts.clock.now(), impacts.fresh()
    if looking.meter.backend is None:
        return Done()  # the first minute has said so, and waiting brings no Prometheus
    events, alerts = store.read(job.stream), store.alerts(incident.id)
    found = assess_all(incident, events, alerts, looking, now)
    for missing in looking.meter.not_asked:
        raise CouldNotCheckError(f"{missing.source}: {missing.reason}")
    seen = dict(incident.data.get("seen", {}))
    seen |= budget_at_a_glance(found)
    store.decide(*decision(incident.id, seen, impacts.policy, now))
    told = tuple(_told(job, found, events, now))
    return Done(told, tuple(_follow_up(job, found, events, now)))


def _told(
    job: Job, found: Sequence[Assessed], events: Sequence[Event], now: datetime
) -> Iterator[NewEvent]:
    """Yield what is new: while an incident goes on, it is news only once."""
    kept = impact_events(found, job.key, now)
    if job.data.get("over"):
        yield from kept
    elif not any(each.kind == "impact computed" for each in events):
        yield from (each for each in kept if each.kind == "impact computed")


def _follow_up(
    job: Job, found: Sequence[Assessed], events: Sequence[Event], now: datetime
) -> Iterator[NewJob]:
    if all(each.final for each in found):
        return
    at = now + _EVERY
    resolved = anchors(events).resolved
    if job.data.get("over") and resolved is not None:
        moments = (resolved.at + SETTLED, resolved.at + AFTER + _LATE)
        at = next((each for each in moments if each > now), at)
    yield _again(job, at)


def soon_again(job: Job, incident: IncidentRow, now: datetime) -> NewJob:
    """Return the job that measures again what the first minute measured early."""
    data: dict[str, object] = {"turn": turn_of(incident), "over": False}
    return _next(job, f"{job.key}:{MEASURE}", now + _SOON, data, 1)


def _again(job: Job, at: datetime) -> NewJob:
    count = int(job.data.get("count", 0)) + 1
    key = job.key.removesuffix(f"#{count - 1}")
    return _next(job, key, at, dict(job.data), count)


def _next(
    job: Job, key: str, at: datetime, data: dict[str, object], count: int
) -> NewJob:
    data["count"] = count
    named = f"{key}#{count}"
    return NewJob(named, MEASURE, EVIDENCE_QUEUE, job.stream, at, data, timer=True)


def budget_at_a_glance(found: Sequence[Assessed]) -> dict[str, str]:
    """Return the worst of what was measured, for whoever sees the incident at a glance."""
    measured = [each for each in found if each.measured]
    return {"budget": impact_words(measured[0])} if measured else {}


def turn_of(incident: IncidentRow) -> int:
    """Return how often an incident was reopened."""
    return int(incident.data.get("turn", 0))
