"""One run of a runbook, as its events tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from runbookkit.model.base import Data

Verdict = Literal["met", "not met", "error", "skipped", "declined"]
"""How a visit to a step ends; an error is never taken for *not met*."""
End = Literal["stop", "escalate", "hand over"]
"""How a run ends: done, people are called, or another runbook goes on."""


@dataclass(frozen=True, slots=True)
class Attempt(Data):
    """One time that an action was sent."""

    number: int
    """Which attempt of the visit it is, from 1."""
    key: str
    """Name of the attempt, so that a change is never made twice."""
    started_at: datetime
    sent: str
    """The action as it was sent."""
    answer: Mapping[str, Any] | None = None
    """What came back, as plain JSON values."""
    error: str = ""
    """Why nothing came back."""

    @property
    def open(self) -> bool:
        """Whether nobody has seen its end."""
        return self.answer is None and not self.error


@dataclass(frozen=True, slots=True)
class StepRecord(Data):
    """One visit to a step."""

    step: str
    """Id of the step."""
    visit: int
    """Which visit to the step it is, from 1."""
    entered_at: datetime
    attempts: tuple[Attempt, ...] = ()
    approved_by: str = ""
    """Who agreed to the change."""
    verdict: Verdict | None = None
    message: str = ""
    """Why it ended so: the number and the threshold in words, or a reason."""
    when: int | None = None
    """Which of the *when* branches holds, from 0."""
    choice: str = ""
    """Label of the branch that was taken."""
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RunState(Data):
    """A run after some of its events."""

    run: str
    """Id of the run."""
    runbook: str = ""
    """Path of the runbook."""
    content_hash: str = ""
    """Of the runbook's text when the run began."""
    mode: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    alert: Mapping[str, Any] = field(default_factory=dict)
    incident: str = ""
    """Id of the incident that the run belongs to."""
    started_at: datetime | None = None
    visits: tuple[StepRecord, ...] = ()
    """In the order of time."""
    next_step: str = ""
    """Id of the step that is to be entered."""
    captures: Mapping[str, Any] = field(default_factory=dict)
    """By name."""
    deviations: int = 0
    paused: bool = False
    end: End | None = None
    ended_at: datetime | None = None
    sequence: int = 0
    """Number of the last event in it."""

    @property
    def current(self) -> StepRecord | None:
        """The visit that is under way, or was last."""
        return self.visits[-1] if self.visits else None
