"""One guided execution of a runbook, as its events have left it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from runbookkit.model.base import Data
from runbookkit.model.run import RunEnd, Verdict

Mode = Literal["guided", "auto"]


@dataclass(frozen=True, slots=True)
class Machine(Data):
    """Where changes are made from, and where their results are kept."""

    name: str = ""
    """Its host name, for people."""
    spool: str = ""
    """Id of the folder that keeps the results; another folder knows nothing of them."""


@dataclass(frozen=True, slots=True)
class Attempt(Data):
    """One try at a step's action, or at its rollback."""

    number: int
    """From 1; polling and retries count up."""
    key: str
    """Name of the attempt at a change, which is made once for it; else empty."""
    started_at: datetime
    """When the engine was asked, which may be before the step's turn."""
    sent: str
    """The program as sent, without what must not be kept."""
    language: str = ""
    host: str = ""
    machine: Machine = field(default_factory=Machine)
    answer: Mapping[str, Any] | None = None
    """The answer as kept in the evidence; none while there is none."""
    error: str = ""
    """Why there is no answer, when there will be none."""
    verdict: Verdict | None = None
    """What this answer alone says; a step that polls goes on unless it is met."""
    message: str = ""

    @property
    def open(self) -> bool:
        """Whether it began and nobody knows yet how it ended."""
        return self.answer is None and not self.error


@dataclass(frozen=True, slots=True)
class StepRecord(Data):
    """What happened at one visit of a step."""

    step: str
    """Id of the step."""
    visit: int
    """From 1 for each step; a loop visits a step again."""
    entered_at: datetime
    approved_by: str = ""
    program: str = ""
    """The program that a person wrote instead; empty for the runbook's own."""
    edited: bool = False
    """Whether a person wrote another program, which may hold what is not kept."""
    attempts: tuple[Attempt, ...] = ()
    verdict: Verdict | None = None
    message: str = ""
    """The verdict in words: ``0.034 is not below 0.01``."""
    ended_at: datetime | None = None
    when: int | None = None
    """Position of the ``When`` branch whose condition holds."""
    choice: str = ""
    """Label of the branch that was taken."""
    captures: Mapping[str, Any] = field(default_factory=dict)
    """Captured values as they were at this visit: a rollback wants those."""
    rollback: Attempt | None = None
    """How the change of this visit was undone."""


@dataclass(frozen=True, slots=True)
class RunState(Data):
    """A run after all its events so far."""

    run: str
    """Id of the run."""
    sequence: int = 0
    """Sequence number of its last event."""
    runbook: str = ""
    """Path of the runbook."""
    content_hash: str = ""
    """Hash of its text when the run began."""
    mode: Mode = "guided"
    inputs: Mapping[str, Any] = field(default_factory=dict)
    """Without those of type ``secret``, which are kept nowhere."""
    alert: Mapping[str, Any] = field(default_factory=dict)
    """``labels`` and ``annotations`` of the alert that it is about."""
    incident: str = ""
    captures: Mapping[str, Any] = field(default_factory=dict)
    visits: tuple[StepRecord, ...] = ()
    """All visits in order; the last one is the current step's."""
    next_step: str = ""
    """Step to enter next; empty while one is under way or the run is over."""
    end: RunEnd | None = None
    handed_to: str = ""
    """The runbook that goes on, where the run ended so."""
    paused: bool = False
    handed: str = ""
    """To whom the run was left when it was last paused, and what they should know."""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    deviations: int = 0

    @property
    def current(self) -> StepRecord | None:
        """The visit that is under way; none between steps and after the end."""
        if self.end is not None or self.next_step or not self.visits:
            return None
        return self.visits[-1]

    @property
    def names(self) -> Mapping[str, Any]:
        """What ``{{ name }}`` may name: the alert's labels, inputs, captures."""
        return {**self.alert, **self.inputs, **self.captures}

    def names_at(self, record: StepRecord) -> Mapping[str, Any]:
        """Return what a name meant at a visit, its own captures included."""
        return {**self.alert, **self.inputs, **record.captures}
