"""What a person is asked, and what they may answer; both front ends ask the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from runbookkit.errors import RunbookkitError
from runbookkit.execute import person as say
from runbookkit.execute.needs import Approve, Choose, step_before
from runbookkit.model.answer import Ask
from runbookkit.model.graph import Edge, StepGraph
from runbookkit.model.runbook import Rollback
from runbookkit.model.runstate import RunState
from runbookkit.queries.quoting import render

YES = "yes"
"""The whole word that a change wants."""
_ALWAYS = ("note", "elsewhere", "hand over", "pause", "escalate")


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer."""

    keys: tuple[str, ...]
    """What is typed for it; an empty one is Enter, which one choice at most has."""
    label: str
    decision: say.Decision
    listed: bool = True
    """Whether the plain front end lists it; else the prompt names it."""
    suggested: bool = False
    """Whether the verdict says so."""

    @property
    def word(self) -> str:
        """The whole word that has to be typed; empty where a key does."""
        return YES if YES in self.keys else ""


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is asked."""

    prompt: str
    choices: tuple[Choice, ...]
    asides: tuple[str, ...]
    """What may be done instead: ``note``, ``skip``, ``back``, …"""
    ask: Ask | None = None
    """What would be sent."""
    said: tuple[str, ...] = ()
    """What has to be known before."""
    undoes: str = ""
    """Title of the step whose change would be undone."""

    @property
    def preselected(self) -> int | None:
        """Position of the choice that is on Enter."""
        on_enter = (n for n, each in enumerate(self.choices) if "" in each.keys)
        return next(on_enter, None)


def before(ask: Ask, state: RunState) -> Question:
    """Ask whether what reads is to be run."""
    run = Choice(("", "r"), "Run it", say.Go(), listed=False)
    return Question("Run it", (run,), _asides(state, "edit", "skip"), ask)


def approve(need: Approve, ask: Ask, state: RunState) -> Question:
    """Ask whether a change is to be made; nothing is on Enter."""
    prompt = f"Type {YES} to make this change, no to decline"
    choices = (
        Choice((YES,), "Make this change", say.Go(), listed=False),
        Choice(("no",), "Decline it", say.Decline(), listed=False),
    )
    if need.undo:
        asides = _asides(state, without="back")
        return Question(prompt, choices, asides, ask, undoes=need.step.title)
    step, undo = need.step, need.step.rollback
    changed = step.changes.text if step.changes else "what it changes is not said"
    if step.effect != "change":
        changed = "a command that was written by hand may change anything"
    rolled = [f"Rollback: {rollback_text(undo, state)}"] if undo is not None else []
    asides = _asides(state, "edit", "skip")
    return Question(prompt, choices, asides, ask, (f"This changes: {changed}", *rolled))


def confirm(state: RunState) -> Question:
    """Ask how a step by hand went."""
    choices = (
        Choice(("",), "Done, and as it should be", say.Go(), listed=False),
        Choice(("x",), "it is not as it should be", say.NotMet()),
    )
    return Question("Done", choices, _asides(state, "skip"))


def choose(need: Choose, state: RunState, graph: StepGraph) -> Question:
    """Ask for the way out of a step; the suggested one is on Enter."""
    open_question = state.visits[-1].verdict is None
    choices = [*_ways(need, graph)]
    if not open_question:
        choices.append(Choice(("a",), "again: run the step once more", say.Again()))
    if need.undo is not None:
        undo = f"undo: run the rollback of {need.undo.step.title!r}"
        choices.append(Choice(("u",), undo, say.Undo()))
    asides = _asides(state, "skip") if open_question else _asides(state)
    return Question("Which way", tuple(choices), asides)


def rollback_text(undo: Rollback, state: RunState) -> str:
    """Return what a rollback would run, with the values that are known."""
    if undo.command is None:
        return f"none: {undo.reason}"
    try:
        return render(undo.command.text, undo.language or "bash", state.names)
    except RunbookkitError:
        return undo.command.text  # it is refused when it is asked for


def _ways(need: Choose, graph: StepGraph) -> Iterator[Choice]:
    numbers = {step: number for number, step in enumerate(graph.steps, 1)}
    for number, edge in enumerate(need.options, 1):
        label = f"{edge.title}: {_leads(edge, graph, numbers)}"
        suggested = edge == need.suggested
        typed = (str(number), "") if suggested else (str(number),)
        yield Choice(typed, label, say.Take(edge), suggested=suggested)


def _leads(edge: Edge, graph: StepGraph, numbers: dict[str, int]) -> str:
    if edge.target:
        step = graph.steps[edge.target]
        effect = ", which changes production" if step.effect == "change" else ""
        return f"step {numbers[edge.target]}, {step.title}{effect}"
    if edge.end == "hand over" and edge.branch is not None:
        return f"{edge.branch.target.title} ({edge.branch.target.href})"
    return edge.end or "nowhere"


def _asides(state: RunState, *more: str, without: str = "") -> tuple[str, ...]:
    back = ("back",) if step_before(state) and without != "back" else ()
    return (*more, *back, *_ALWAYS)
