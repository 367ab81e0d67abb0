"""What one decision comes to, while it is being made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from runbookkit.model.event import NewEvent
from runbookkit.model.incident import (
    NOT_OVER,
    AlertRow,
    Changes,
    IncidentEventKind,
    IncidentRow,
    Known,
)
from runbookkit.model.job import NewJob
from runbookkit.model.policy import Policy


@dataclass(frozen=True, slots=True)
class By:
    """Who or what something came from."""

    actor: str
    source: str
    """``alertmanager:prod``, ``terminal``, ``slack``, …"""
    at: datetime
    """By the clock of this machine, unless somebody said otherwise."""
    key: str = ""
    """What happened under this key happens once."""


@dataclass(slots=True)
class Ledger:
    """Collects what a decision changes, on top of what is known."""

    known: Known
    policy: Policy
    by: By
    next_incident: int = field(init=False)
    _alerts: dict[tuple[str, str], AlertRow] = field(default_factory=dict)
    _incidents: dict[int, IncidentRow] = field(default_factory=dict)
    _keys: dict[str, int] = field(default_factory=dict)
    _events: dict[int, list[NewEvent]] = field(default_factory=dict)
    _seen: list[tuple[str, str]] = field(default_factory=list)
    _jobs: dict[str, NewJob] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.next_incident = self.known.next_incident

    def alert(self, source: str, fingerprint: str) -> AlertRow | None:
        """Return an alert as this decision has it so far."""
        name = (source, fingerprint)
        return self._alerts.get(name) or self.known.alerts.get(name)

    def incident(self, number: int) -> IncidentRow | None:
        """Return an incident as this decision has it so far; merged ones lead on."""
        for _ in range(len(self.known.incidents) + len(self._incidents) + 1):
            row = self._incidents.get(number) or self.known.incidents.get(number)
            if row is None or row.status != "merged":
                return row
            number = row.merged_into
        return None

    def under(self, key: str) -> IncidentRow | None:
        """Return the incident that a key means: one that is not over, or the last."""
        number = self._keys.get(key)
        if number is None:
            row = self.known.by_key.get(key)
            number = row.id if row else 0
        return self.incident(number)

    def put_alert(self, row: AlertRow) -> None:
        """Change an alert."""
        self._alerts[row.source, row.fingerprint] = row

    def confirm(self, row: AlertRow) -> None:
        """Take note that an alert is as it was."""
        self._seen.append((row.source, row.fingerprint))

    def put(self, row: IncidentRow) -> None:
        """Change an incident, or add one."""
        self._incidents[row.id] = row
        if row.status in NOT_OVER:
            self._keys[row.key] = row.id
        self.next_incident = max(self.next_incident, row.id + 1)

    def row(self, number: int) -> IncidentRow:
        """Return an incident of which it is known that there is one; no other."""
        return self._incidents.get(number) or self.known.incidents[number]

    def change(self, number: int, **changes: Any) -> IncidentRow:
        """Change some fields of an incident; returns what became of it."""
        row = replace(self.row(number), changed_at=self.by.at, **changes)
        self.put(row)
        return row

    def remember(self, number: int, **facts: Any) -> IncidentRow:
        """Remember facts in the data of an incident."""
        return self.change(number, data={**self.row(number).data, **facts})

    def happened(
        self,
        number: int,
        kind: IncidentEventKind,
        data: Mapping[str, Any],
        at: datetime | None = None,
        key: str = "",
    ) -> None:
        """Add to what happened to an incident; under a key, once."""
        by = self.by
        if by.key and not self._events:
            # one cause can have several events: the first one stands for it
            key = by.key
        event = NewEvent(kind, at or by.at, data, by.actor, by.source, key)
        self._events.setdefault(number, []).append(event)

    def job(
        self,
        number: int,
        queue: str,
        kind: str,
        run_at: datetime,
        name: str = "",
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """Plan a job; ``name`` tells it from others of its queue and kind."""
        key = f"{self.policy.instance}:{number}:{queue} {kind}"
        key = f"{key}:{name}" if name else key
        stream = f"incident/{number}"
        timer = run_at > self.by.at
        job = NewJob(key, kind, queue, stream, run_at, data or {}, timer)
        self._jobs.setdefault(key, job)

    def changes(self) -> Changes:
        """Return what the decision comes to."""
        return Changes(
            alerts=tuple(self._alerts.values()),
            incidents=tuple(self._incidents.values()),
            events={
                f"incident/{number}": tuple(events)
                for number, events in self._events.items()
            },
            jobs=tuple(self._jobs.values()),
            seen=tuple(self._seen),
            seen_at=self.by.at if self._seen else None,
        )
