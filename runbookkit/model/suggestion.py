"""What would mend a runbook: proposed, and never put in by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from runbookkit.model.audit import GapKind
from runbookkit.model.base import Data
from runbookkit.model.finding import Edit

Departure = Literal[
    "skipped", "edited", "ran elsewhere", "ran again", "took another way", "went back",
    "escalated", "declined", "failed",
]  # fmt: skip
"""How a run left its runbook, or could not go on in it."""


@dataclass(frozen=True, slots=True)
class Proposal(Data):
    """One change to a runbook, or why none can be proposed."""

    path: str
    line: int
    """From 1, in the file as it is."""
    about: GapKind | Departure
    says: str
    """What is proposed and what is left to a person, or why there is nothing."""
    edits: tuple[Edit, ...] = ()
    """None where nothing can be proposed."""
    code: str = ""
    """Lint rule that finds the same thing, where one does."""


@dataclass(frozen=True, slots=True)
class Suggestions(Data):
    """What ``runbook audit --suggest`` says."""

    diff: str
    """Unified diff that ``git apply`` and ``patch`` read; empty when there is none."""
    proposed: tuple[Proposal, ...] = ()
    """Whose change is in the diff."""
    waiting: tuple[Proposal, ...] = ()
    """Whose change touches another one's: put those in first, then ask again."""
    nothing: tuple[Proposal, ...] = ()
    """For which nothing can be proposed."""
