"""Alerts that go from one incident to another by hand."""

from __future__ import annotations

from dataclasses import replace

from runbookkit.errors import IncidentError
from runbookkit.incidents import planning, turns
from runbookkit.incidents.ledger import Ledger
from runbookkit.incidents.naming import name_of, severity_of, worst
from runbookkit.model.incident import NOT_OVER, AlertRow, IncidentRow


def merge(ledger: Ledger, row: IncidentRow, into: IncidentRow) -> None:
    """Move all alerts of one incident to another, which stands for it from now on."""
    for alert in _alerts_of(ledger, row):
        ledger.put_alert(replace(alert, incident=into.id))
    was_open = row.status in NOT_OVER
    ledger.change(row.id, status="merged", merged_into=into.id, firing=0)
    ledger.happened(row.id, "incident merged", {"into": into.id})
    changed = ledger.change(
        into.id, firing=into.firing + row.firing, total=into.total + row.total
    )
    ledger.happened(into.id, "incident merged", {"from": row.id})
    severity = worst((into.severity, row.severity))
    if severity != into.severity and "severity_by" not in into.data:
        turns.grade(ledger, changed, severity)
    planning.status_changed(ledger, row.id)
    planning.status_changed(ledger, into.id)
    if was_open:
        planning.answer_page(ledger, row.id, "resolve page")


def split(
    ledger: Ledger, row: IncidentRow, fingerprints: frozenset[str], title: str
) -> None:
    """Move some alerts of an incident to a new one.

    Raises:
        IncidentError: It would leave one of the two without alerts.
    """
    every = _alerts_of(ledger, row)
    moved = [alert for alert in every if alert.fingerprint in fingerprints]
    if not moved or len(moved) == len(every):
        raise IncidentError(
            f"incident {row.id}: name some of its alerts, and not all: it has"
            f" {len(every)}, and {len(moved)} were named"
        )
    number = ledger.next_incident
    firing = sum(alert.status == "firing" for alert in moved)
    severity = worst(severity_of(alert.labels, ledger.policy) for alert in moved)
    new = replace(
        row,
        id=number,
        key=f"{row.key}#split-{number}",
        status="open",
        severity=severity,
        title=title or f"{name_of(moved[0].labels)} (split from {row.id})",
        opened_at=ledger.by.at,
        changed_at=ledger.by.at,
        sequence=0,
        firing=firing,
        total=len(moved),
        data={"channel": planning.has_channel(severity, ledger.policy)},
    )
    ledger.put(new)
    told = {"alerts": [_told(alert) for alert in moved], "count": len(moved)}
    opened = {"title": new.title, "severity": severity, "key": new.key}
    ledger.happened(row.id, "incident split", {**told, "to": number})
    ledger.happened(number, "incident opened", {**opened, "reason": "split"})
    ledger.happened(number, "incident split", {**told, "from": row.id})
    for alert in moved:
        ledger.put_alert(replace(alert, incident=number))
    left = ledger.change(
        row.id, firing=row.firing - firing, total=row.total - len(moved)
    )
    planning.opened(ledger, number)
    planning.status_changed(ledger, row.id)
    for each in (new, left):
        if each.firing == 0:
            turns.quiet(ledger, each.id)


def hush(ledger: Ledger, row: IncidentRow) -> None:
    """Count the alerts of an incident as resolved until they are heard of again."""
    now = ledger.by.at
    firing = [alert for alert in _alerts_of(ledger, row) if alert.status == "firing"]
    for alert in firing:
        ledger.put_alert(replace(alert, status="resolved", since=now))
    if firing:
        told = [_told(alert) for alert in firing]
        data = {"alerts": told, "count": len(told), "reason": "by hand"}
        ledger.happened(row.id, "alert resolved", data)
    ledger.change(row.id, firing=0)


def _alerts_of(ledger: Ledger, row: IncidentRow) -> list[AlertRow]:
    return [alert for alert in ledger.known.alerts.values() if alert.incident == row.id]


def _told(alert: AlertRow) -> dict[str, str]:
    return {"fingerprint": alert.fingerprint, "name": name_of(alert.labels)}
