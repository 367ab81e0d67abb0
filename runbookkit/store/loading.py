"""Read what decisions want to know, with a few statements for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from runbookkit.model.incident import AlertRow, IncidentRow, Want
from runbookkit.store.dialect import Dialect
from runbookkit.store.projections import (
    ALERT_COLUMNS,
    READ_INCIDENT_COLUMNS,
    alert_of,
    incident_of,
)
from runbookkit.store.rows import to_json
from runbookkit.store.writer import Sql

_NOT_OVER = "status IN ('open', 'acknowledged', 'mitigated')"
_ALERTS = f"SELECT {ALERT_COLUMNS} FROM alert WHERE"
_INCIDENTS = f"SELECT {READ_INCIDENT_COLUMNS} FROM incident WHERE"


class Knowledge(Protocol):
    """What is read is put in here."""

    alerts: dict[tuple[str, str], AlertRow]
    by_key: dict[str, IncidentRow]
    incidents: dict[int, IncidentRow]
    next_incident: int
    opened: dict[int, datetime]
    happened: set[str]

    def put_incident(self, incident: IncidentRow) -> None:
        """Know an incident, also under its key if it stands for it."""


def load(sql: Sql, dialect: Dialect, wants: Sequence[Want], state: Knowledge) -> None:
    """Read what all of the decisions want to know."""
    row = sql.execute("SELECT COALESCE(MAX(id), 0) + 1 FROM incident").fetchone()
    state.next_incident = row[0]
    _load_alerts(sql, dialect, wants, state)
    numbers = {number for want in wants for number in want.incidents}
    numbers |= {n for want in wants for n in (*want.alerts_of, *want.keys_of)}
    numbers |= {alert.incident for alert in state.alerts.values()} - {0}
    for source in {source for want in wants for source in want.open_of}:
        _put(state, sql.execute(f"{_INCIDENTS} source = ? AND {_NOT_OVER}", (source,)))
    _load_keys(sql, dialect, {key for want in wants for key in want.keys}, state)
    while numbers := numbers - state.incidents.keys():
        found = len(state.incidents)
        _load_numbers(sql, dialect, numbers, state)
        if len(state.incidents) == found:
            break
        numbers = {each.merged_into for each in state.incidents.values()} - {0}
    keyed = {number for want in wants for number in want.keys_of}
    found_keys = {state.incidents[n].key for n in keyed & state.incidents.keys()}
    _load_keys(sql, dialect, found_keys, state)
    _load_opened(sql, max((want.opened for want in wants), default=0), state)
    _load_happened(sql, dialect, {want.once for want in wants} - {""}, state)


def _load_alerts(
    sql: Sql, dialect: Dialect, wants: Iterable[Want], state: Knowledge
) -> None:
    named: dict[str, set[str]] = {}
    for want in wants:
        for source, fingerprint in want.alerts:
            named.setdefault(source, set()).add(fingerprint)
    for source, fingerprints in named.items():
        statement = (
            f"{_ALERTS} source = ? AND fingerprint IN"
            f" (SELECT t.value FROM {dialect.each})"
        )
        _put_alerts(state, sql, statement, (source, to_json(list(fingerprints))))
    for source in {source for want in wants for source in want.firing_of}:
        statement = f"{_ALERTS} source = ? AND status = 'firing'"
        _put_alerts(state, sql, statement, (source,))
    for number in {number for want in wants for number in want.alerts_of}:
        _put_alerts(state, sql, f"{_ALERTS} incident = ?", (number,))


def _load_keys(sql: Sql, dialect: Dialect, keys: set[str], state: Knowledge) -> None:
    if not keys:
        return
    within = f"key IN (SELECT t.value FROM {dialect.each})"
    statement = f"{_INCIDENTS} {_NOT_OVER} AND {within}"
    _put(state, sql.execute(statement, (to_json(list(keys)),)))
    over = [key for key in keys if key not in state.by_key]
    if over:
        latest = f"SELECT MAX(id) FROM incident WHERE {within} GROUP BY key"
        _put(state, sql.execute(f"{_INCIDENTS} id IN ({latest})", (to_json(over),)))


def _load_numbers(
    sql: Sql, dialect: Dialect, numbers: Iterable[int], state: Knowledge
) -> None:
    within = f"id IN (SELECT CAST(t.value AS BIGINT) FROM {dialect.each})"
    _put(state, sql.execute(f"{_INCIDENTS} {within}", (to_json(list(numbers)),)))


def _load_opened(sql: Sql, count: int, state: Knowledge) -> None:
    if count:
        rows = sql.execute(
            "SELECT id, opened_at FROM incident ORDER BY id DESC LIMIT ?", (count,)
        )
        state.opened.update(
            (number, datetime.fromisoformat(opened_at)) for number, opened_at in rows
        )


def _load_happened(
    sql: Sql, dialect: Dialect, keys: set[str], state: Knowledge
) -> None:
    if keys:
        rows = sql.execute(
            "SELECT key FROM event WHERE key <> ''"
            f" AND key IN (SELECT t.value FROM {dialect.each})",
            (to_json(list(keys)),),
        )
        state.happened.update(key for (key,) in rows)


def _put(state: Knowledge, rows: Iterable[Sequence[object]]) -> None:
    for row in rows:
        state.put_incident(incident_of(row))


def _put_alerts(
    state: Knowledge, sql: Sql, statement: str, parameters: Sequence[object]
) -> None:
    for row in sql.execute(statement, parameters):
        alert = alert_of(row)
        state.alerts[alert.source, alert.fingerprint] = alert
