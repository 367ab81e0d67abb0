"""A postmortem: what happened, when, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from runbookkit.model.base import Data
from runbookkit.model.document import Document, ParseProblem
from runbookkit.model.runbook import Section
from runbookkit.model.span import Span


@dataclass(frozen=True, slots=True)
class TimelineRow(Data):
    """One row of the timeline table."""

    time: str
    """As written."""
    at: datetime | None
    """As understood, in UTC; none when it cannot be read or names no zone."""
    event: str
    source: str
    span: Span
    places: Mapping[str, Span] = field(default_factory=dict)
    """Place of each cell by the name of its column."""


@dataclass(frozen=True, slots=True)
class ActionItem(Data):
    """One row of the action items table."""

    action: str
    kind: str
    owner: str
    due: str
    """As written."""
    due_on: date | None
    """As understood."""
    tracking: str
    span: Span
    places: Mapping[str, Span] = field(default_factory=dict)
    """Place of each cell by the name of its column."""


@dataclass(frozen=True, slots=True)
class PostmortemMetadata(Data):
    """What a postmortem's front matter says; times are UTC."""

    title: str = ""
    incident: str = ""
    severity: str = ""
    status: str = ""
    started: datetime | None = None
    detected: datetime | None = None
    acknowledged: datetime | None = None
    mitigated: datetime | None = None
    resolved: datetime | None = None
    services: tuple[str, ...] = ()
    runbooks: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()
    slo: str | tuple[str, ...] = ()
    owner: str = ""
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Postmortem(Data):
    """A postmortem, typed as far as its text allows."""

    path: str
    title: str
    format: str
    metadata: PostmortemMetadata
    sections: tuple[Section, ...]
    timeline: tuple[TimelineRow, ...]
    actions: tuple[ActionItem, ...]
    document: Document
    problems: tuple[ParseProblem, ...] = ()

    @property
    def declared(self) -> bool:
        """Whether the document says which format it is in."""
        return bool(self.format)
