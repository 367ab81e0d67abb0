"""What people ask of an incident, as decisions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from runbookkit.errors import IncidentError
from runbookkit.incidents import moving, planning, turns
from runbookkit.incidents.ledger import By, Ledger
from runbookkit.incidents.naming import LONGEST_TITLE, plain
from runbookkit.model.command import Command, CommandKind
from runbookkit.model.incident import (
    NOT_OVER,
    Changes,
    IncidentRow,
    IncidentStatus,
    Known,
    Want,
)
from runbookkit.model.policy import Policy

_LONGEST_TEXT: Final = 10_000
LONGEST_SILENCE: Final = timedelta(days=1)


def decision(
    command: Command, policy: Policy
) -> tuple[Want, Callable[[Known], Changes]]:
    """Return what a store is handed to carry a command out."""

    def decide(known: Known) -> Changes:
        return obey(command, known, policy)

    return want(command), decide


def want(command: Command) -> Want:
    """Return what the decision on a command must know."""
    moves = command.kind in {"merge", "split", "resolve", "silence"}
    return Want(
        incidents=(command.incident, *([command.into] if command.into else [])),
        alerts_of=(command.incident,) if moves else (),
        keys_of=(command.incident,) if command.kind == "reopen" else (),
        once=command.key,
    )


def obey(command: Command, known: Known, policy: Policy) -> Changes:
    """Return what a command changes; nothing, when it is so already.

    A command with a key is carried out once, though its incident changed since.

    Raises:
        IncidentError: It does not fit the state of the incident.
    """
    if command.key and command.key in known.happened:
        return Changes()
    by = By(command.actor, command.source, command.at, command.key)
    ledger = Ledger(known, policy, by)
    row = known.incidents.get(command.incident)
    if row is None:
        raise IncidentError(
            f"incident {command.incident}: there is none of that number"
        )
    if row.status == "merged":
        raise IncidentError(
            f"incident {row.id} was merged into {row.merged_into}: ask it of that one"
        )
    _COMMANDS[command.kind](ledger, row, command)
    if command.key and not ledger.changes().events:
        # else the same request would change something once it is no longer so
        ledger.happened(row.id, "asked again", {"command": command.kind})
    return ledger.changes()


def _acknowledge(ledger: Ledger, row: IncidentRow, command: Command) -> None:
    if row.status == "acknowledged":
        return
    _need(row, command.kind, {"open"})
    ledger.change(row.id, status="acknowledged")
    _remember_person(ledger, row, "acknowledged_by", command)
    ledger.happened(row.id, "incident acknowledged", _why(command))
    planning.status_changed(ledger, row.id)
    planning.answer_page(ledger, row.id, "acknowledge page")


def _mitigate(ledger: Ledger, row: IncidentRow, command: Command) -> None:
    if row.status == "mitigated":
        return
    _need(row, command.kind, {"open", "acknowledged"})
    ledger.change(row.id, status="mitigated")
    ledger.happened(row.id, "incident mitigated", _why(command))
    planning.status_changed(ledger, row.id)
    planning.answer_page(ledger, row.id, "acknowledge page")
    planning.remind(ledger, row.id, "mitigated")


def _resolve(ledger: Ledger, row: IncidentRow, command: Command) -> None:
    if row.status == "resolved":
        return
    _need(row, command.kind, NOT_OVER)
    if row.firing and not command.even_firing:
        raise IncidentError(
            f"incident {row.id}: {row.firing} of its alerts fire; mark it mitigated,"
            " silence them, or resolve it all the same (--even-firing at a terminal)"
        )
    moving.hush(ledger, row)
    turns.resolve(ledger, row.id, plain(command.text) or "by hand")


def _reopen(ledger: Ledger, row: IncidentRow, command: Command) -> None:
    if row.status in NOT_OVER:
        return
    other = ledger.under(row.key)
    if other is not None and other.id != row.id and other.status in NOT_OVER:
        raise IncidentError(
            f"incident {row.id}: incident {other.id} is open for the same; merge them"
        )
    turns.reopen(ledger, row.id, plain(command.text) or "by hand")


def _review(ledger: Ledger, row: IncidentRow, command: Command) -> None:
    if row.status == "reviewed":
        return
    _need(row, command.kind, {"resolved"})
    ledger.change(row.id, status="reviewed")
    ledger.happened(row.id, "incident reviewed", _why(command))
    planning.status_changed(ledger, row.id)


def _silence(ledger: Ledger, row: IncidentRow, command: Command) -> None:
    _need(row, command.kind, NOT_OVER)
    if command.until is None or not (
        command.at < command.until <= command.at + LONGEST_SILENCE
    ):
        raise IncidentError(
            f"incident {row.id}: a silence ends some time; say when, within a day"
        )
    labels = shared_labels(ledger.known, row.id)
    if not labels:
        raise IncidentError(
            f"incident {row.id}: its alerts share no label that a silence could name"
        )
    asked = {
        "labels": labels,
        "until": command.until.isoformat(),
        "author": command.actor,
        "text": plain(command.text)[:LONGEST_TITLE],
    }
    if not planning.silence(ledger, row.id, asked):
        raise IncidentError(
            f"incident {row.id}: nothing here makes silences; configure"
            " notifiers.alertmanager"
        )


def shared_labels(known: Known, number: int) -> dict[str, str]:
    """Return the labels that all alerts of an incident that fire have alike."""
    firing = [
        dict(alert.labels)
        for alert in known.alerts.values()
        if alert.incident == number and alert.status == "firing"
    ]
    first = firing[0] if firing else {}
    return {
        name: value
        for name, value in first.items()
        if value and all(each.get(name) == value for each in firing)
    }


def _note(ledger: Ledger, row: IncidentRow, command: Command) -> None:
    text = command.text.strip()[:_LONGEST_TEXT]
    if not text:
        raise IncidentError(f"incident {row.id}: a note without a word")
    ledger.happened(row.id, "note added", {"text": text})
    ledger.remember(row.id, updated_at=command.at.isoformat())


def _role(ledger: Ledger, row: IncidentRow, command: Command) -> None:
    name, person = plain(command.role)[:80], plain(command.person)[:200]
    if not name:
        raise IncidentError(f"incident {row.id}: which role?")
    roles = dict(row.data.get("roles", {}))
    if roles.get(name, "") == person:
        return
    roles[name] = person
    kept = {role: who for role, who in roles.items() if who}
    ledger.remember(row.id, roles=kept)
    ledger.happened(row.id, "role taken", {"role": name, "person": person})
    planning.status_changed(ledger, row.id)


def _severity(ledger: Ledger, row: IncidentRow, command: Command) -> None:
    if command.severity is None:
        raise IncidentError(f"incident {row.id}: which severity?")
    _remember_person(ledger, row, "severity_by", command)
    if command.severity != row.severity:
        turns.grade(ledger, row, command.severity)


def _title(ledger: Ledger, row: IncidentRow, command: Command) -> None:
    title = plain(command.text).strip()[:LONGEST_TITLE]
    if not title:
        raise IncidentError(f"incident {row.id}: a title without a word")
    if title != row.title:
        ledger.change(row.id, title=title)
        ledger.happened(row.id, "title changed", {"from": row.title, "to": title})
        planning.status_changed(ledger, row.id)


def _merge(ledger: Ledger, row: IncidentRow, command: Command) -> None:
    into = ledger.incident(command.into)
    if into is None:
        raise IncidentError(
            f"incident {row.id}: there is no incident {command.into} to merge it into"
        )
    if into.id == row.id:
        raise IncidentError(
            f"incident {row.id}: it cannot go into itself; name another one"
        )
    if into.status not in NOT_OVER and row.status in NOT_OVER:
        raise IncidentError(
            f"incident {row.id} is not over and {into.id} is: reopen {into.id} first"
        )
    moving.merge(ledger, row, into)


def _split(ledger: Ledger, row: IncidentRow, command: Command) -> None:
    _need(row, command.kind, NOT_OVER)
    moving.split(ledger, row, frozenset(command.fingerprints), plain(command.text))


def _curate(ledger: Ledger, row: IncidentRow, command: Command) -> None:
    if not command.entry:
        raise IncidentError(f"incident {row.id}: which entry of the timeline?")
    data: dict[str, Any] = {"entry": command.entry}
    if command.kind == "promote":
        ledger.happened(row.id, "entry promoted", data)
    elif command.kind == "demote":
        ledger.happened(row.id, "entry demoted", data)
    else:
        text = command.text.strip()[:_LONGEST_TEXT]
        at = command.entry_at
        if not text and at is None:
            raise IncidentError(f"incident {row.id}: an edit that changes nothing")
        data |= {"text": text, "at": at.isoformat() if at else ""}
        ledger.happened(row.id, "entry edited", data)


_COMMANDS: Final[
    Mapping[CommandKind, Callable[[Ledger, IncidentRow, Command], None]]
] = {
    "acknowledge": _acknowledge,
    "mitigate": _mitigate,
    "resolve": _resolve,
    "reopen": _reopen,
    "review": _review,
    "note": _note,
    "role": _role,
    "severity": _severity,
    "title": _title,
    "silence": _silence,
    "merge": _merge,
    "split": _split,
    "promote": _curate,
    "demote": _curate,
    "edit": _curate,
}


def _need(
    row: IncidentRow,
    kind: CommandKind,
    statuses: set[IncidentStatus] | frozenset[IncidentStatus],
) -> None:
    if row.status not in statuses:
        fitting = ", ".join(sorted(statuses))
        raise IncidentError(
            f"incident {row.id} is {row.status}; {kind} is for: {fitting}"
        )


def _why(command: Command) -> dict[str, str]:
    reason = plain(command.text)[:LONGEST_TITLE]
    return {"reason": reason} if reason else {}


def _remember_person(
    ledger: Ledger, row: IncidentRow, name: str, command: Command
) -> None:
    ledger.remember(row.id, **{name: command.actor})
