"""Incidents: their states, what is kept of them beside their events, and changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from runbookkit.model.alert import AlertStatus, Body
from runbookkit.model.base import Data
from runbookkit.model.event import NewEvent
from runbookkit.model.job import NewJob

IncidentStatus = Literal[
    "open", "acknowledged", "mitigated", "resolved", "reviewed", "merged"
]
Severity = Literal["critical", "high", "medium", "low", "info"]
IncidentEventKind = Literal[
    "incident opened",
    "incident acknowledged",
    "incident mitigated",
    "incident resolved",
    "incident reopened",
    "incident reviewed",
    "incident merged",
    "incident split",
    "severity changed",
    "title changed",
    "role taken",
    "alert firing",
    "alert resolved",
    "alert fired again",
    "alert stale",
    "alerts truncated",
    "state unknown",
    "state known",
    "gap found",
    "silence made",
    "silence ended",
    "deploy seen",
    "note added",
    "message posted",
    "message edited",
    "message deleted",
    "channel opened",
    "page sent",
    "page acknowledged",
    "page failed",
    "effect done",
    "effect failed",
    "run attached",
    "evidence attached",
    "impact computed",
    "next step proposed",
    "reminder due",
    "entry promoted",
    "entry demoted",
    "entry edited",
    "asked again",
]
"""What can happen to an incident; its stream is ``incident/<number>``."""


NOT_OVER: frozenset[IncidentStatus] = frozenset({"open", "acknowledged", "mitigated"})


@dataclass(frozen=True, slots=True)
class AlertRow(Data):
    """What is known of one alert of one source."""

    source: str
    fingerprint: str
    status: AlertStatus
    labels: Mapping[str, str]
    since: datetime
    """When its present episode or its quiet began, as we recorded it."""
    starts_at: datetime
    """The latest that a sender named for its last episode; a resolve that ended
    before is stale."""
    incident: int
    """The incident that its present or last episode belongs to; 0 for none."""
    seen_at: datetime
    """When a sender or the reconciler last confirmed its status."""
    flaps: int = 0
    """Changes of status within the damping window."""
    annotations: Mapping[str, str] = field(default_factory=dict)
    generator_url: str = ""


@dataclass(frozen=True, slots=True)
class IncidentRow(Data):
    """What is known of one incident without reading its events."""

    id: int
    key: str
    """At most one incident that is not over has this key."""
    status: IncidentStatus
    severity: Severity
    title: str
    opened_at: datetime
    changed_at: datetime
    sequence: int
    """Of the last event of its stream."""
    source: str = ""
    service: str = ""
    runbook: str = ""
    """Path of the runbook, or the address that the alert names."""
    slo: str = ""
    resolved_at: datetime | None = None
    unknown_since: datetime | None = None
    """Since when nobody could say whether its alerts still fire."""
    incomplete: bool = False
    """The sender leaves alerts out."""
    firing: int = 0
    total: int = 0
    """Alerts that it had, those included that belong to a later incident by now."""
    merged_into: int = 0
    data: Mapping[str, Any] = field(default_factory=dict)
    """Roles, channel, page, and what else the integrations must remember."""


@dataclass(frozen=True, slots=True)
class Want(Data):
    """What a decision must know."""

    alerts: tuple[tuple[str, str], ...] = ()
    """Sources and fingerprints."""
    keys: tuple[str, ...] = ()
    """Keys of incidents that are not over, or were the last with that key."""
    incidents: tuple[int, ...] = ()
    firing_of: tuple[str, ...] = ()
    """Sources of which all alerts that fire are wanted."""
    open_of: tuple[str, ...] = ()
    """Sources of which all incidents that are not over are wanted."""
    alerts_of: tuple[int, ...] = ()
    """Incidents of which all alerts are wanted."""
    keys_of: tuple[int, ...] = ()
    """Incidents whose keys are wanted as well."""
    opened: int = 0
    """So many of the newest incidents are wanted in ``Known.opened``."""
    once: str = ""
    """Key of the event of which is wanted whether it happened before."""


@dataclass(frozen=True, slots=True)
class Known(Data):
    """What the store knows of it, as of the transaction that the decision is part of.

    It may hold more than was wanted.
    """

    alerts: Mapping[tuple[str, str], AlertRow]
    by_key: Mapping[str, IncidentRow]
    incidents: Mapping[int, IncidentRow]
    """Those wanted, those of the alerts, and those that merged ones were merged into."""
    next_incident: int
    """Number that a new incident gets."""
    opened: Mapping[int, datetime] = field(default_factory=dict)
    """When the newest incidents were opened, by number."""
    happened: Collection[str] = frozenset()
    """Those keys of ``Want.once`` under which something happened before."""


@dataclass(frozen=True, slots=True)
class Changes(Data):
    """What a decision comes to; kept whole or not at all."""

    alerts: tuple[AlertRow, ...] = ()
    incidents: tuple[IncidentRow, ...] = ()
    events: Mapping[str, tuple[NewEvent, ...]] = field(default_factory=dict)
    """By stream."""
    jobs: tuple[NewJob, ...] = ()
    bodies: tuple[Body, ...] = ()
    seen: tuple[tuple[str, str], ...] = ()
    """Alerts, by source and fingerprint, that are as they were: most of what comes.
    Decisions of a later transaction know it."""
    seen_at: datetime | None = None
    """When they were confirmed."""
