"""What a run needs next; a pure function of its state and its runbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from runbookkit.errors import SessionError
from runbookkit.model.graph import Edge, StepGraph
from runbookkit.model.run import RunEnd
from runbookkit.model.runbook import Step
from runbookkit.model.runstate import Attempt, RunState, StepRecord


@dataclass(frozen=True, slots=True)
class EnterStep:
    """The run goes on with a step."""

    step: Step


@dataclass(frozen=True, slots=True)
class Approve:
    """A step changes something; a person has to say yes."""

    step: Step


@dataclass(frozen=True, slots=True)
class RunAction:
    """An action is to be run.

    ``again`` is an attempt that began and whose end nobody saw: a change is
    asked for by its key, so that it is not made twice.
    """

    step: Step
    number: int
    not_before: datetime | None = None
    """When polling: the time of the next try."""
    again: Attempt | None = None


@dataclass(frozen=True, slots=True)
class Judge:
    """An answer is there and has no verdict yet."""

    step: Step
    attempt: Attempt


@dataclass(frozen=True, slots=True)
class Confirm:
    """A step that a person does by hand; they say when it is done."""

    step: Step


@dataclass(frozen=True, slots=True)
class Choose:
    """A way out of a step is to be chosen.

    ``suggested`` is what the verdict says; none after a question, an error, a
    skipped or a declined step.
    """

    step: Step
    options: tuple[Edge, ...]
    suggested: Edge | None
    undo: bool = False
    """Whether a change was not verified and its rollback is offered."""


@dataclass(frozen=True, slots=True)
class Finished:
    """The run is over."""

    end: RunEnd


Need = EnterStep | Approve | RunAction | Judge | Confirm | Choose | Finished


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
    return _within(_step(graph, record.step), record, graph)


def _within(step: Step, record: StepRecord, graph: StepGraph) -> Need:
    if record.verdict is not None:
        return _choice(step, record, graph)
    if step.question is not None:
        return Choose(step, graph.leaving[step.id], None)
    if step.action is None:
        return Confirm(step)
    if step.effect == "change" and not record.approved_by:
        return Approve(step)
    return _attempt(step, record)


def _attempt(step: Step, record: StepRecord) -> Need:
    if not record.attempts:
        return RunAction(step, 1)
    last = record.attempts[-1]
    return RunAction(step, last.number, again=last) if last.open else Judge(step, last)


def next_poll(step: Step, record: StepRecord) -> RunAction | None:
    """Return the next try of a step that asks until its expectation holds.

    None when it does not poll, or its time is over.
    """
    poll = step.action.lead.poll if step.action and step.action.lead else None
    if poll is None or not record.attempts:
        return None
    first, last = record.attempts[0], record.attempts[-1]
    due = last.started_at + max(poll.every, timedelta(seconds=1))
    if due > first.started_at + poll.up_to:
        return None
    return RunAction(step, last.number + 1, not_before=due)


def _choice(step: Step, record: StepRecord, graph: StepGraph) -> Choose:
    edges = graph.leaving[step.id]
    suggested = next(_suggested(record, edges), None)
    failed_change = (
        step.effect == "change"
        and record.verdict in {"not met", "error"}
        and bool(record.attempts)
        and step.rollback is not None
        and step.rollback.command is not None
    )
    return Choose(step, edges, suggested, undo=failed_change)


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
