"""Jobs: what is to be done outside, and the timers, for each turn of an incident."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from runbookkit.incidents.ledger import Ledger
from runbookkit.incidents.naming import at_least
from runbookkit.model.effect import EffectKind
from runbookkit.model.incident import NOT_OVER, IncidentRow, Severity
from runbookkit.model.policy import Policy

Timer = Literal["acknowledge", "update", "mitigated", "settle"]
TIMER_QUEUE: Final = "timer"
EVIDENCE_QUEUE: Final = "evidence"
MEASURE: Final = "measure impact"
_MOST_REMINDERS: Final = 24


def opened(ledger: Ledger, number: int) -> None:
    """Plan the first minute of an incident; its data say whether it has a channel."""
    policy, now = ledger.policy, ledger.by.at
    row = ledger.row(number)
    if row.data["channel"]:
        for queue in _able(ledger, "open channel"):
            ledger.job(number, queue, "open channel", now)
    for queue in _shown_in(ledger, row):
        ledger.job(number, queue, "show status", now)
    page(ledger, number)
    for queue in _able(ledger, "annotate"):
        ledger.job(number, queue, "annotate", now, "opened")
    for kind in policy.evidence:
        ledger.job(number, EVIDENCE_QUEUE, kind, now)
    remind(ledger, number, "acknowledge")
    remind(ledger, number, "update")


def has_channel(severity: Severity, policy: Policy) -> bool:
    """Return whether a new incident is bad enough for a channel of its own."""
    return at_least(severity, policy.channel_from)


def page(ledger: Ledger, number: int) -> None:
    """Plan a page, if the incident is bad enough for one.

    Counted: a page after the last one was resolved is another page.
    """
    row = ledger.row(number)
    if not at_least(row.severity, ledger.policy.page_from):
        return
    count = int(row.data.get("pages", 0)) + 1
    ledger.remember(number, pages=count)
    for queue in _able(ledger, "page"):
        ledger.job(number, queue, "page", ledger.by.at, str(count))


def answer_page(ledger: Ledger, number: int, kind: EffectKind) -> None:
    """Plan that the last page is acknowledged or resolved, if there was one."""
    count = int(ledger.row(number).data.get("pages", 0))
    if count:
        for queue in _able(ledger, kind):
            ledger.job(number, queue, kind, ledger.by.at, str(count))


def silence(ledger: Ledger, number: int, asked: Mapping[str, Any]) -> bool:
    """Plan a silence; False when nothing here makes any."""
    count = int(ledger.row(number).data.get("silences", 0)) + 1
    queues = list(_able(ledger, "silence"))
    if queues:
        ledger.remember(number, silences=count)
    for queue in queues:
        ledger.job(number, queue, "silence", ledger.by.at, str(count), asked)
    return bool(queues)


def end_silences(ledger: Ledger, number: int) -> None:
    """Plan that silences end with their incident, if there were any."""
    count = int(ledger.row(number).data.get("silences", 0))
    if count:
        for queue in _able(ledger, "end silences"):
            turn = int(ledger.row(number).data.get("turn", 0))
            name = f"{turn}-{count}"
            ledger.job(number, queue, "end silences", ledger.by.at, name)


def measure(ledger: Ledger, number: int) -> None:
    """Plan that the impact is measured, if there is anybody to ask."""
    row = ledger.row(number)
    if ledger.policy.evidence:
        data = {
            "turn": int(row.data.get("turn", 0)),
            "over": row.status not in NOT_OVER,
        }
        name = f"{data['turn']}-{'over' if data['over'] else 'open'}"
        ledger.job(number, EVIDENCE_QUEUE, MEASURE, ledger.by.at, name, data)


def status_changed(ledger: Ledger, number: int) -> None:
    """Plan that the status is shown anew: asked again, it is shown once more."""
    row = ledger.row(number)
    for queue in _shown_in(ledger, row):
        ledger.job(number, queue, "show status", ledger.by.at)


def say(ledger: Ledger, number: int, text: str, name: str, *, thread: str = "") -> None:
    """Plan that something is said in the channel of an incident, or in a thread."""
    row = ledger.row(number)
    data = {"text": text, "thread": thread} if thread else {"text": text}
    for queue in _shown_in(ledger, row):
        if "post" in ledger.policy.integrations[queue]:
            ledger.job(number, queue, "post", ledger.by.at, name, data)


def remind(ledger: Ledger, number: int, timer: Timer, count: int = 1) -> None:
    """Set a timer of the present turn; the count tells one from the next."""
    policy = ledger.policy
    after = {
        "acknowledge": policy.acknowledge_within,
        "update": policy.update_within,
        "mitigated": policy.mitigated_for,
    }[timer]
    if after and count <= _MOST_REMINDERS:
        _time(ledger, number, timer, count, ledger.by.at + after)


def settle_later(ledger: Ledger, number: int) -> None:
    """Set the timer that resolves an incident whose alerts stay quiet."""
    row = ledger.row(number)
    now = ledger.by.at
    count = int(row.data.get("settles", 0)) + 1
    ledger.remember(number, settles=count, quiet_since=now.isoformat())
    _time(ledger, number, "settle", count, now + grace(ledger, row))


def grace(ledger: Ledger, row: IncidentRow) -> timedelta:
    """Return how long the alerts of an incident must be quiet."""
    flaps = min(int(row.data.get("flaps", 0)), ledger.policy.most_flaps)
    return ledger.policy.resolve_grace * (1 + flaps)


def _time(ledger: Ledger, number: int, timer: Timer, count: int, at: datetime) -> None:
    turn = int(ledger.row(number).data.get("turn", 0))
    kind = "settle" if timer == "settle" else "remind"
    data = {"timer": timer, "turn": turn, "count": count}
    ledger.job(number, TIMER_QUEUE, kind, at, f"{timer}-{turn}-{count}", data)


def _able(ledger: Ledger, kind: EffectKind) -> Iterator[str]:
    """Return the integrations that can do something."""
    for name, kinds in ledger.policy.integrations.items():
        if kind in kinds:
            yield name


def _shown_in(ledger: Ledger, row: IncidentRow) -> Iterator[str]:
    """Return the integrations that show an incident's status."""
    for name in _able(ledger, "show status"):
        channels = "open channel" in ledger.policy.integrations[name]
        if row.data.get("channel") or not channels:
            yield name
