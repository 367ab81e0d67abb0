"""Episodes: the time between two transitions of an alert that we recorded.

Exactly once is a matter of transitions, not of deliveries: only what differs from
what is known of a fingerprint changes something. Doubt opens and never closes: a
page may be doubled, never lost.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, NamedTuple

from runbookkit.incidents import digests, planning, turns
from runbookkit.incidents.ledger import Ledger
from runbookkit.incidents.naming import (
    STORM,
    graded,
    name_of,
    own_key,
    runbook_of,
    service_of,
    severity_of,
    slo_of,
    title_of,
    worst,
)
from runbookkit.model.alert import SeenAlert
from runbookkit.model.incident import (
    NOT_OVER,
    AlertRow,
    IncidentEventKind,
    IncidentRow,
)

_MOST_TOLD: Final = 100
"""Alerts that an event lists; it counts them all."""
_STORM_SECONDS: Final = 60


class _Told(NamedTuple):
    """What is told of one alert."""

    fingerprint: str
    labels: Mapping[str, str]
    at: datetime
    """When it started to fire, or when it ended."""


@dataclass(slots=True)
class _Tally:
    """What one cause brings about in one incident."""

    firing: int = 0
    total: int = 0
    severities: set[str] = field(default_factory=set)
    """In the words of the alerts that begin to fire."""
    told: dict[IncidentEventKind, list[_Told]] = field(default_factory=dict)


@dataclass(slots=True)
class Episodes:
    """Transitions of alerts, as one cause brings them about."""

    ledger: Ledger
    source: str
    cause: str = "an alert fired"
    _tallies: dict[int, _Tally] = field(default_factory=dict)
    _homes: dict[str, int] = field(default_factory=dict)
    """Incidents that alerts went to of which nothing was known, by key."""

    def seen(self, alert: SeenAlert, row: AlertRow) -> None:
        """Take note that an alert that fires still does."""
        if alert.starts_at <= row.starts_at:
            self.ledger.confirm(row)
            return
        now = max(row.seen_at, self.ledger.by.at)
        self.ledger.put_alert(replace(row, starts_at=alert.starts_at, seen_at=now))

    def fire(self, alert: SeenAlert, row: AlertRow | None, key: str) -> int:
        """Begin an episode of an alert; returns the incident that it belongs to."""
        number = self._homes.get(key, 0) if row is None else 0
        number = number or self._home(alert, row, key)
        if row is None:
            self._homes[key] = number
        again = row is not None and row.incident == number
        told = _Told(alert.fingerprint, alert.labels, alert.starts_at)
        tally = self._tell(
            number, "alert fired again" if again else "alert firing", told
        )
        tally.firing += 1
        tally.total += 0 if again else 1
        tally.severities.add(alert.labels.get(self.ledger.policy.severity_label, ""))
        flaps = row.flaps + 1 if row and again else 0
        if flaps:
            self._flapped(number, flaps)
        now = self.ledger.by.at
        self.ledger.put_alert(
            AlertRow(
                self.source,
                alert.fingerprint,
                "firing",
                row.labels if row else alert.labels,
                now,
                alert.starts_at,
                number,
                now,
                flaps,
                alert.annotations,
                alert.generator_url,
            )
        )
        return number

    def resolve(self, row: AlertRow, ended_at: datetime) -> None:
        """End the episode of an alert."""
        now = self.ledger.by.at
        self.ledger.put_alert(replace(row, status="resolved", since=now, seen_at=now))
        if row.incident:
            told = _Told(row.fingerprint, row.labels, ended_at)
            self._tell(row.incident, "alert resolved", told).firing -= 1

    def stale(self, row: AlertRow, ended_at: datetime) -> None:
        """Take note of a resolve that is older than the episode."""
        told = _Told(row.fingerprint, row.labels, ended_at)
        self._tell(row.incident, "alert stale", told)

    def close(self) -> None:
        """Put what was told of alerts into events, and count what fires."""
        for number, tally in self._tallies.items():
            self._worsen(number, tally.severities)
            for kind, told in tally.told.items():
                self._happened(number, kind, told)
            if tally.told.keys() != {"alert stale"}:
                self._count(number, tally)

    def _tell(self, number: int, kind: IncidentEventKind, told: _Told) -> _Tally:
        tally = self._tallies.get(number)
        if tally is None:
            tally = self._tallies[number] = _Tally()
        tally.told.setdefault(kind, []).append(told)
        return tally

    def _happened(
        self, number: int, kind: IncidentEventKind, told: Sequence[_Told]
    ) -> None:
        ended = kind in {"alert resolved", "alert stale"}
        at = max(each.at for each in told) if ended else min(each.at for each in told)
        data: dict[str, Any] = {
            "alerts": [_listed(each, ended=ended) for each in told[:_MOST_TOLD]],
            "count": len(told),
        }
        if kind == "alert resolved" and self.cause:
            data["reason"] = self.cause
        # sent again and again, it is told once
        key = _stale_key(number, told) if kind == "alert stale" else ""
        self.ledger.happened(number, kind, data, at, key)

    def _count(self, number: int, tally: _Tally) -> None:
        row = self.ledger.row(number)
        firing = max(row.firing + tally.firing, 0)
        self.ledger.change(number, firing=firing, total=row.total + tally.total)
        planning.status_changed(self.ledger, number)
        new = [name_of(each.labels) for each in tally.told.get("alert firing", ())]
        digests.count(self.ledger, number, new)
        if tally.firing and firing == 0:
            turns.quiet(self.ledger, number)

    def _home(self, alert: SeenAlert, row: AlertRow | None, key: str) -> int:
        """Return the incident that an alert that begins to fire belongs to."""
        before = self.ledger.incident(row.incident) if row and row.incident else None
        if before is not None and before.status in NOT_OVER:
            self._woken(before)
            return before.id
        same_key = self.ledger.under(key)
        if same_key is not None and same_key.status in NOT_OVER:
            self._woken(same_key)
            return same_key.id
        umbrella = self._umbrella()
        for each in (before, same_key):
            if each is not None and self._reopens(each, (same_key, umbrella)):
                self._reopen(each)
                return each.id
        return self._new_home(alert, key, umbrella)

    def _umbrella(self) -> IncidentRow | None:
        """Return the last umbrella; one that was merged into another is none."""
        key = own_key(STORM, self.source)
        row = self.ledger.under(key)
        return row if row is not None and row.key == key else None

    def _reopens(self, row: IncidentRow, keyed: tuple[IncidentRow | None, ...]) -> bool:
        """Return whether an incident that is over is opened again."""
        # only where it is known that no other incident has taken its key
        known = any(each is not None and each.id == row.id for each in keyed)
        over = row.resolved_at
        return (
            known
            and row.status == "resolved"
            and over is not None
            and self.ledger.by.at - over <= self.ledger.policy.cool_down
        )

    def _woken(self, row: IncidentRow) -> None:
        """A mitigation that an alert contradicts has failed."""
        if row.status == "mitigated":
            self._reopen(row)

    def _reopen(self, row: IncidentRow) -> None:
        turns.reopen(self.ledger, row.id, self.cause)

    def _new_home(
        self, alert: SeenAlert, key: str, umbrella: IncidentRow | None
    ) -> int:
        ledger, policy = self.ledger, self.ledger.policy
        now = ledger.by.at
        calm = now - policy.storm_calm
        if umbrella is not None and umbrella.status in NOT_OVER:
            if datetime.fromisoformat(umbrella.data["joined_at"]) > calm:
                ledger.remember(umbrella.id, joined_at=now.isoformat())
                return umbrella.id
        elif self._storms():
            if umbrella is not None and self._reopens(umbrella, (umbrella,)):
                self._reopen(umbrella)
                ledger.remember(umbrella.id, joined_at=now.isoformat())
                return umbrella.id
            title = f"Storm of alerts from {self.source}"
            data = {"joined_at": now.isoformat()}
            return self._open(alert, own_key(STORM, self.source), title, data)
        return self._open(alert, key, title_of(alert, policy), {})

    def _storms(self) -> bool:
        """Return whether too many incidents were opened within a minute."""
        ledger = self.ledger
        storm = ledger.policy.storm
        first = ledger.next_incident - storm
        if not storm or first < 1:
            return False
        row = ledger.incident(first) if first >= ledger.known.next_incident else None
        since = row.opened_at if row else ledger.known.opened.get(first)
        if since is None:
            return False
        return (ledger.by.at - since).total_seconds() < _STORM_SECONDS

    def _open(
        self, alert: SeenAlert, key: str, title: str, data: Mapping[str, Any]
    ) -> int:
        ledger, policy = self.ledger, self.ledger.policy
        severity = severity_of(alert.labels, policy)
        row = IncidentRow(
            id=ledger.next_incident,
            key=key,
            status="open",
            severity=severity,
            title=title,
            opened_at=ledger.by.at,
            changed_at=ledger.by.at,
            sequence=0,
            source=self.source,
            service=service_of(alert.labels, policy),
            runbook=runbook_of(alert, policy),
            slo=slo_of(alert.labels, policy),
            data={**data, "channel": planning.has_channel(severity, policy)},
        )
        ledger.put(row)
        told = {
            "title": row.title,
            "severity": row.severity,
            "key": row.key,
            "service": row.service,
            "runbook": row.runbook,
            "reason": self.cause,
        }
        ledger.happened(row.id, "incident opened", told)
        planning.opened(ledger, row.id)
        return row.id

    def _worsen(self, number: int, severities: Iterable[str]) -> None:
        """Raise the severity of an incident, unless a person has set it."""
        row = self.ledger.row(number)
        named = [graded(each, self.ledger.policy) for each in severities]
        severity = worst((row.severity, *named))
        if severity != row.severity and "severity_by" not in row.data:
            turns.grade(self.ledger, row, severity)

    def _flapped(self, number: int, flaps: int) -> None:
        if flaps > int(self.ledger.row(number).data.get("flaps", 0)):
            self.ledger.remember(number, flaps=flaps)


def _listed(told: _Told, *, ended: bool) -> dict[str, str]:
    return {
        "fingerprint": told.fingerprint,
        "name": name_of(told.labels),
        "ends_at" if ended else "starts_at": told.at.isoformat(),
    }


def _stale_key(number: int, told: Iterable[_Told]) -> str:
    ends = sorted(f"{each.fingerprint} {each.at.isoformat()}" for each in told)
    return f"stale {number} {hashlib.sha256(' '.join(ends).encode()).hexdigest()}"
