"""Alerts, incidents and bodies to rows and back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from runbookkit.model.alert import Body
from runbookkit.model.incident import AlertRow, IncidentRow
from runbookkit.store.rows import text_of, to_json

ALERT_COLUMNS = (
    "source, fingerprint, status, incident, since, starts_at, seen_at, flaps,"
    " said, generator_url"
)
INCIDENT_COLUMNS = (
    "id, key, status, severity, title, service, source, opened_at, changed_at, data"
)
READ_INCIDENT_COLUMNS = (
    f"{INCIDENT_COLUMNS}, (SELECT COALESCE(MAX(event.sequence), 0) FROM event"
    " WHERE event.stream = 'incident/' || incident.id)"
)
BODY_COLUMNS = "id, source, received_at, digest, state, error, body"


class Later(Mapping[str, str]):
    """Labels or annotations that are parsed when somebody looks.

    Most decisions only look at the status of the alerts that they know.
    """

    __slots__ = ("_parsed", "_part", "_text")

    def __init__(self, text: str, part: int) -> None:
        self._text = text
        self._part = part
        self._parsed: dict[str, str] | None = None

    def __getitem__(self, name: str) -> str:
        return self._texts()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts())

    def __len__(self) -> int:
        return len(self._texts())

    def _texts(self) -> dict[str, str]:
        if self._parsed is None:
            self._parsed = json.loads(self._text)[self._part]
        return self._parsed


def alert_of(row: Sequence[Any]) -> AlertRow:
    """Return the alert that a row of ``ALERT_COLUMNS`` is."""
    return AlertRow(
        row[0],
        row[1],
        row[2],
        Later(row[8], 0),
        datetime.fromisoformat(row[4]),
        datetime.fromisoformat(row[5]),
        row[3],
        datetime.fromisoformat(row[6]),
        row[7],
        Later(row[8], 1),
        row[9],
    )


def alert_row(alert: AlertRow) -> tuple[Any, ...]:
    """Return an alert as a row of ``ALERT_COLUMNS``."""
    since = text_of(alert.since)
    return (
        alert.source,
        alert.fingerprint,
        alert.status,
        alert.incident,
        since,
        text_of(alert.starts_at),
        since if alert.seen_at is alert.since else text_of(alert.seen_at),
        alert.flaps,
        _said(alert),
        alert.generator_url,
    )


def is_slim(alert: AlertRow) -> bool:
    """Return whether what the sender said of an alert is what is kept already."""
    # asked of every alert: an abstract base class takes ten times as long
    return type(alert.labels) is Later and type(alert.annotations) is Later


def slim_row(alert: AlertRow) -> tuple[Any, ...]:
    """Return what changes of an alert when its labels do not; its name at the end."""
    return (
        alert.status,
        alert.incident,
        text_of(alert.since),
        text_of(alert.starts_at),
        text_of(alert.seen_at),
        alert.flaps,
        alert.source,
        alert.fingerprint,
    )


def incident_of(row: Sequence[Any]) -> IncidentRow:
    """Return the incident that a row of ``READ_INCIDENT_COLUMNS`` is."""
    rest = json.loads(row[9])
    return IncidentRow(
        id=row[0],
        key=row[1],
        status=row[2],
        severity=row[3],
        title=row[4],
        service=row[5],
        source=row[6],
        opened_at=datetime.fromisoformat(row[7]),
        changed_at=datetime.fromisoformat(row[8]),
        sequence=row[10],
        runbook=rest["runbook"],
        slo=rest["slo"],
        resolved_at=_moment(rest["resolved_at"]),
        unknown_since=_moment(rest["unknown_since"]),
        incomplete=rest["incomplete"],
        firing=rest["firing"],
        total=rest["total"],
        merged_into=rest["merged_into"],
        data=rest["data"],
    )


def incident_row(incident: IncidentRow) -> tuple[Any, ...]:
    """Return an incident as a row of ``INCIDENT_COLUMNS``."""
    resolved, unknown = incident.resolved_at, incident.unknown_since
    rest = {
        "runbook": incident.runbook,
        "slo": incident.slo,
        "resolved_at": text_of(resolved) if resolved else "",
        "unknown_since": text_of(unknown) if unknown else "",
        "incomplete": incident.incomplete,
        "firing": incident.firing,
        "total": incident.total,
        "merged_into": incident.merged_into,
        "data": incident.data,
    }
    return (
        incident.id,
        incident.key,
        incident.status,
        incident.severity,
        incident.title,
        incident.service,
        incident.source,
        text_of(incident.opened_at),
        text_of(incident.changed_at),
        to_json(rest),
    )


def body_of(row: Sequence[Any]) -> Body:
    """Return the body that a row of ``BODY_COLUMNS`` is."""
    number, source, received_at, digest, state, error, packed = row
    at = datetime.fromisoformat(received_at)
    return Body(source, at, digest, bytes(packed), state, error, number)


def body_row(body: Body) -> tuple[Any, ...]:
    """Return a body as a row of ``BODY_COLUMNS`` without its number."""
    return (
        body.source,
        text_of(body.received_at),
        body.digest,
        body.state,
        body.error,
        body.packed,
    )


def _said(alert: AlertRow) -> str:
    # a third of the time of the standard library, and alerts come in thousands
    from pydantic_core import to_json as encoded  # noqa: PLC0415  slow to load

    texts = (_plain(alert.labels), _plain(alert.annotations))
    return encoded(texts).decode()


def _plain(texts: Mapping[str, str]) -> dict[str, str]:
    return texts if isinstance(texts, dict) else dict(texts)


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
