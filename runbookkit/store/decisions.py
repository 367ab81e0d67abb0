"""Decisions and what they come to, in one transaction, with few statements.

However many decisions share a transaction, what they want to know is read at once,
each sees what those before it came to, and everything is written at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from runbookkit.model.event import Event, NewEvent
from runbookkit.model.incident import (
    NOT_OVER,
    AlertRow,
    Changes,
    IncidentRow,
    Known,
    Want,
)
from runbookkit.store.dialect import Dialect
from runbookkit.store.jobs import add_jobs
from runbookkit.store.loading import load
from runbookkit.store.projections import (
    ALERT_COLUMNS,
    BODY_COLUMNS,
    INCIDENT_COLUMNS,
    alert_row,
    body_row,
    incident_row,
    is_slim,
    slim_row,
)
from runbookkit.store.rows import COLUMNS, text_of, to_json
from runbookkit.store.writer import Sql

Decision = tuple[Want, Callable[[Known], Changes]]

_SLIM = (
    "UPDATE alert SET status = ?, incident = ?, since = ?, starts_at = ?,"
    " seen_at = ?, flaps = ? WHERE source = ? AND fingerprint = ?"
)


def _upsert(table: str, columns: str, key: str) -> str:
    names = columns.split(", ")
    kept = ", ".join(f"{name} = excluded.{name}" for name in names if name not in key)
    marks = ", ".join("?" * len(names))
    return (
        f"INSERT INTO {table} ({columns}) VALUES ({marks})"
        f" ON CONFLICT ({key}) DO UPDATE SET {kept}"
    )


_ALERT = _upsert("alert", ALERT_COLUMNS, "source, fingerprint")
_INCIDENT = _upsert("incident", INCIDENT_COLUMNS, "id")
_BODY = (
    f"INSERT INTO delivery ({BODY_COLUMNS.removeprefix('id, ')})"
    " VALUES (?, ?, ?, ?, ?, ?)"
)


@dataclass(slots=True)
class State:
    """What is known, as the decisions of one transaction change it."""

    alerts: dict[tuple[str, str], AlertRow] = field(default_factory=dict)
    by_key: dict[str, IncidentRow] = field(default_factory=dict)
    incidents: dict[int, IncidentRow] = field(default_factory=dict)
    next_incident: int = 1
    opened: dict[int, datetime] = field(default_factory=dict)
    happened: set[str] = field(default_factory=set)

    def put_incident(self, incident: IncidentRow) -> None:
        """Know an incident, also under its key if it stands for it."""
        self.incidents[incident.id] = incident
        other = self.by_key.get(incident.key)
        if (
            other is None
            or other.id == incident.id
            or incident.status in NOT_OVER
            or (other.status not in NOT_OVER and other.id < incident.id)
        ):
            self.by_key[incident.key] = incident
        if incident.id >= self.next_incident:
            self.next_incident = incident.id + 1
            self.opened[incident.id] = incident.opened_at


def decide_all(
    sql: Sql, dialect: Dialect, decisions: Sequence[Decision], now: datetime
) -> list[list[Event]]:
    """Make decisions one after the other, and write what they come to.

    Returns:
        What each one added to the log, with the position in it.
    """
    state = State()
    load(sql, dialect, [want for want, _ in decisions], state)
    written = _Written(state)
    for want, decide in decisions:
        known = Known(
            state.alerts,
            state.by_key,
            state.incidents,
            state.next_incident,
            state.opened,
            state.happened,
        )
        changes = decide(known)
        written.put(changes)
        if want.once:
            happened = (event.key for each in changes.events.values() for event in each)
            state.happened.update(happened)
    return written.write(sql, dialect, now)


class _Written:
    """What the decisions of one transaction came to."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._alerts: dict[tuple[str, str], None] = {}
        self._incidents: dict[int, None] = {}
        self._changes: list[Changes] = []
        self._known_to = state.next_incident

    def put(self, changes: Changes) -> None:
        """Take over what one decision came to."""
        for alert in changes.alerts:
            name = (alert.source, alert.fingerprint)
            self._state.alerts[name] = alert
            self._alerts[name] = None
        for incident in changes.incidents:
            self._state.put_incident(incident)
            self._incidents[incident.id] = None
        self._changes.append(changes)

    def write(self, sql: Sql, dialect: Dialect, now: datetime) -> list[list[Event]]:
        """Write it with a few statements, and return the events."""
        bodies = [body for changes in self._changes for body in changes.bodies]
        if bodies:
            sql.executemany(_BODY, [body_row(body) for body in bodies])
        events = self._write_events(sql, dialect, now)
        self._write_rows(sql)
        self._confirm(sql, dialect)
        jobs = [job for changes in self._changes for job in changes.jobs]
        if jobs:
            add_jobs(sql, jobs)
        return events

    def _write_rows(self, sql: Sql) -> None:
        incidents = [self._state.incidents[number] for number in self._incidents]
        if incidents:
            # whoever gives a key up goes before whoever takes it
            incidents.sort(key=lambda incident: incident.status in NOT_OVER)
            sql.executemany(_INCIDENT, map(incident_row, incidents))
        alerts = [self._state.alerts[name] for name in self._alerts]
        whole = [alert_row(alert) for alert in alerts if not is_slim(alert)]
        if whole:
            sql.executemany(_ALERT, whole)
        slim = [slim_row(alert) for alert in alerts if is_slim(alert)]
        if slim:
            sql.executemany(_SLIM, slim)

    def _confirm(self, sql: Sql, dialect: Dialect) -> None:
        seen: dict[tuple[str, datetime], list[str]] = {}
        for changes in self._changes:
            if changes.seen_at is not None:
                for source, fingerprint in changes.seen:
                    seen.setdefault((source, changes.seen_at), []).append(fingerprint)
        for (source, seen_at), fingerprints in seen.items():
            at = text_of(seen_at)
            sql.execute(
                "UPDATE alert SET seen_at = ? WHERE source = ? AND fingerprint IN"
                f" (SELECT t.value FROM {dialect.each}) AND seen_at < ?",
                (at, source, to_json(fingerprints), at),
            )

    def _write_events(
        self, sql: Sql, dialect: Dialect, now: datetime
    ) -> list[list[Event]]:
        news = [
            [
                (stream, event)
                for stream, events in each.events.items()
                for event in events
            ]
            for each in self._changes
        ]
        flat = [pair for each in news for pair in each]
        if not flat:
            return [[] for _ in news]
        kept_keys = _kept_keys(sql, dialect, flat)
        last = self._last_sequences(sql, dialect, {stream for stream, _ in flat})
        positions = iter(dialect.positions(sql, len(flat)))
        result: list[list[Event]] = []
        for each in news:
            kept = []
            for stream, event in each:
                if event.key and event.key in kept_keys:
                    continue
                kept_keys.add(event.key)
                last[stream] += 1
                kept.append(_event(next(positions), stream, last[stream], event, now))
            result.append(kept)
        rows = [_event_row(event) for kept in result for event in kept]
        marks = ", ".join("?" * 10)
        sql.executemany(
            f"INSERT INTO event ({COLUMNS}) {dialect.given_id} VALUES ({marks})",
            rows,
        )
        return result

    def _last_sequences(
        self, sql: Sql, dialect: Dialect, streams: Iterable[str]
    ) -> dict[str, int]:
        new = {f"incident/{n}" for n in self._incidents if n >= self._known_to}
        last = dict.fromkeys(new, 0)
        old = [stream for stream in streams if stream not in new]
        if old:
            rows = sql.execute(
                "SELECT t.value, (SELECT COALESCE(MAX(sequence), 0) FROM event"
                f" WHERE stream = t.value) FROM {dialect.each}",
                (to_json(old),),
            )
            last.update(dict(rows.fetchall()))
        return last


def _kept_keys(
    sql: Sql, dialect: Dialect, events: Iterable[tuple[str, NewEvent]]
) -> set[str]:
    keys = [event.key for _, event in events if event.key]
    if not keys:
        return set()
    rows = sql.execute(
        "SELECT key FROM event WHERE key <> ''"
        f" AND key IN (SELECT t.value FROM {dialect.each})",
        (to_json(keys),),
    )
    return {row[0] for row in rows}


def _event(
    position: int, stream: str, sequence: int, event: NewEvent, now: datetime
) -> Event:
    return Event(
        position,
        stream,
        sequence,
        event.kind,
        event.at,
        now,
        event.data,
        event.actor,
        event.source,
        event.key,
    )


def _event_row(event: Event) -> tuple[object, ...]:
    return (
        event.position,
        event.stream,
        event.sequence,
        event.kind,
        text_of(event.at),
        text_of(event.recorded_at),
        event.actor,
        event.source,
        event.key,
        to_json(event.data),
    )
