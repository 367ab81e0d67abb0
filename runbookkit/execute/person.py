"""The one who decides: a person in front of a terminal, or nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from runbookkit.execute.needs import Approve, Choose, Confirm, RunAction
from runbookkit.model.answer import Ask
from runbookkit.model.event import Event
from runbookkit.model.graph import Edge
from runbookkit.model.runstate import RunState

_ROUNDS = 100
"""Visits of one step, after which a run without a person is going in circles."""


@dataclass(frozen=True, slots=True)
class Go:
    """Yes: run it, approve it, or it is done."""


@dataclass(frozen=True, slots=True)
class Take:
    """Leave the step by this way."""

    edge: Edge


@dataclass(frozen=True, slots=True)
class Decline:
    """No: this change is not made."""


@dataclass(frozen=True, slots=True)
class NotMet:
    """It was looked at by hand, and it is not as it should be."""


@dataclass(frozen=True, slots=True)
class Skip:
    """Leave the step undone."""

    reason: str


@dataclass(frozen=True, slots=True)
class Escalate:
    """End the run here and call people, whatever the runbook says."""

    reason: str


@dataclass(frozen=True, slots=True)
class Edit:
    """Run another program than the runbook's; kept as a deviation."""

    program: str


@dataclass(frozen=True, slots=True)
class Note:
    """Write something down."""

    text: str


@dataclass(frozen=True, slots=True)
class Again:
    """Run the step once more."""


@dataclass(frozen=True, slots=True)
class Undo:
    """Run the rollback of a change that was not verified."""


@dataclass(frozen=True, slots=True)
class Back:
    """Go back to the step before; that undoes nothing."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Write down a command that was run outside of this run; kept as a deviation."""

    command: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """Stop here for somebody else, who resumes the run."""

    to: str
    """To whom, and what they should know."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop here; the run can be resumed."""


Aside = Skip | Escalate | Note | Back | Elsewhere | HandOver | Pause
"""What does not move the run on along the runbook's ways."""
Decision = Go | Take | Decline | NotMet | Edit | Again | Undo | Aside


class Person(Protocol):
    """A front end; everything it is shown is durable already.

    Each question may also be answered with Note, Elsewhere, Pause, HandOver or
    Escalate, and with Back where there is a step before.
    """

    name: str
    """Who decides, as events record it."""

    def told(self, event: Event, state: RunState) -> None:
        """Show something that happened."""

    def before(self, need: RunAction, ask: Ask, state: RunState) -> Decision:
        """Let a reading action run, or not: Go, Edit or Skip."""

    def approve(self, need: Approve, ask: Ask, state: RunState) -> Decision:
        """Say yes or no to a change: Go, Edit, Decline or Skip; no edit of a rollback."""

    def confirm(self, need: Confirm, state: RunState) -> Decision:
        """Say how a step by hand went: Go, NotMet or Skip."""

    def choose(self, need: Choose, state: RunState) -> Decision:
        """Choose the way out of a step: Take, Again, Undo; Skip for a question."""


class Nobody:
    """Runs what only reads and follows the verdicts; pauses for what needs a person."""

    name = "auto"

    def __init__(self, show: Callable[[Event, RunState], None] | None = None) -> None:
        """``show`` is for whoever watches."""
        self._show = show

    def told(self, event: Event, state: RunState) -> None:
        """Show it to whoever watches."""
        if self._show is not None:
            self._show(event, state)

    def before(self, need: RunAction, ask: Ask, state: RunState) -> Decision:
        """Let it run: it reads."""
        return Go()

    def approve(self, need: Approve, ask: Ask, state: RunState) -> Decision:
        """Change nothing."""
        return Pause()

    def confirm(self, need: Confirm, state: RunState) -> Decision:
        """Do nothing by hand."""
        return Pause()

    def choose(self, need: Choose, state: RunState) -> Decision:
        """Follow the verdict where it says something, but not round and round."""
        edge = need.suggested
        if edge is None:
            return Pause()
        visits = sum(record.step == edge.target for record in state.visits)
        return Take(edge) if visits < _ROUNDS else Pause()
