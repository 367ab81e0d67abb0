"""What ``runbook test`` found: one result for each scenario, coverage by runbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from runbookkit.model.base import Data

Compared = Literal["path", "verdict", "capture", "end", "sent", "answer"]


@dataclass(frozen=True, slots=True)
class Difference(Data):
    """One thing that a replay did otherwise than its scenario expects."""

    what: Compared
    """``answer`` when the scenario has none that fits the step."""
    step: str
    """Id of the step; empty for what is about no step, such as a value."""
    line: int
    """Of the step in the runbook; 0 without a step."""
    expected: tuple[str, ...]
    """Lines; for a path one for each step."""
    actual: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScenarioResult(Data):
    """How one scenario went."""

    file: str
    line: int
    name: str
    runbook: str
    """Path of the runbook."""
    differences: tuple[Difference, ...]
    """None when it passed; the step that differs first comes first."""
    path: tuple[str, ...]
    """Ids of the steps that were visited."""
    end: str
    changed: bool
    """Whether the runbook is another version than the one that was recorded."""

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return not self.differences


@dataclass(frozen=True, slots=True)
class Untested(Data):
    """A scenario that could not be played, and why."""

    file: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class NotTaken(Data):
    """A way out of a step that no scenario takes."""

    line: int
    step: str
    label: str
    leads: str
    """Id of the next step, or how the run ends."""


@dataclass(frozen=True, slots=True)
class Coverage(Data):
    """What the scenarios of one runbook go through."""

    runbook: str
    scenarios: int
    branches: int
    """Ways out of steps."""
    branches_taken: int
    paths: int
    """Ways from the first step to an end that visit no step twice."""
    paths_taken: int
    not_taken: tuple[NotTaken, ...]

    @property
    def ratio(self) -> float:
        """Share of the branches that are taken."""
        return self.branches_taken / self.branches if self.branches else 1.0


@dataclass(frozen=True, slots=True)
class ScenarioReport(Data):
    """What ``runbook test`` prints as JSON."""

    scenarios: tuple[ScenarioResult, ...]
    could_not_check: tuple[Untested, ...]
    coverage: tuple[Coverage, ...]
    least_coverage: float | None = None
    """Share of the branches that each runbook must reach; none when nobody asks."""

    @property
    def failed(self) -> tuple[ScenarioResult, ...]:
        """Scenarios that came out otherwise."""
        return tuple(each for each in self.scenarios if not each.passed)

    @property
    def uncovered(self) -> tuple[Coverage, ...]:
        """Runbooks that are below what is asked for."""
        least = self.least_coverage or 0.0
        return tuple(each for each in self.coverage if each.ratio < least)
