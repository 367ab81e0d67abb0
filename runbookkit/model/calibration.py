"""What a calibration of the audit found: defects that were planted, and counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from runbookkit.model.audit import GapKind
from runbookkit.model.base import Data

Reader = Literal["dry run", "player", "both"]
"""Who finds a defect: the mechanical look at all branches, the play, either."""


@dataclass(frozen=True, slots=True)
class Share(Data):
    """So many of so many, and where the true share lies with 95 % confidence."""

    found: int
    of: int
    low: float
    """Lower end of the Wilson score interval."""
    high: float


@dataclass(frozen=True, slots=True)
class Cell(Data):
    """One operator on one runbook."""

    operator: str
    path: str
    line: int
    """Where it was planted, in the changed text."""
    kinds: tuple[GapKind, ...]
    """What it is to be reported as; none where nothing was spoiled."""
    held_out: bool
    """Not to be looked at while prompt or rules are changed."""
    found_by: tuple[Reader, ...] = ()
    otherwise: tuple[str, ...] = ()
    """New gaps of another kind at that place, or of any kind elsewhere."""
    verdict: str = ""
    """Of the audit of the changed text."""
    trusted: bool = False
    """It was called executable though something had been spoiled."""


@dataclass(frozen=True, slots=True)
class ClosedBook(Data):
    """The same scenarios with the commands blanked: who ends them remembers them."""

    played: int
    executed: int


@dataclass(frozen=True, slots=True)
class CalibrationRecord(Data):
    """What an audit with one player is worth, and until when that is known."""

    player: str
    client: str
    """Version of the library that asks the model; empty without one."""
    prompt: str
    """Digest of the system prompt and the tools' schemas."""
    suite: str
    """Digest of the operators and of the runbooks they were planted in."""
    made_at: datetime
    seed: int
    cells: tuple[Cell, ...]
    recall: Mapping[str, Share]
    """By reader: ``dry run``, ``player``, ``both``."""
    held_out: Mapping[str, Share]
    """The same of the held-out third alone."""
    by_kind: Mapping[str, Share]
    """By the first kind of the operator, for both together."""
    precision: Share
    """New gaps at the place that was spoiled, of all new gaps."""
    false_alarms: Share
    """Harmless changes that were reported."""
    trusted: Share
    """Defects whose runbook was called executable."""
    closed_book: ClosedBook
    not_applicable: int = 0
    """Operators that fit a runbook nowhere: dropped, not counted as found."""
    format: Literal["calibration/v1"] = "calibration/v1"
    notes: tuple[str, ...] = field(default_factory=tuple)
