"""The timeline of an incident, and the moments that durations are counted from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from runbookkit.model.base import Data

Basis = Literal["measured", "recorded", "declared", "estimated"]
"""By a service level indicator, by us, by a person, or from what a sender said."""


@dataclass(frozen=True, slots=True)
class Entry(Data):
    """Something that happened, as people read it."""

    id: str
    """``e`` and the event's place in its stream: what other texts cite."""
    at: datetime
    """When it happened, by the clock of whoever saw it, or as a person corrected it."""
    recorded_at: datetime
    """When we kept it."""
    kind: str
    text: str
    """Plain text; what came from outside stands in it unescaped."""
    source: str = ""
    actor: str = ""
    curated: bool = False
    """Whether it belongs to the story, not only to the record."""
    edited_by: str = ""
    """Who changed its words or time; the original stays in the activity."""
    original: str = ""
    """The words before the first edit; empty when there was none."""
    ahead: bool = False
    """Its own time lies after the time it was kept: one of the clocks is wrong."""
    digest: str = ""
    """Of this event and of all before it, SHA-256 in hexadecimal; empty where those
    before it were not read."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """Of the event."""


@dataclass(frozen=True, slots=True)
class Anchor(Data):
    """A moment that durations are counted from or to."""

    at: datetime
    basis: Basis
    entry: str = ""
    """The entry that it is taken from; empty when it was computed."""


@dataclass(frozen=True, slots=True)
class Anchors(Data):
    """The moments of an incident; None is not known, and never reads as zero."""

    impact_start: Anchor | None = None
    """The service level was left; else the earliest start of its alerts."""
    detected: Anchor | None = None
    """The first alert came in, or a person reported it."""
    paged: Anchor | None = None
    acknowledged: Anchor | None = None
    mitigated: Anchor | None = None
    """The service level was met again, or a person said so."""
    resolved: Anchor | None = None
    reviewed: Anchor | None = None


@dataclass(frozen=True, slots=True)
class Durations(Data):
    """How long it took; None is not known.

    Negative when one moment came before the other, such as an alert that came
    before the service level was left.
    """

    to_detect: timedelta | None = None
    """From the start of the impact until it was detected."""
    to_acknowledge: timedelta | None = None
    """From the first page until somebody acknowledged."""
    to_mitigate: timedelta | None = None
    """From the start of the impact until it was mitigated."""
    to_resolve: timedelta | None = None
    """From the start of the impact until the incident was resolved."""


@dataclass(frozen=True, slots=True)
class Spread(Data):
    """Many durations of one kind; means would hide the long ones."""

    median: timedelta | None
    p90: timedelta | None
    known: int
    unknown: int
