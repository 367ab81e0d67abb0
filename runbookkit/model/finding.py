"""What the linter reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from runbookkit.model.base import Data
from runbookkit.model.span import Span

Level = Literal["error", "warning", "info"]
LEVELS: tuple[Level, ...] = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Edit(Data):
    """Replace a stretch of text."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix(Data):
    """How to mend a finding."""

    title: str
    edits: tuple[Edit, ...]
    safe: bool = True
    """Whether the meaning of the document stays the same for certain."""


@dataclass(frozen=True, slots=True)
class Related(Data):
    """Another place that a finding is about, such as the alert rule."""

    path: str
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Finding(Data):
    """One thing that a lint rule found."""

    path: str
    span: Span
    code: str
    name: str
    level: Level
    message: str
    fix: Fix | None = None
    related: tuple[Related, ...] = ()


@dataclass(frozen=True, slots=True)
class Unchecked(Data):
    """A check that could not run; it says neither clean nor broken."""

    path: str
    span: Span
    code: str
    name: str
    reason: str
