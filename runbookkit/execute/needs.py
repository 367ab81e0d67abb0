"""What a run needs next; a pure function of its state and its runbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from runbookkit.errors import SessionError
from runbookkit.model.graph import Edge, StepGraph
from runbookkit.model.run import RunEnd
from runbookkit.model.runbook import SHELL_FENCES, Step
from runbookkit.model.runstate import Attempt, RunState, StepRecord

BACK = "back"
"""What stands for a branch where a person went back."""
_LEAST_PAUSE = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class EnterStep:
    """The run goes on with a step."""

    step: Step


@dataclass(frozen=True, slots=True)
class Approve:
    """A step changes something; a person has to say yes."""

    step: Step
    undo: bool = False
    """Whether it is the step's rollback that changes something."""


@dataclass(frozen=True, slots=True)
class RunAction:
    """An action is to be run."""

    step: Step
    number: int
    changes: bool = False
    not_before: datetime | None = None
    """When polling: the time of the next try."""


@dataclass(frozen=True, slots=True)
class Settle:
    """An attempt began and nobody saw its end.

    What reads is asked again; of a change only the result is asked for.
    """

    step: Step
    attempt: Attempt
    changes: bool
    rollback_of: int | None = None
    """Position of the visit whose change it undoes, when it is a rollback."""


@dataclass(frozen=True, slots=True)
class Judge:
    """The time for asking again is over; the last answer decides."""

    step: Step
    attempt: Attempt


@dataclass(frozen=True, slots=True)
class Confirm:
    """A step that a person does by hand; they say when it is done."""

    step: Step


@dataclass(frozen=True, slots=True)
class Undoable:
    """A change that was made in this run and can be undone."""

    step: Step
    position: int
    """Of its visit."""


@dataclass(frozen=True, slots=True)
class Choose:
    """A way out of a step is to be chosen.

    ``suggested`` is what the verdict says; none after a question, an error, a
    skipped or a declined step.
    """

    step: Step
    options: tuple[Edge, ...]
    suggested: Edge | None
    undo: Undoable | None = None
    """The newest change, where it was not verified and its rollback is offered."""


@dataclass(frozen=True, slots=True)
class Finished:
    """The run is over."""

    end: RunEnd


Need = EnterStep | Approve | RunAction | Settle | Judge | Confirm | Choose | Finished


def need_of(state: RunState, graph: StepGraph) -> Need:
    """Return what a run needs next.

    Raises:
        SessionError: The runbook has no such step: it is not the one that the
            run began with.
    """
    if state.end is not None:
        return Finished(state.end)
    if state.next_step:
        return EnterStep(_step(graph, state.next_step))
    record = state.current
    if record is None:
        raise SessionError(f"run {state.run} has not begun")
    return _rollback(state, graph) or _within(state, record, graph)


def open_change(state: RunState, graph: StepGraph) -> Settle | None:
    """Return the change, or rollback, that began and whose end nobody saw."""
    if state.current is None:
        return None
    need = need_of(state, graph)
    return need if isinstance(need, Settle) and need.changes else None


def changes(step: Step, record: StepRecord) -> bool:
    """Tell whether a step's action changes something.

    A command that a person wrote may change anything, whatever the runbook
    says of its own.
    """
    if step.action is None:
        return False
    written = record.edited and step.action.language in SHELL_FENCES
    return step.effect == "change" or written


def step_before(state: RunState) -> str:
    """Return the id of the step that led to the current one; empty at the first.

    A step that was left by going back is not on the way any more.
    """
    way: list[str] = []
    left = ""
    for record in state.visits:
        if left == BACK:
            way.pop()
        elif not way or way[-1] != record.step:
            way.append(record.step)
        left = record.choice
    return way[-2] if len(way) > 1 else ""


def _rollback(state: RunState, graph: StepGraph) -> Settle | None:
    for position, visit in enumerate(state.visits):
        if visit.rollback is not None and visit.rollback.open:
            step = _step(graph, visit.step)
            return Settle(step, visit.rollback, changes=True, rollback_of=position)
    return None


def _within(state: RunState, record: StepRecord, graph: StepGraph) -> Need:
    step = _step(graph, record.step)
    if record.verdict is not None:
        return _choice(step, state, graph)
    if step.question is not None:
        return Choose(step, graph.leaving[step.id], None)
    return Confirm(step) if step.action is None else _action(step, record)


def _action(step: Step, record: StepRecord) -> Need:
    change = changes(step, record)
    if change and not record.approved_by and not record.attempts:
        return Approve(step)
    if not record.attempts:
        return RunAction(step, 1, change)
    last = record.attempts[-1]
    if last.open:
        return Settle(step, last, change)
    return next_poll(step, record) or Judge(step, last)


def next_poll(step: Step, record: StepRecord) -> RunAction | None:
    """Return the next try of a step that asks until its expectation holds.

    None when it does not poll, or its time is over. A change is never repeated.
    """
    poll = step.action.lead.poll if step.action and step.action.lead else None
    if poll is None or not record.attempts or changes(step, record):
        return None
    first, last = record.attempts[0], record.attempts[-1]
    due = last.started_at + max(poll.every, _LEAST_PAUSE)
    if due > first.started_at + poll.up_to:
        return None
    return RunAction(step, last.number + 1, not_before=due)


def _choice(step: Step, state: RunState, graph: StepGraph) -> Choose:
    record = state.visits[-1]
    edges = graph.leaving[step.id]
    suggested = next(_suggested(record, edges), None)
    bad = record.verdict in {"not met", "error"}
    undo = _undoable(state, graph) if bad else None
    return Choose(step, edges, suggested, undo)


def _undoable(state: RunState, graph: StepGraph) -> Undoable | None:
    """Return the newest change that was made and not undone."""
    for position in range(len(state.visits) - 1, -1, -1):
        record = state.visits[position]
        step = _step(graph, record.step)
        if step.effect != "change" or not record.attempts:
            continue
        if record.rollback is None and step.rollback and step.rollback.command:
            return Undoable(step, position)
    return None


def _suggested(record: StepRecord, edges: tuple[Edge, ...]) -> Iterator[Edge]:
    if record.verdict == "met" and record.when is not None:
        whens = [edge for edge in edges if edge.kind == "when"]
        yield from whens[record.when : record.when + 1]
    if record.verdict == "met":
        yield from (edge for edge in edges if edge.kind in {"met", "next"})
    elif record.verdict == "not met":
        yield from (edge for edge in edges if edge.kind == "not met")


def _step(graph: StepGraph, step: str) -> Step:
    if step not in graph.steps:
        raise SessionError(f"the runbook has no step {step!r}; it changed meanwhile")
    return graph.steps[step]
