"""A scenario: answers that were recorded or written, and the run that must follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from runbookkit.model.answer import ResultKind
from runbookkit.model.base import Data
from runbookkit.model.run import RunAlert, RunbookVersion, RunEnd, Verdict


@dataclass(frozen=True, slots=True)
class ScenarioAnswer(Data):
    """What one visit to a step brings.

    A step that asks an engine has ``names`` or an ``error``; a step that asks a
    person has a ``choice``.
    """

    kind: ResultKind | None = None
    """The shape of the answer; the language's usual one when it is left out."""
    names: Mapping[str, Any] | None = None
    """What an expectation sees: ``series``, ``lines``, ``traces``, ``exit_code``, …"""
    error: str = ""
    """Why nothing came back, in the engine's words."""
    voids: str = ""
    """Why the answer may not be judged, though one came."""
    choice: str = ""
    """Label of the branch that the person takes."""
    sent: str = ""
    """The action as it was sent; empty where it was not recorded.

    A replay that would send something else says so: the answer is not to it.
    """
    took_seconds: float = 0.0
    """How long it took; the clock of the replay moves on by it."""


@dataclass(frozen=True, slots=True)
class Expected(Data):
    """What the run must come to; what is left out is not compared."""

    path: tuple[str, ...] = ()
    """Ids of the steps in the order they are visited, repeats included."""
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    """How the last visit ends, by the step's id."""
    captures: Mapping[str, Any] = field(default_factory=dict)
    """Values that steps capture, by name."""
    end: RunEnd | None = None


@dataclass(frozen=True, slots=True)
class Scenario(Data):
    """One run of a runbook that can be played again without any server."""

    name: str
    """What happens in it, in a few words."""
    runbook: RunbookVersion
    """Its path is relative to the scenario."""
    started_at: datetime
    """When the run begins, in UTC. The clock stands still until an answer moves it."""
    answers: Mapping[str, tuple[ScenarioAnswer, ...]]
    """One for each visit, by the step's id; the last serves all further visits."""
    expect: Expected
    format: Literal["scenario/v1"] = "scenario/v1"
    alert: RunAlert | None = None
    """None when a person begins the run."""
    inputs: Mapping[str, str] = field(default_factory=dict)
    """Values that the alert does not give, by name; never those of secrets."""
    approves_changes: bool = False
    """Whether the person agrees to every step that changes something."""
