"""The few places where the two databases want different words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from runbookkit.store.writer import Sql


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a database calls things."""

    each: str
    """A table ``t`` whose column ``value`` holds the texts of a JSON array ``?``."""
    given_id: str
    """What allows a row to bring its own number."""
    positions: Callable[[Sql, int], list[int]]
    """Reserves numbers for so many events, in order."""
    locking: str = ""
    """How a row is locked that nobody else is looking at."""


def _sqlite_positions(sql: Sql, count: int) -> list[int]:
    row = sql.execute("SELECT seq FROM sqlite_sequence WHERE name = 'event'").fetchone()
    first = (row[0] if row else 0) + 1
    return list(range(first, first + count))


def _postgres_positions(sql: Sql, count: int) -> list[int]:
    rows = sql.execute(
        "SELECT nextval(pg_get_serial_sequence('event', 'position'))"
        " FROM generate_series(1, ?)",
        (count,),
    )
    return sorted(row[0] for row in rows)


SQLITE = Dialect("json_each(?) AS t", "", _sqlite_positions)
POSTGRES = Dialect(
    "jsonb_array_elements_text(?::jsonb) AS t(value)",
    "OVERRIDING SYSTEM VALUE",
    _postgres_positions,
    "FOR UPDATE OF due SKIP LOCKED",
)
