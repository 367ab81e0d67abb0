"""How alerts become incidents, and what is done about them: a part of the settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from runbookkit.model.base import Data
from runbookkit.model.effect import EffectKind
from runbookkit.model.incident import Severity

SEVERITIES: tuple[Severity, ...] = ("info", "low", "medium", "high", "critical")
"""From the least to the worst."""
COMMON_SEVERITIES: Mapping[str, Severity] = {
    "critical": "critical",
    "page": "high",
    "high": "high",
    "error": "high",
    "major": "high",
    "warning": "medium",
    "warn": "medium",
    "medium": "medium",
    "ticket": "low",
    "low": "low",
    "minor": "low",
    "info": "info",
    "none": "info",
}


@dataclass(frozen=True, slots=True)
class Policy(Data):
    """How alerts become incidents, and what is done about them."""

    instance: str = "runbookkit"
    """Name of this installation; a part of every job's key."""
    key_labels: tuple[str, ...] = ("cluster", "namespace", "service")
    """Alerts of one source that agree in these are one incident; where an alert has
    none of them, its name counts."""
    severity_label: str = "severity"
    severities: Mapping[str, Severity] = field(
        default_factory=lambda: dict(COMMON_SEVERITIES)
    )
    """By the value of ``severity_label``, in lower case."""
    severity_default: Severity = "medium"
    service_labels: tuple[str, ...] = ("service", "app", "job")
    """The first of these that an alert has names its service."""
    slo_labels: tuple[str, ...] = ("slo", "sloth_id")
    runbooks: Mapping[str, str] = field(default_factory=dict)
    """Paths of runbooks by the name of the alert; before ``runbook_url``."""
    ignored: tuple[str, ...] = ("InfoInhibitor",)
    """Names of alerts that never are an incident."""
    watchdogs: tuple[str, ...] = ("Watchdog",)
    """Names of alerts that always fire: their absence is an incident."""
    cool_down: timedelta = timedelta(minutes=30)
    """An alert that fires this soon after its incident was resolved reopens it."""
    resolve_grace: timedelta = timedelta(minutes=5)
    """How long all alerts must be quiet before an incident is resolved."""
    most_flaps: int = 5
    """The quiet is asked for once more for each flap, so many times at most."""
    storm: int = 20
    """More new incidents in a minute are one: the umbrella; 0 for never."""
    storm_calm: timedelta = timedelta(minutes=5)
    """The umbrella takes new alerts in until none came for so long."""
    digest_after: int = 100
    """An incident with more alerts has them summed up, again at ten times as many; 0
    for never."""
    lost_after: timedelta = timedelta(minutes=1)
    """An alert that a sender lists, and did not send for so long, was lost."""
    settle_after: timedelta = timedelta(minutes=5)
    """A sender that started less long ago may not know all alerts yet."""
    watchdog_after: timedelta = timedelta(minutes=10)
    """So long without a watchdog is an incident."""
    acknowledge_within: timedelta = timedelta(minutes=15)
    """0 for no reminder; likewise the next two."""
    update_within: timedelta = timedelta(minutes=60)
    mitigated_for: timedelta = timedelta(hours=12)
    """A mitigated incident is reminded of after so long."""
    page_from: Severity = "high"
    """Incidents of this severity and worse page somebody."""
    channel_from: Severity = "medium"
    """Incidents of this severity and worse get a channel."""
    integrations: Mapping[str, frozenset[EffectKind]] = field(default_factory=dict)
    """What each configured integration can do; its name is the queue of its jobs."""
    evidence: tuple[str, ...] = ("gather evidence",)
    """Kinds of the jobs of the queue ``evidence``, in order, for a new incident."""
