"""What happened in a run, step by step: a pure projection of its events."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from runbookkit.errors import SessionError
from runbookkit.execute.curves import Threshold, thresholds_of
from runbookkit.execute.state import state_of
from runbookkit.model.event import Event
from runbookkit.model.graph import step_graph
from runbookkit.model.runbook import Runbook, Step
from runbookkit.model.runstate import RunState, StepRecord


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that a person did or wrote: an approval, a deviation, a note."""

    at: datetime
    who: str
    kind: str
    text: str = ""
    program: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit of a step."""

    number: int
    """From 1, in the order of the run."""
    step: str
    title: str
    effect: str
    """``reads``, ``changes production``, ``by hand`` or ``asks``."""
    record: StepRecord
    prose: tuple[str, ...] = ()
    """Markdown, as the runbook has it."""
    expects: str = ""
    thresholds: tuple[Threshold, ...] = ()
    captures: Mapping[str, Any] = field(default_factory=dict)
    """Values that this visit captured."""
    remarks: tuple[Remark, ...] = ()
    leads: str = ""
    """Where the way out led: the title of a step, or an end."""

    @property
    def duration(self) -> timedelta | None:
        """From entering the step to its verdict."""
        ended = self.record.ended_at
        return None if ended is None else ended - self.record.entered_at


@dataclass(frozen=True, slots=True)
class Transcript:
    """A run as it can be read afterwards."""

    state: RunState
    title: str
    people: tuple[str, ...]
    """Who acted, in order of appearance."""
    visits: tuple[Visit, ...]
    remarks: tuple[Remark, ...]
    """What was said outside of any step: pauses, and how the run went on."""
    reason: str = ""
    """Why it ended, where somebody said so."""
    after: str = ""
    """Id of the run that handed over to this one."""

    @property
    def duration(self) -> timedelta | None:
        """From its beginning to its end; none while it is not over."""
        began, ended = self.state.started_at, self.state.ended_at
        return None if began is None or ended is None else ended - began


def transcript_of(
    run: str, events: Sequence[Event], runbook: Runbook | None
) -> Transcript:
    """Return the transcript of a run.

    Without its runbook there is no prose, and steps are called by their ids.

    Raises:
        SessionError: The events are not those of a run.
    """
    if not events or events[0].kind != "run started":
        raise SessionError(f"these events are not those of run {run}")
    state = state_of(run, events)
    steps = step_graph(runbook).steps if runbook is not None else {}
    visits = _visits(state, steps)
    outside: list[Remark] = []
    position = -1
    for event in events:
        if event.kind == "step entered":
            position += 1
            continue
        at = event.data.get("position", position)
        if event.kind == "value captured":
            visits[at] = _captured(visits[at], event)
        remark = _remark(event)
        if remark is None:
            continue
        if at < 0 or event.kind in {"run paused", "run resumed"}:
            outside.append(remark)
        else:
            visits[at] = replace(visits[at], remarks=(*visits[at].remarks, remark))
    begun = events[0].data
    return Transcript(
        state,
        begun.get("title") or (runbook.title if runbook else "") or state.runbook,
        tuple(dict.fromkeys(event.actor for event in events if event.actor)),
        tuple(visits),
        tuple(outside),
        events[-1].data.get("reason", ""),
        begun.get("after", ""),
    )


def _visits(state: RunState, steps: Mapping[str, Step]) -> list[Visit]:
    visits: list[Visit] = []
    for number, record in enumerate(state.visits, 1):
        step = steps.get(record.step)
        following = state.visits[number] if number < len(state.visits) else None
        leads = following.step if following else state.next_step or state.end or ""
        known = steps.get(leads)
        visits.append(
            Visit(
                number,
                record.step,
                step.title if step else record.step,
                _effect(step, record),
                record,
                _prose(step),
                step.expect.expression.text if step and step.expect else "",
                thresholds_of(step),
                leads=known.title if known else leads,
            )
        )
    return visits


def _prose(step: Step | None) -> tuple[str, ...]:
    if step is None:
        return ()
    asked = (step.question.text,) if step.question is not None else ()
    return (*(each.marked for each in step.prose), *asked)


def _effect(step: Step | None, record: StepRecord) -> str:
    if step is None:
        changed = any(each.key for each in record.attempts)
        return "changes production" if changed else "reads"
    if step.question is not None:
        return "asks"
    if step.action is None:
        return "by hand"
    return "changes production" if step.effect == "change" else "reads"


def _captured(visit: Visit, event: Event) -> Visit:
    captured = {**visit.captures, event.data["name"]: event.data["value"]}
    return replace(visit, captures=captured)


def _remark(event: Event) -> Remark | None:
    say = _REMARKS.get(event.kind)
    if say is None:
        return None
    kind, text = say(event.data)
    program = str(event.data.get("program", ""))
    return Remark(event.at, event.actor, kind, text, program)


def _deviation(data: Mapping[str, Any]) -> tuple[str, str]:
    what, text = str(data.get("what", "")), str(data.get("text", ""))
    return "deviation", f"{what}: {text}" if text else what


def _rolled_back(data: Mapping[str, Any]) -> tuple[str, str]:
    error = str(data.get("error", ""))
    return "rollback ended", f"it failed: {error}" if error else ""


_REMARKS: Mapping[str, Callable[[Mapping[str, Any]], tuple[str, str]]] = {
    "change approved": lambda _: ("approved the change", ""),
    "change declined": lambda _: ("declined the change", ""),
    "deviation noted": _deviation,
    "note added": lambda data: ("note", str(data.get("text", ""))),
    "rollback started": lambda _: ("approved the rollback", ""),
    "rollback ended": _rolled_back,
    "run paused": lambda data: (
        ("handed over", str(data["to"])) if data.get("to") else ("paused", "")
    ),
    "run resumed": lambda _: ("resumed", ""),
}
