"""What a desk check finds: a model reads each runbook once; nothing is played."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from runbookkit.model.base import Data

DeskQuestion = Literal["invoke", "decide", "know"]
"""Can a reader run it, decide by it, and do so from the page alone?"""


@dataclass(frozen=True, slots=True)
class DeskFinding(Data):
    """Where a reader says that the text lets them down; advice, and no more."""

    question: DeskQuestion
    line: int
    """From 1, in the file."""
    quote: str
    missing: str


@dataclass(frozen=True, slots=True)
class DeskRunbook(Data):
    """What the desk check says of one runbook."""

    path: str
    findings: tuple[DeskFinding, ...] = ()
    void: int = 0
    """Findings whose quote is not verbatim at its line: left out, but counted."""
    error: str = ""
    """Why it could not be read."""


@dataclass(frozen=True, slots=True)
class DeskReport(Data):
    """What ``runbook audit --mode desk`` prints as JSON."""

    model: str
    runbooks: tuple[DeskRunbook, ...]
    usd: float | None = None
    """What it cost; nothing where the price is unknown."""
    notes: tuple[str, ...] = ()
