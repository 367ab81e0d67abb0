"""Events of a run to its state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from runbookkit.errors import SessionError
from runbookkit.model.event import Event
from runbookkit.model.runstate import Attempt, Machine, RunState, StepRecord


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
    if event.sequence != state.sequence + 1:
        raise SessionError(
            f"{event.stream}: event {event.sequence} where {state.sequence + 1} was"
            " expected; the log has a gap"
        )
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
    record = StepRecord(step, visit, event.at, captures=state.captures)
    return replace(state, visits=(*state.visits, record), next_step="")


def _approved(state: RunState, event: Event) -> RunState:
    return _current(state, event, approved_by=event.actor)


def _declined(state: RunState, event: Event) -> RunState:
    said = {"verdict": "declined", "message": f"declined by {event.actor}"}
    return _ended(state, event, **said)


def _attempt_started(state: RunState, event: Event) -> RunState:
    attempts = _record(state, event).attempts
    attempt = _attempt(event, len(attempts) + 1)
    return _current(state, event, attempts=(*attempts, attempt))


def _attempt(event: Event, number: int) -> Attempt:
    data = event.data
    return Attempt(
        number,
        data["key"],
        datetime.fromisoformat(data["asked_at"]) if "asked_at" in data else event.at,
        data["sent"],
        data["language"],
        data["host"],
        Machine(data.get("machine", ""), data.get("spool", "")),
    )


def _answered(state: RunState, event: Event) -> RunState:
    data = event.data
    return _attempt_ended(
        state,
        event,
        answer=data["answer"],
        verdict=data["verdict"],
        message=data["message"],
    )


def _failed(state: RunState, event: Event) -> RunState:
    if event.data.get("never_begun"):
        # nothing happened, and whoever approved it did not mean any later time
        attempts = _record(state, event).attempts[:-1]
        return _current(state, event, attempts=attempts, approved_by="")
    error = event.data["error"]
    return _attempt_ended(state, event, error=error, verdict="error", message=error)


def _attempt_ended(state: RunState, event: Event, **changed: Any) -> RunState:
    *before, last = _record(state, event).attempts
    return _current(state, event, attempts=(*before, replace(last, **changed)))


def _judged(state: RunState, event: Event) -> RunState:
    data = event.data
    return _ended(
        state,
        event,
        verdict=data["verdict"],
        message=data["message"],
        when=data.get("when"),
    )


def _captured(state: RunState, event: Event) -> RunState:
    name = event.data["name"]
    captures = {each: v for each, v in state.captures.items() if each != name}
    if event.data.get("kept", True):
        captures[name] = event.data["value"]
    state = replace(state, captures=captures)
    return _current(state, event, captures=captures)


def _skipped(state: RunState, event: Event) -> RunState:
    return _ended(state, event, verdict="skipped", message=event.data["reason"])


def _branched(state: RunState, event: Event) -> RunState:
    data = event.data
    state = _current(state, event, choice=data["label"])
    return replace(state, next_step=data["target"])


def _deviated(state: RunState, event: Event) -> RunState:
    state = replace(state, deviations=state.deviations + 1)
    if "program" not in event.data:
        return state
    # an approval holds for what was shown
    program = event.data["program"] if event.data.get("kept", True) else ""
    return _current(state, event, program=program, edited=True, approved_by="")


def _rollback_started(state: RunState, event: Event) -> RunState:
    return _undone(state, event, _attempt(event, 1))


def _rollback_ended(state: RunState, event: Event) -> RunState:
    data = event.data
    begun = state.visits[data["position"]].rollback
    if begun is None:
        raise SessionError(f"{event.stream}: a rollback ended that never began")
    if data.get("never_begun"):
        return _undone(state, event, None)
    ended = replace(begun, answer=data.get("answer"), error=data.get("error", ""))
    return _undone(state, event, ended)


def _undone(state: RunState, event: Event, rollback: Attempt | None) -> RunState:
    position = event.data["position"]
    record = replace(state.visits[position], rollback=rollback)
    visits = (*state.visits[:position], record, *state.visits[position + 1 :])
    return replace(state, visits=visits)


def _noted(state: RunState, _: Event) -> RunState:
    return state


def _paused(state: RunState, event: Event) -> RunState:
    return replace(state, paused=True, handed=event.data.get("to", ""))


def _resumed(state: RunState, event: Event) -> RunState:
    state = replace(state, paused=False, mode=event.data.get("mode", state.mode))
    record = state.current
    if record is None or record.attempts or not record.approved_by:
        return state
    # a yes is for now, not for whenever the run goes on
    fresh = replace(record, approved_by="")
    return replace(state, visits=(*state.visits[:-1], fresh))


def _handed_over(state: RunState, event: Event) -> RunState:
    return replace(state, handed_to=event.data["href"])


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


def _ended(state: RunState, event: Event, **changed: Any) -> RunState:
    return _current(state, event, ended_at=event.at, **changed)


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
    "rollback started": _rollback_started,
    "rollback ended": _rollback_ended,
    "note added": _noted,
    "run paused": _paused,
    "run resumed": _resumed,
    "run handed over": _handed_over,
    "run finished": _finished,
}
