"""Events: everything that happened, each kept once and never changed.

State, timeline, page and postmortem are projections of events.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from runbookkit.model.base import Data

RunEventKind = Literal[
    "run started",
    "step entered",
    "action started",
    "action answered",
    "action failed",
    "step judged",
    "value captured",
    "change approved",
    "change declined",
    "step skipped",
    "branch taken",
    "rollback started",
    "rollback ended",
    "deviation noted",
    "note added",
    "run paused",
    "run resumed",
    "run handed over",
    "run finished",
]
"""What can happen in one guided execution of a runbook."""


@dataclass(frozen=True, slots=True)
class NewEvent(Data):
    """Something that happened, not kept yet."""

    kind: str
    """What happened; for runs one of ``RunEventKind``."""
    at: datetime
    """When it happened, by the clock of whoever saw it; aware UTC."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """What belongs to the kind: plain JSON values."""
    actor: str = ""
    """Who did it: a person, ``auto``, or a system."""
    source: str = ""
    """Where it was seen: ``terminal``, ``alertmanager:prod``, ``slack``, …"""
    key: str = ""
    """An event with a key is kept once, however often it is handed in."""


@dataclass(frozen=True, slots=True)
class Event(Data):
    """Something that happened, kept."""

    position: int
    """Place in the whole log; grows, with gaps."""
    stream: str
    """What it belongs to: ``run/01J…``, ``incident/41``."""
    sequence: int
    """Place in its stream, from 1, without gaps."""
    kind: str
    at: datetime
    recorded_at: datetime
    """When it became durable; aware UTC."""
    data: Mapping[str, Any] = field(default_factory=dict)
    actor: str = ""
    source: str = ""
    key: str = ""
