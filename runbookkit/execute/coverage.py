"""Which ways through a runbook its scenarios take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

from runbookkit.model.event import Event
from runbookkit.model.graph import Edge, StepGraph, paths
from runbookkit.model.tested import Coverage, NotTaken

MOST_PATHS: Final = 10_000
"""A runbook of many questions has more than anyone can wait for."""


def coverage_of(
    runbook: str, graph: StepGraph, runs: Iterable[Sequence[Event]]
) -> Coverage:
    """Return what some runs of a runbook went through."""
    walks = [_walk(graph, events) for events in runs]
    taken = {edge for walk in walks for edge in walk}
    simple = {_cut(walk) for walk in walks if walk and not walk[-1].target}
    known = list(islice(paths(graph), MOST_PATHS))
    missing = tuple(
        NotTaken(
            edge.branch.span.line
            if edge.branch
            else graph.steps[edge.source].span.line,
            edge.source,
            edge.title,
            edge.target or str(edge.end),
        )
        for edge in graph.edges
        if edge not in taken
    )
    return Coverage(
        runbook,
        len(walks),
        len(graph.edges),
        len(graph.edges) - len(missing),
        len(known),
        sum(path in simple for path in known),
        missing,
    )


def _walk(graph: StepGraph, events: Sequence[Event]) -> tuple[Edge, ...]:
    """Return the edges that a run took; deviations from them are none."""
    taken = [each.data for each in events if each.kind == "branch taken"]
    return tuple(
        graph.leaving[data["step"]][data["way"]] for data in taken if "way" in data
    )


def _cut(walk: tuple[Edge, ...]) -> tuple[Edge, ...]:
    """Return a walk up to where it comes back to a step; so paths are told."""
    been: set[str] = set()
    for number, edge in enumerate(walk):
        been.add(edge.source)
        if edge.target in been:
            return walk[: number + 1]
    return walk
