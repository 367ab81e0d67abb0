"""Events to rows and back, and the statements that both databases share."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from runbookkit.errors import ConflictError, StoreError
from runbookkit.model.event import Event, NewEvent

COLUMNS = "position, stream, sequence, kind, at, recorded_at, actor, source, key, data"
LAST = "SELECT COALESCE(MAX(sequence), 0) FROM event WHERE stream = ?"
INSERT = (
    "INSERT INTO event (stream, sequence, kind, at, recorded_at, actor, source, key,"
    " data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (key) WHERE key <> '' DO NOTHING RETURNING position"
)
READ = (
    f"SELECT {COLUMNS} FROM event WHERE stream = ? AND sequence > ? ORDER BY sequence"
)
SINCE = f"SELECT {COLUMNS} FROM event WHERE position > ? ORDER BY position LIMIT ?"
STREAMS = (
    "SELECT stream FROM event WHERE stream LIKE ? AND sequence = 1"
    " ORDER BY position DESC"
)

# PostgreSQL refuses NUL in text: here it is escaped. Our data hold no circles, and to
# look for them takes a fifth of the time
_ENCODE = json.JSONEncoder(
    ensure_ascii=True, allow_nan=False, check_circular=False
).encode

Execute = Callable[[str, Sequence[Any]], Any]


def append_rows(
    execute: Execute,
    stream: str,
    expected: int,
    events: Sequence[NewEvent],
    recorded_at: datetime,
) -> list[Event]:
    """Insert events behind the expected one, inside the caller's transaction.

    Raises:
        ConflictError: The stream has moved on.
    """
    last = execute(LAST, (stream,)).fetchone()[0]
    if last != expected:
        raise ConflictError(
            f"{stream}: {last} events are kept where {expected} were expected; read"
            " them first"
        )
    kept: list[Event] = []
    for event in events:
        sequence = expected + len(kept) + 1
        row = (
            stream,
            sequence,
            event.kind,
            text_of(event.at),
            text_of(recorded_at),
            event.actor,
            event.source,
            event.key,
            to_json(event.data),
        )
        inserted = execute(INSERT, row).fetchone()
        if inserted is not None:
            kept.append(
                Event(
                    inserted[0],
                    stream,
                    sequence,
                    event.kind,
                    event.at,
                    recorded_at,
                    json.loads(row[8]),
                    event.actor,
                    event.source,
                    event.key,
                )
            )
    return kept


def event_of(row: Sequence[Any]) -> Event:
    """Return the event that a row of ``COLUMNS`` is."""
    position, stream, sequence, kind, at, recorded_at, actor, source, key, data = row
    return Event(
        position,
        stream,
        sequence,
        kind,
        datetime.fromisoformat(at),
        datetime.fromisoformat(recorded_at),
        json.loads(data),
        actor,
        source,
        key,
    )


def to_json(data: Any) -> str:
    """Return JSON that every reader accepts.

    Raises:
        StoreError: It holds what JSON cannot, such as NaN or a date.
    """
    if not data and isinstance(data, dict):
        return "{}"
    try:
        return _ENCODE(data)
    except (TypeError, ValueError) as error:
        raise StoreError(f"not to be kept as JSON: {error}") from error


# a transaction writes the same few moments again and again
@lru_cache(maxsize=4096)
def text_of(moment: datetime) -> str:
    """Return a moment as it is kept: such texts sort by time."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="microseconds")
