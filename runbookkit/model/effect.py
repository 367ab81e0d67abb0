"""Effects: what a notifier is asked to make true outside, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from runbookkit.model.base import Data
from runbookkit.model.incident import IncidentRow

EffectKind = Literal[
    "open channel",
    "show status",
    "post",
    "page",
    "acknowledge page",
    "resolve page",
    "note",
    "change event",
    "annotate",
    "archive channel",
    "silence",
    "end silences",
]
"""``show status`` keeps one pinned message up to date; ``post`` goes to a thread."""


@dataclass(frozen=True, slots=True)
class StatusBlock(Data):
    """What people see of an incident at a glance; plain text, nothing escaped."""

    title: str
    severity: str
    status: str
    lines: tuple[tuple[str, str], ...] = ()
    """Names and values: owner, step, alerts, budget burnt, budget left, …"""
    links: tuple[tuple[str, str], ...] = ()
    """Words and addresses: runbook, dashboard, trace, logs, silence."""
    actions: tuple[tuple[str, str], ...] = ()
    """Button words and action ids: acknowledge, take a role, …"""


@dataclass(frozen=True, slots=True)
class Effect(Data):
    """One thing to make true outside."""

    key: str
    """Its identity: whoever performs it twice with one key does it once."""
    kind: EffectKind
    incident: IncidentRow
    at: datetime
    text: str = ""
    """Plain text from us and from outside; the notifier escapes it."""
    block: StatusBlock | None = None
    thread: str = ""
    """Name of the thread to post in, ``status`` for that of the pinned message; empty
    for the channel itself."""
    refs: Mapping[str, str] = field(default_factory=dict)
    """What this notifier said to remember about this incident, by name."""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Receipt(Data):
    """What came of an effect."""

    refs: Mapping[str, str] = field(default_factory=dict)
    """To remember for this incident: channel id, timestamp of the pinned message."""
    url: str = ""
    """Where a person finds it."""
    found: bool = False
    """It was there already, from an attempt whose answer was lost."""
