"""One thing to play: a runbook and a scenario, redacted before anything else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runbookkit.audit.view import shown_line
from runbookkit.execute.outside import Start
from runbookkit.model.audit import Gap
from runbookkit.model.graph import StepGraph, step_graph
from runbookkit.model.runbook import Runbook, Step
from runbookkit.model.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Case:
    """A runbook, a scenario, and what a mechanical look at the text has found.

    Text and scenario hold no secrets any more: the player, the simulator and the
    judge all see the same.
    """

    runbook: Runbook
    scenario: Scenario
    start: Start
    """How the run begins: inputs with their values, and the alert."""
    secrets: Mapping[str, Any] = field(default_factory=dict)
    linked: Mapping[str, str] = field(default_factory=dict)
    """Text behind each link that can be opened, by its target as written."""
    gaps: tuple[Gap, ...] = ()
    """What the dry run has found."""
    derived: bool = False

    @property
    def graph(self) -> StepGraph:
        """The step graph."""
        return step_graph(self.runbook)

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines as a player is shown them."""
        return tuple(shown_line(line) for line in self.runbook.document.lines)

    @property
    def names(self) -> dict[str, Any]:
        """The values that hold when the run begins."""
        return {**self.start.alert, **self.start.inputs, **self.secrets}

    @property
    def first(self) -> str:
        """Id of the step to begin at."""
        return self.scenario.first or self.graph.entry

    def step_named(self, name: str) -> Step | None:
        """Return the step that a heading, as a reader gives it, means."""
        wanted = _plain(name)
        for step in self.graph.steps.values():
            heading = self.runbook.document.lines[step.span.line - 1]
            if wanted in {_plain(step.id), _plain(step.title), _plain(heading)}:
                return step
        return None

    def step_at(self, line: int) -> Step | None:
        """Return the step that a line stands in."""
        for step in self.graph.steps.values():
            if step.span.line <= line <= step.end_line:
                return step
        return None

    def quotes(self, line: int, quote: str) -> bool:
        """Tell whether a quote stands verbatim in a line."""
        lines = self.lines
        wanted = quote.strip()
        return bool(wanted) and 1 <= line <= len(lines) and wanted in lines[line - 1]


def _plain(name: str) -> str:
    return " ".join(name.strip().lstrip("#").split()).casefold()
