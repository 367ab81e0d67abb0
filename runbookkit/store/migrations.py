"""The schema, step by step; a step that was released is never edited.

``{id}`` is the type of a number that the database counts up itself, ``{blob}`` that
of bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from runbookkit.errors import StoreError

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        (
            "CREATE TABLE event ("
            " position {id},"
            " stream TEXT NOT NULL,"
            " sequence BIGINT NOT NULL,"
            " kind TEXT NOT NULL,"
            " at TEXT NOT NULL,"
            " recorded_at TEXT NOT NULL,"
            " actor TEXT NOT NULL,"
            " source TEXT NOT NULL,"
            " key TEXT NOT NULL,"
            " data TEXT NOT NULL,"
            " UNIQUE (stream, sequence))"
        ),
        # predicates of partial indexes are literals: a bound one fails on
        # PostgreSQL as soon as the statement is prepared generically
        "CREATE UNIQUE INDEX event_key ON event (key) WHERE key <> ''",
    ),
    (
        (
            "CREATE TABLE incident ("
            " id BIGINT PRIMARY KEY,"
            " key TEXT NOT NULL,"
            " status TEXT NOT NULL,"
            " severity TEXT NOT NULL,"
            " title TEXT NOT NULL,"
            " service TEXT NOT NULL,"
            " source TEXT NOT NULL,"
            " opened_at TEXT NOT NULL,"
            " changed_at TEXT NOT NULL,"
            " data TEXT NOT NULL)"
        ),
        (
            "CREATE UNIQUE INDEX incident_open ON incident (key)"
            " WHERE status IN ('open', 'acknowledged', 'mitigated')"
        ),
        "CREATE INDEX incident_key ON incident (key, id)",
        (
            "CREATE TABLE alert ("
            " source TEXT NOT NULL,"
            " fingerprint TEXT NOT NULL,"
            " status TEXT NOT NULL,"
            " incident BIGINT NOT NULL,"
            " since TEXT NOT NULL,"
            " starts_at TEXT NOT NULL,"
            " seen_at TEXT NOT NULL,"
            " flaps BIGINT NOT NULL,"
            " said TEXT NOT NULL,"
            " generator_url TEXT NOT NULL,"
            " PRIMARY KEY (source, fingerprint))"
        ),
        "CREATE INDEX alert_incident ON alert (incident)",
        "CREATE INDEX alert_firing ON alert (source) WHERE status = 'firing'",
        (
            "CREATE TABLE delivery ("
            " id {id},"
            " source TEXT NOT NULL,"
            " received_at TEXT NOT NULL,"
            " digest TEXT NOT NULL,"
            " state TEXT NOT NULL,"
            " error TEXT NOT NULL,"
            " body {blob} NOT NULL)"
        ),
        "CREATE INDEX delivery_dead ON delivery (id) WHERE state = 'dead'",
        (
            "CREATE TABLE job ("
            " id {id},"
            " key TEXT NOT NULL UNIQUE,"
            " kind TEXT NOT NULL,"
            " queue TEXT NOT NULL,"
            " stream TEXT NOT NULL,"
            " run_at TEXT NOT NULL,"
            " timer BIGINT NOT NULL,"
            " state TEXT NOT NULL,"
            " attempts BIGINT NOT NULL,"
            " asked BIGINT NOT NULL,"
            " lease_until TEXT NOT NULL,"
            " owner TEXT NOT NULL,"
            " error TEXT NOT NULL,"
            " data TEXT NOT NULL)"
        ),
        # streams are listed by their first events, of which there are few
        "CREATE INDEX event_first ON event (position) WHERE sequence = 1",
        "CREATE INDEX job_due ON job (run_at) WHERE state = 'pending'",
        (
            "CREATE INDEX job_order ON job (stream, queue, id)"
            " WHERE state = 'pending' AND timer = 0"
        ),
        "CREATE INDEX job_dead ON job (id) WHERE state = 'dead'",
    ),
    (
        (
            "CREATE INDEX event_edit ON event (stream, sequence)"
            " WHERE kind IN ('entry promoted', 'entry demoted', 'entry edited')"
        ),
        (
            "CREATE INDEX incident_listed ON incident (id)"
            " WHERE status IN ('open', 'acknowledged', 'mitigated')"
        ),
    ),
)

Execute = Callable[[str], Any]


def migrate(execute: Execute, *, id_type: str, blob_type: str) -> None:
    """Bring a database up to the newest schema, inside the caller's transaction.

    Raises:
        StoreError: It was written by a newer version than this one.
    """
    execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)")
    row = execute("SELECT MAX(version) FROM schema_version").fetchone()
    version = row[0] if row and row[0] is not None else 0
    if version > len(MIGRATIONS):
        raise StoreError(
            f"the store has schema {version}, this version knows {len(MIGRATIONS)};"
            " update runbookkit"
        )
    for number in range(version, len(MIGRATIONS)):
        for statement in MIGRATIONS[number]:
            typed = statement.replace("{id}", id_type).replace("{blob}", blob_type)
            execute(typed)
        execute(f"INSERT INTO schema_version (version) VALUES ({number + 1})")
