"""The step graph of a runbook: which step leads where, and what decides it.

A run begins at the first step. *Met* without a branch goes on to the next step
of the text, whatever section it stands in, and so does a step that expects
nothing. A condition (*When*) is asked once the step is met, and wins over *Met*.
Behind the last step there is nowhere to go on to. A question is left by its
choices alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from runbookkit.model.base import Data
from runbookkit.model.remembered import remembered
from runbookkit.model.runbook import Branch, Runbook, Step, Target

EdgeKind = Literal["met", "not met", "when", "choice", "next"]
"""What decides; ``next`` is *met* without a branch."""
EndKind = Literal["stop", "escalate", "hand over", "nowhere", "unknown"]
"""How a run leaves the steps: ``nowhere`` is behind the last step, ``unknown``
an anchor that no step has."""


@dataclass(frozen=True, slots=True)
class Edge(Data):
    """One way out of a step."""

    source: str
    """Id of the step."""
    kind: EdgeKind
    target: str = ""
    """Id of the step that follows; empty at an end."""
    end: EndKind | None = None
    branch: Branch | None = None
    """The bullet that says so; none where the format implies it."""

    @property
    def title(self) -> str:
        """Words for the edge: the branch's label, or how it is implied."""
        return self.branch.label if self.branch else "Met"


@dataclass(frozen=True, slots=True)
class Cycle(Data):
    """Steps that lead back to each other, in the order of the text."""

    steps: tuple[str, ...]
    inner: tuple[Edge, ...]
    exits: tuple[Edge, ...]
    """The ways out of it; without one a run never ends."""


@dataclass(frozen=True, slots=True)
class StepGraph(Data):
    """All steps of a runbook and the ways between them."""

    steps: Mapping[str, Step]
    """By id, in the order of the text."""
    edges: tuple[Edge, ...]
    leaving: Mapping[str, tuple[Edge, ...]]
    """The edges out of each step."""

    @property
    def entry(self) -> str:
        """The id of the first step; empty when there is none."""
        return next(iter(self.steps), "")


@remembered
def step_graph(runbook: Runbook) -> StepGraph:
    """Return the step graph of a runbook."""
    steps = runbook.steps
    known: dict[str, Step] = {}
    leaving: dict[str, tuple[Edge, ...]] = {}
    for number, step in enumerate(steps):
        following = steps[number + 1].id if number + 1 < len(steps) else ""
        if step.id not in known:
            known[step.id] = step
            leaving[step.id] = tuple(_ways_out(step, following))
    ids = frozenset(known)
    leaving = {
        step: tuple(_settled(edge, ids) for edge in edges)
        for step, edges in leaving.items()
    }
    edges = tuple(edge for each in leaving.values() for edge in each)
    return StepGraph(known, edges, leaving)


def _ways_out(step: Step, following: str) -> Iterator[Edge]:
    if step.question is not None:
        yield from (
            _edge(step, branch, following)
            for branch in step.branches
            if branch.kind == "choice"
        )
        return
    yield from (
        _edge(step, branch, following)
        for branch in step.branches
        if branch.kind == "when"
    )
    met = step.branch("met")
    if met is not None:
        yield _edge(step, met, following)
    else:
        end: EndKind | None = None if following else "nowhere"
        yield Edge(step.id, "next", following, end)
    not_met = step.branch("not met")
    # What ran without an expectation cannot be "not met"; a person can say so.
    if not_met is not None and (step.expectations or step.action is None):
        yield _edge(step, not_met, following)


def _edge(step: Step, branch: Branch, following: str) -> Edge:
    target, end = _destination(branch.target, following)
    return Edge(step.id, branch.kind, target, end, branch)


def _destination(target: Target, following: str) -> tuple[str, EndKind | None]:
    match target.kind:
        case "stop":
            return "", "stop"
        case "escalate":
            return "", "escalate"
        case "continue":
            return following, None if following else "nowhere"
        case "go to":
            return target.anchor, None if target.anchor else "hand over"


def _settled(edge: Edge, ids: frozenset[str]) -> Edge:
    if edge.end is not None or edge.target in ids:
        return edge
    return Edge(edge.source, edge.kind, "", "unknown", edge.branch)


def reachable(
    graph: StepGraph, start: str = "", *, without: frozenset[str] = frozenset()
) -> frozenset[str]:
    """Return the steps that a run can come to, ``start`` included.

    ``start`` is the first step unless told otherwise; ``without`` names steps
    that the run may not go through.
    """
    return _reached(graph, [start or graph.entry], without)


def after(graph: StepGraph, step: str) -> frozenset[str]:
    """Return the steps that can follow a step; itself only if a way leads back."""
    return _reached(graph, [edge.target for edge in graph.leaving[step]], frozenset())


def _reached(
    graph: StepGraph, waiting: list[str], without: frozenset[str]
) -> frozenset[str]:
    found: set[str] = set()
    while waiting:
        step = waiting.pop()
        if step in found or step in without or step not in graph.steps:
            continue
        found.add(step)
        waiting.extend(edge.target for edge in graph.leaving[step])
    return frozenset(found)


def way(
    graph: StepGraph, goal: str, allowed: Callable[[Edge], bool]
) -> tuple[Edge, ...]:
    """Return a shortest way from the first step to ``goal`` over some edges.

    It is empty when there is none, or when ``goal`` is the first step.
    """
    came: dict[str, Edge | None] = {graph.entry: None}
    waiting = [graph.entry]
    for step in waiting:
        for edge in graph.leaving.get(step, ()):
            if edge.target and edge.target not in came and allowed(edge):
                came[edge.target] = edge
                waiting.append(edge.target)
    path: list[Edge] = []
    last = came.get(goal)
    while last is not None:
        path.append(last)
        last = came[last.source]
    return tuple(reversed(path))


def paths(graph: StepGraph) -> Iterator[tuple[Edge, ...]]:
    """Yield the ways through a runbook that visit no step twice.

    The last edge of a path leads to an end, or back to a step of the path. A
    runbook of many questions has more paths than anyone can wait for: take as
    many as are wanted.
    """
    if not graph.steps:
        return
    waiting: list[tuple[Edge, ...]] = [
        (edge,) for edge in reversed(graph.leaving[graph.entry])
    ]
    while waiting:
        path = waiting.pop()
        last = path[-1]
        if not last.target or last.target in {edge.source for edge in path}:
            yield path
        else:
            waiting.extend(
                (*path, edge) for edge in reversed(graph.leaving[last.target])
            )


@remembered
def cycles(graph: StepGraph) -> tuple[Cycle, ...]:
    """Return the groups of steps that lead back to each other."""
    later = {step: after(graph, step) for step in graph.steps}
    found: list[Cycle] = []
    seen: set[str] = set()
    for step in graph.steps:
        if step in seen or step not in later[step]:
            continue
        group = tuple(
            other
            for other in graph.steps
            if other in later[step] and step in later[other]
        )
        seen.update(group)
        edges = [edge for each in group for edge in graph.leaving[each]]
        inner = tuple(edge for edge in edges if edge.target in group)
        exits = tuple(edge for edge in edges if edge.target not in group)
        found.append(Cycle(group, inner, exits))
    return tuple(found)
