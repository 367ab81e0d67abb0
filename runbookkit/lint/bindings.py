"""Which names have a value at which step: on every path, on some, or never."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from runbookkit.model.graph import Edge, StepGraph, reachable, step_graph, way
from runbookkit.model.remembered import remembered
from runbookkit.model.runbook import Runbook, Step
from runbookkit.queries.cel_fields import RESULT_NAMES

ALERT: Final = frozenset({"labels", "annotations"})
"""What the alert brings along: ``labels.tenant``."""

RESULTS: Final = frozenset(name for names in RESULT_NAMES.values() for name in names)
"""What answers of all kinds are called in expressions."""

State = Literal["always", "sometimes", "elsewhere", "never"]


def taken_by(name: str) -> str:
    """Return whose name an input or a capture may not have; empty when it is free."""
    if name in ALERT:
        return f"the alert's {name}"
    return "a result" if name in RESULTS else ""


@dataclass(frozen=True, slots=True)
class Bindings:
    """The captures that hold a value when a step begins, by the step's id."""

    inputs: frozenset[str]
    captured: Mapping[str, tuple[str, ...]]
    """The steps that capture a name, in the order of the text."""
    always: Mapping[str, frozenset[str]]
    """Captures that every path to the step has taken."""
    sometimes: Mapping[str, frozenset[str]]
    """Captures that some path to the step has taken."""
    graph: StepGraph
    unreadable: bool = False
    """Whether the front matter's inputs could not be read, so that any name may be one."""

    def state(self, name: str, step: Step | None, *, own: bool = False) -> State:
        """Return how well a name is bound where a step begins.

        ``step`` is none for text in front of the steps; ``own`` says that the
        step's own captures count, as in its rollback.
        """
        if name.partition(".")[0] in ALERT or name in self.inputs:
            return "always"
        if name not in self.captured:
            return "never"
        if step is None:
            return "elsewhere"
        taken = own and step.id in self.captured[name]
        if taken or name in self.always.get(step.id, frozenset()):
            return "always"
        return "sometimes" if name in self.sometimes[step.id] else "elsewhere"

    def way_without(self, name: str, step: Step) -> tuple[Edge, ...]:
        """Return a shortest way to a step on which a capture is not taken."""
        return way(
            self.graph, step.id, lambda edge: name not in _taken(self.graph, edge)
        )


@remembered
def bindings(runbook: Runbook) -> Bindings:
    """Return the bindings at each step of a runbook."""
    graph = step_graph(runbook)
    captured: dict[str, tuple[str, ...]] = {}
    for step in graph.steps.values():
        for capture in step.captures:
            captured[capture.name] = (*captured.get(capture.name, ()), step.id)
    inputs = frozenset(each.name for each in runbook.metadata.inputs)
    always, sometimes = _flow(graph, frozenset(captured))
    front = runbook.document.front_matter
    given = front is not None and (not front.data or front.data.get("inputs"))
    unreadable = bool(given) and not inputs
    return Bindings(inputs, captured, always, sometimes, graph, unreadable)


def _flow(
    graph: StepGraph, names: frozenset[str]
) -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    # A step that nothing leads to is reported as such: all names count as bound.
    always = dict.fromkeys(graph.steps, names)
    sometimes: dict[str, frozenset[str]] = dict.fromkeys(graph.steps, frozenset())
    if not graph.steps:
        return always, sometimes
    always[graph.entry] = frozenset()
    inside = reachable(graph)
    edges = [edge for edge in graph.edges if edge.source in inside and edge.target]
    changed = True
    while changed:
        changed = False
        for edge in edges:
            taken = _taken(graph, edge)
            must = always[edge.target] & (always[edge.source] | taken)
            may = sometimes[edge.target] | sometimes[edge.source] | taken
            if (must, may) != (always[edge.target], sometimes[edge.target]):
                always[edge.target], sometimes[edge.target] = must, may
                changed = True
    return always, sometimes


def _taken(graph: StepGraph, edge: Edge) -> frozenset[str]:
    """Return the captures that are taken when a step is left so."""
    step = graph.steps[edge.source]
    # A step that is not met captures nothing, and a question runs nothing.
    if not step.captures or edge.kind in {"not met", "choice"}:
        return frozenset()
    return frozenset(capture.name for capture in step.captures)
