"""What time does to an incident: it settles, and people are reminded of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from runbookkit.incidents import planning, turns
from runbookkit.incidents.ledger import By, Ledger
from runbookkit.model.incident import NOT_OVER, Changes, IncidentRow, Known, Want
from runbookkit.model.job import Job
from runbookkit.model.policy import Policy


def decision(
    job: Job, now: datetime, policy: Policy
) -> tuple[Want, Callable[[Known], Changes]]:
    """Return what a store is handed when a timer is due.

    Args:
        job: Of the queue ``planning.TIMER_QUEUE``. The decision may be made again:
            a timer that was attended to changes nothing.
        now: Aware UTC.
        policy: As for the decision that set the timer.
    """
    number = int(job.stream.rpartition("/")[2])

    def decide(known: Known) -> Changes:
        return due(job, known, now, policy)

    return Want(incidents=(number,)), decide


def due(job: Job, known: Known, now: datetime, policy: Policy) -> Changes:
    """Return what it comes to that a timer is due."""
    row = known.incidents.get(int(job.stream.rpartition("/")[2]))
    ledger = Ledger(known, policy, By("auto", "timer", now, job.key))
    turn = int(row.data.get("turn", 0)) if row else 0
    if row is None or row.status not in NOT_OVER or job.data.get("turn") != turn:
        return Changes()
    if job.data["timer"] == "settle":
        _settle(ledger, row)
    else:
        _remind(ledger, row, job.data)
    return ledger.changes()


def _settle(ledger: Ledger, row: IncidentRow) -> None:
    since = row.data.get("quiet_since")
    if row.firing or row.incomplete or not since:
        return
    quiet = ledger.by.at - datetime.fromisoformat(since)
    # one that fell due before the last flap: the timer after that is set
    if quiet >= planning.grace(ledger, row):
        turns.resolve(ledger, row.id, "all alerts are resolved")


def _remind(ledger: Ledger, row: IncidentRow, data: Mapping[str, Any]) -> None:
    timer: planning.Timer = data["timer"]
    count = int(data["count"])
    if timer == "update" and not _is_silent(ledger, row):
        planning.remind(ledger, row.id, timer, count + 1)
        return
    if timer == "acknowledge" and row.status != "open":
        return
    if timer == "mitigated" and row.status != "mitigated":
        return
    turn = f"{data['turn']}-{count}"
    if row.data.get(f"reminded_{timer}") == turn:
        return  # it was attended to before, and nobody could say so in time
    ledger.remember(row.id, **{f"reminded_{timer}": turn})
    text = {
        "acknowledge": "Nobody has acknowledged this incident.",
        "update": "There was no update for a while: how does it stand?",
        "mitigated": "Still only mitigated: what is left to do?",
    }[timer]
    ledger.happened(row.id, "reminder due", {"text": text, "timer": timer})
    planning.say(ledger, row.id, text, f"{timer}-{turn}")
    if timer == "acknowledge":
        planning.page(ledger, row.id)
    planning.remind(ledger, row.id, timer, count + 1)


def _is_silent(ledger: Ledger, row: IncidentRow) -> bool:
    said = row.data.get("updated_at")
    within = ledger.policy.update_within
    return said is None or ledger.by.at - datetime.fromisoformat(said) >= within
