"""What looking at an incident brought, for whoever sees it at a glance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from runbookkit.incidents import planning
from runbookkit.incidents.ledger import By, Ledger
from runbookkit.model.incident import Changes, Known, Want
from runbookkit.model.policy import Policy


def decision(
    number: int, seen: Mapping[str, str], policy: Policy, now: datetime
) -> tuple[Want, Callable[[Known], Changes]]:
    """Return what a store is handed to remember what was seen of an incident.

    ``seen`` are names and words, such as the budget that is left; the status is
    shown anew with them.
    """

    def decide(known: Known) -> Changes:
        ledger = Ledger(known, policy, By("auto", "runbookkit", now))
        row = ledger.incident(number)
        if row is None or row.data.get("seen") == dict(seen):
            return Changes()
        ledger.remember(row.id, seen=dict(seen))
        planning.status_changed(ledger, row.id)
        return ledger.changes()

    return Want(incidents=(number,)), decide
