"""An incident with everything that people look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from runbookkit.model.base import Data
from runbookkit.model.incident import AlertRow, IncidentRow
from runbookkit.model.timeline import Entry

MOST_SHOWN: Final = 1000
"""Entries, and alerts, that a server returns with an incident."""


@dataclass(frozen=True, slots=True)
class IncidentView(Data):
    """One incident, as ``runbook incident show --json`` prints it.

    Of an incident with very many events or alerts a server returns the newest ones,
    and those that fire; ``sequence`` and ``total`` of the incident count them all.
    """

    incident: IncidentRow
    alerts: tuple[AlertRow, ...]
    timeline: tuple[Entry, ...]
    """The story, in the order of its own times."""
    activity: tuple[Entry, ...]
    """Everything that happened, in the order it was kept."""


@dataclass(frozen=True, slots=True)
class IncidentList(Data):
    """Incidents, the newest first, as ``runbook incident list --json`` prints them."""

    incidents: tuple[IncidentRow, ...]
