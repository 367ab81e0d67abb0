"""Turns of an incident that several causes bring about."""

from __future__ import annotations

from datetime import timedelta

from runbookkit.incidents import planning
from runbookkit.incidents.ledger import Ledger
from runbookkit.incidents.naming import at_least
from runbookkit.model.incident import NOT_OVER, IncidentRow, Severity


def reopen(ledger: Ledger, number: int, reason: str) -> None:
    """Open an incident again, and page again: whoever was paged has gone home."""
    row = ledger.row(number)
    data = {**row.data, "turn": int(row.data.get("turn", 0)) + 1, "left_out": {}}
    ledger.change(
        number,
        status="open",
        resolved_at=None,
        unknown_since=None,
        incomplete=False,
        data=data,
    )
    ledger.happened(number, "incident reopened", {"reason": reason})
    planning.status_changed(ledger, number)
    planning.page(ledger, number)
    planning.measure(ledger, number)
    planning.remind(ledger, number, "acknowledge")
    planning.remind(ledger, number, "update")


def resolve(ledger: Ledger, number: int, reason: str) -> None:
    """Resolve an incident, and what integrations hold open for it."""
    ledger.change(number, status="resolved", resolved_at=ledger.by.at)
    ledger.happened(number, "incident resolved", {"reason": reason})
    planning.status_changed(ledger, number)
    planning.answer_page(ledger, number, "resolve page")
    planning.measure(ledger, number)
    planning.end_silences(ledger, number)


def grade(ledger: Ledger, row: IncidentRow, severity: Severity) -> None:
    """Change the severity; one that becomes bad enough for a page pages."""
    bound = ledger.policy.page_from
    ledger.change(row.id, severity=severity)
    told = {"from": row.severity, "to": severity}
    ledger.happened(row.id, "severity changed", told)
    planning.status_changed(ledger, row.id)
    if not at_least(row.severity, bound):
        planning.page(ledger, row.id)


def quiet(ledger: Ledger, number: int) -> None:
    """Nothing of an incident fires any more: resolve it once it stayed so."""
    row = ledger.row(number)
    if row.status not in NOT_OVER or row.incomplete:
        return
    if planning.grace(ledger, row) <= timedelta():
        resolve(ledger, number, "all alerts are resolved")
    else:
        planning.settle_later(ledger, number)


def complete(ledger: Ledger, number: int) -> None:
    """All alerts of an incident are known again."""
    row = ledger.row(number)
    ledger.change(number, incomplete=False, data={**row.data, "left_out": {}})
    if row.firing == 0:
        quiet(ledger, number)
