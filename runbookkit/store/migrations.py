"""The schema, step by step; a step that was released is never edited.

``{id}`` is the type of a number that the database counts up itself.
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
)

Execute = Callable[[str], Any]


def migrate(execute: Execute, *, id_type: str) -> None:
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
            execute(statement.replace("{id}", id_type))
        execute(f"INSERT INTO schema_version (version) VALUES ({number + 1})")  # noqa: S608  a number
