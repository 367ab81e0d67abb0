"""Count what a week of incidents was like."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from runbookkit.app.postmortems.gathering import impacts_of, name_of, runs_of
from runbookkit.execute.transcript import Transcript
from runbookkit.incidents.durations import anchors, durations, spread
from runbookkit.model.event import Event
from runbookkit.model.impact import Impact
from runbookkit.model.incident import IncidentRow
from runbookkit.model.review import (
    Answer,
    BudgetSpend,
    Review,
    ReviewedPage,
    ReviewNumbers,
)
from runbookkit.model.timeline import Durations
from runbookkit.ports import Record
from runbookkit.settings import Loaded

_MOST: Final = 10_000
_DAY: Final = range(9, 17)
_WORKING_DAYS: Final = 5
_LOST: Final = frozenset({"effect failed", "page failed"})
_FAILED: Final = frozenset({"error", "skipped", "declined"})


@dataclass(frozen=True, slots=True)
class _Case:
    """One incident with all that is known of it."""

    incident: IncidentRow
    events: tuple[Event, ...]
    runs: tuple[Transcript, ...]
    impacts: tuple[Impact, ...]

    @property
    def paged(self) -> bool:
        return any(each.kind in {"page sent", "page failed"} for each in self.events)

    @property
    def durations(self) -> Durations:
        return durations(anchors(self.events))

    @property
    def alerts(self) -> tuple[str, ...]:
        names = (
            str(alert.get("name", ""))
            for event in self.events
            if event.kind == "alert firing"
            for alert in event.data.get("alerts", ())
        )
        return tuple(filter(None, dict.fromkeys(names)))

    @property
    def actions(self) -> tuple[str, ...]:
        return tuple(_actions(self))

    @property
    def impact(self) -> Answer:
        known = [each.ratio.value for each in self.impacts]
        if not any(each is not None for each in known):
            return "unknown"
        budgets = (1 - each.target for each in self.impacts)
        harmed = any(
            value is not None and value > budget
            for value, budget in zip(known, budgets, strict=True)
        )
        return "yes" if harmed else "no"


def review(store: Record, loaded: Loaded, start: datetime, end: datetime) -> Review:
    """Return the review of a stretch of time; incidents count by when they opened."""
    before = start - (end - start)
    rows = store.incidents(open_only=False, limit=_MOST)
    found = [
        row for row in rows if before <= row.opened_at < end and not row.merged_into
    ]
    cases = [_case(row, store, loaded) for row in reversed(found)]
    now = [each for each in cases if each.incident.opened_at >= start]
    earlier = [each for each in cases if each.incident.opened_at < start]
    return Review(
        start,
        end,
        _numbers(now),
        _numbers(earlier),
        tuple(_page(each) for each in now if each.paged),
        tuple(_budgets(now)),
        tuple(dict.fromkeys(line for each in now for line in _runbooks(each))),
    )


def _case(row: IncidentRow, store: Record, loaded: Loaded) -> _Case:
    events = tuple(store.read(f"incident/{row.id}"))
    runs = tuple(runs_of(events, store, loaded))
    return _Case(row, events, runs, tuple(impacts_of(events)))


def _numbers(cases: Sequence[_Case]) -> ReviewNumbers:
    pages = [each for each in cases if each.paged]
    return ReviewNumbers(
        pages=len(pages),
        outside_hours=sum(_is_outside(each.incident.opened_at) for each in pages),
        with_impact=sum(each.impact == "yes" for each in pages),
        acted_on=sum(bool(each.actions) for each in pages),
        tickets=len(cases) - len(pages),
        escalated=sum(r.state.end == "escalate" for each in cases for r in each.runs),
        alerts=sum(len(list(_episodes(each))) for each in cases),
        failed_notifications=sum(
            event.kind in _LOST for each in cases for event in each.events
        ),
        to_acknowledge=spread(each.durations.to_acknowledge for each in pages),
        to_mitigate=spread(each.durations.to_mitigate for each in pages),
        webhook_lag=spread(lag for each in cases for lag in _episodes(each)),
    )


def _is_outside(at: datetime) -> bool:
    return at.weekday() >= _WORKING_DAYS or at.hour not in _DAY


def _episodes(case: _Case) -> Iterator[timedelta | None]:
    """Yield for each episode of an alert how late it was kept."""
    for event in case.events:
        if event.kind in {"alert firing", "alert fired again"}:
            for alert in event.data.get("alerts", ()):
                began = alert.get("starts_at")
                yield (
                    event.recorded_at - datetime.fromisoformat(began) if began else None
                )


def _page(case: _Case) -> ReviewedPage:
    spent = [each.spent for each in case.impacts if each.spent is not None]
    last = next(reversed(case.runs), None)
    outcome = "no run"
    if last is not None:
        state = last.state
        outcome = state.end or ("paused" if state.paused else "under way")
    return ReviewedPage(
        case.incident.id,
        case.incident.opened_at,
        case.alerts,
        case.impact,
        max(spent, default=None),
        case.actions,
        last.state.runbook.rpartition("/")[2] if last is not None else "",
        outcome,
    )


def _actions(case: _Case) -> Iterator[str]:
    for run in case.runs:
        for visit in run.visits:
            if visit.effect == "changes production" and visit.record.verdict == "met":
                yield visit.title
    for event in case.events:
        if event.kind == "silence made":
            yield "an alert was silenced"
        elif event.kind == "incident mitigated" and event.actor not in {"", "auto"}:
            yield str(event.data.get("reason") or "mitigated by hand")


def _budgets(cases: Sequence[_Case]) -> Iterable[BudgetSpend]:
    spent: dict[tuple[str, str], float] = {}
    left: dict[str, float | None] = {}
    for case in cases:
        cause = next(iter(case.alerts), "no alert")
        for each in case.impacts:
            key = each.objective, cause
            spent[key] = spent.get(key, 0.0) + (each.spent or 0.0)
            left[each.objective] = each.left_after
    found = [
        BudgetSpend(objective, cause, share, left[objective])
        for (objective, cause), share in spent.items()
    ]
    return sorted(found, key=lambda each: (-each.spent, each.objective, each.cause))


def _runbooks(case: _Case) -> Iterator[str]:
    name = name_of(case.incident.id)
    if case.paged and not case.runs:
        yield f"{name}: no runbook was followed for {', '.join(case.alerts) or 'it'}"
    for run in case.runs:
        title = run.title
        for visit in run.visits:
            verdict = visit.record.verdict
            if verdict in _FAILED:
                said = f": {visit.record.message}" if visit.record.message else ""
                yield f"{name}: {title}: {visit.title} ended as {verdict}{said}"
        if run.state.deviations:
            yield f"{name}: {title}: left {run.state.deviations} times"
        if run.state.end == "escalate":
            yield f"{name}: {title}: ended in escalate"
