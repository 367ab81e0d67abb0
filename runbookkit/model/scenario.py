"""A scenario: answers that were recorded or written, and the run that must follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from runbookkit.model.answer import ResultKind
from runbookkit.model.base import Data
from runbookkit.model.run import RunAlert, RunbookVersion, RunEnd, Verdict

ScenarioEnd = RunEnd | Literal["pause"]
"""How a scenario's run ends; it pauses where a person is needed who says nothing."""
Said = Literal["", "approve", "decline", "not met", "skip", "pause"]
"""What the person says before a step is run; when it is left out a step that reads
is run, and a change is approved where the scenario approves changes."""


@dataclass(frozen=True, slots=True)
class ScenarioAnswer(Data):
    """What one try at a step brings.

    A step that asks an engine has ``names`` or an ``error``; a step that asks a
    person has a ``choice``.
    """

    kind: ResultKind | None = None
    """The shape of the answer; what the query asks for when it is left out."""
    names: Mapping[str, Any] | None = None
    """What an expectation sees: ``series``, ``lines``, ``traces``, ``exit_code``, …

    What follows from the others may be left out: a ``value`` is one series, a
    ``json`` is what the command printed with exit code 0.
    """
    error: str = ""
    """Why nothing came back, in the engine's words."""
    voids: str = ""
    """Why the answer may not be judged, though one came."""
    said: Said = ""
    """What the person says to a change, to a step by hand, or before any step."""
    wrote: str = ""
    """The program that the person writes in place of the runbook's."""
    choice: str = ""
    """Label of the branch that the person takes; left out, they follow the verdict.

    ``again`` runs the step once more, ``back`` goes to the step before,
    ``escalate`` and ``pause`` end the run here.
    """
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
    end: ScenarioEnd | None = None


@dataclass(frozen=True, slots=True)
class Scenario(Data):
    """One run of a runbook that can be played again without any server."""

    name: str
    """What happens in it, in a few words."""
    expect: Expected
    runbook: RunbookVersion | None = None
    """Its path is relative to the scenario; only with ``like`` it can be left out."""
    started_at: datetime = datetime(2026, 1, 1, 12, tzinfo=UTC)
    """When the run begins, in UTC. The clock stands still until an answer moves it."""
    first: str = ""
    """Id of the step to begin at; the first one when it is left out."""
    answers: Mapping[str, tuple[ScenarioAnswer, ...]] = field(default_factory=dict)
    """By the step's id, one for each try in order; the last serves all further tries."""
    format: Literal["scenario/v1"] = "scenario/v1"
    like: str = ""
    """Name of an earlier scenario of the file whose values hold, but ``expect``.

    ``answers`` and ``inputs`` that are given here replace single ones of it.
    """
    alert: RunAlert | None = None
    """None when a person begins the run."""
    inputs: Mapping[str, str] = field(default_factory=dict)
    """Values that the alert does not give, by name; never those of secrets."""
    approves_changes: bool = False
    """Whether the person agrees to every step that changes something."""
