"""Events of a run to its state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from runbookkit.errors import SessionError
from runbookkit.model.event import Event
from runbookkit.model.runstate import Attempt, RunState, StepRecord


def state_of(run: str, events: Iterable[Event]) -> RunState:
    """Return the state of a run after its events."""
    state = RunState(run)
    for event in events:
        state = apply(state, event)
    return state


def apply(state: RunState, event: Event) -> RunState:
    """Return the state after one more event.

    Raises:
        SessionError: The event does not fit the state; the log is not a run's.
    """
    change = _CHANGES.get(event.kind)
    if change is None:
        raise SessionError(f"{event.stream}: a run has no event {event.kind!r}")
    return replace(change(state, event), sequence=event.sequence)


def _started(state: RunState, event: Event) -> RunState:
    data = event.data
    return replace(
        state,
        runbook=data["runbook"],
        content_hash=data["content_hash"],
        mode=data["mode"],
        inputs=data["inputs"],
        alert=data["alert"],
        incident=data.get("incident", ""),
        next_step=data["first"],
        started_at=event.at,
    )


def _entered(state: RunState, event: Event) -> RunState:
    step = event.data["step"]
    visit = 1 + sum(each.step == step for each in state.visits)
    record = StepRecord(step, visit, event.at)
    return replace(state, visits=(*state.visits, record), next_step="")


def _approved(state: RunState, event: Event) -> RunState:
    program = event.data["program"]
    return _current(state, event, approved_by=event.actor, program=program)


def _declined(state: RunState, event: Event) -> RunState:
    return _current(
        state,
        event,
        verdict="declined",
        message=f"declined by {event.actor}",
        ended_at=event.at,
    )


def _attempt_started(state: RunState, event: Event) -> RunState:
    record = _record(state, event)
    attempt = Attempt(
        len(record.attempts) + 1, event.data["key"], event.at, event.data["sent"]
    )
    return _current(state, event, attempts=(*record.attempts, attempt))


def _answered(state: RunState, event: Event) -> RunState:
    return _attempt_ended(state, event, answer=event.data["answer"])


def _failed(state: RunState, event: Event) -> RunState:
    return _attempt_ended(state, event, error=event.data["error"])


def _attempt_ended(state: RunState, event: Event, **changed: Any) -> RunState:
    *before, last = _record(state, event).attempts
    return _current(state, event, attempts=(*before, replace(last, **changed)))


def _judged(state: RunState, event: Event) -> RunState:
    data = event.data
    return _current(
        state,
        event,
        verdict=data["verdict"],
        message=data["message"],
        when=data.get("when"),
        ended_at=event.at,
    )


def _captured(state: RunState, event: Event) -> RunState:
    captures = {**state.captures, event.data["name"]: event.data["value"]}
    return replace(state, captures=captures)


def _skipped(state: RunState, event: Event) -> RunState:
    return _current(
        state,
        event,
        verdict="skipped",
        message=event.data["reason"],
        ended_at=event.at,
    )


def _branched(state: RunState, event: Event) -> RunState:
    data = event.data
    state = _current(state, event, choice=data["label"])
    return replace(state, next_step=data["target"])


def _deviated(state: RunState, event: Event) -> RunState:
    state = replace(state, deviations=state.deviations + 1)
    program = event.data.get("program")
    return _current(state, event, program=program) if program else state


def _noted(state: RunState, _: Event) -> RunState:
    return state


def _paused(state: RunState, _: Event) -> RunState:
    return replace(state, paused=True)


def _resumed(state: RunState, _: Event) -> RunState:
    return replace(state, paused=False)


def _finished(state: RunState, event: Event) -> RunState:
    return replace(
        state, end=event.data["end"], next_step="", paused=False, ended_at=event.at
    )


def _record(state: RunState, event: Event) -> StepRecord:
    if not state.visits or state.visits[-1].step != event.data["step"]:
        raise SessionError(
            f"{event.stream}: event {event.sequence} is about step"
            f" {event.data['step']!r}, which is not under way"
        )
    return state.visits[-1]


def _current(state: RunState, event: Event, **changed: Any) -> RunState:
    record = replace(_record(state, event), **changed)
    return replace(state, visits=(*state.visits[:-1], record))


_CHANGES: Mapping[str, Callable[[RunState, Event], RunState]] = {
    "run started": _started,
    "step entered": _entered,
    "change approved": _approved,
    "change declined": _declined,
    "action started": _attempt_started,
    "action answered": _answered,
    "action failed": _failed,
    "step judged": _judged,
    "value captured": _captured,
    "step skipped": _skipped,
    "branch taken": _branched,
    "deviation noted": _deviated,
    "note added": _noted,
    "run paused": _paused,
    "run resumed": _resumed,
    "run handed over": _noted,
    "run finished": _finished,
}
