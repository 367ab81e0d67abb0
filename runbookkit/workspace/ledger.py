"""What was spent on which day, by all processes of one machine together.

An SQLite file. A sum is set aside before it is spent, in one transaction with the
look at what is left, so that two processes cannot both have the last of it. What a
process that was killed had set aside counts as spent.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from runbookkit.errors import StoreError
from runbookkit.model.spent import Spent

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS spent (
  id INTEGER PRIMARY KEY, day TEXT NOT NULL, usd REAL NOT NULL, tokens INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS spent_by_day ON spent (day);
"""
_WAIT: Final = 30.0


class DayLedger:
    """The ledger of one file; safe for several threads and processes.

    Every method raises StoreError when the file cannot be used; then nothing may
    be spent.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def reserve(self, day: str, worst: Spent, bound: Spent) -> int | None:
        """Set a sum aside and return its number; none when the day has too little."""
        with self._transaction() as connection:
            if (_sum(connection, day) + worst).exceeds(bound):
                return None
            made = connection.execute(
                "INSERT INTO spent (day, usd, tokens) VALUES (?, ?, ?)",
                (day, worst.usd, worst.tokens),
            )
            return made.lastrowid

    def settle(self, number: int, actual: Spent) -> None:
        """Replace what was set aside by what was spent."""
        with self._transaction() as connection:
            connection.execute(
                "UPDATE spent SET usd = ?, tokens = ? WHERE id = ?",
                (actual.usd, actual.tokens, number),
            )

    def spent(self, day: str) -> Spent:
        """Return what a day has cost so far, what is set aside included."""
        with self._transaction() as connection:
            return _sum(connection, day)

    def close(self) -> None:
        """Let go of the file; it is opened again when it is needed."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._lock:
                if self._connection is None:
                    self._connection = self._open()
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                self._connection.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            self.close()
            raise StoreError(
                f"{self._file}: cannot be used: {error}; move it away to begin anew"
            ) from error

    def _open(self) -> sqlite3.Connection:
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        connection = sqlite3.connect(
            self._file, timeout=_WAIT, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.executescript(_SCHEMA)
        return connection


def _sum(connection: sqlite3.Connection, day: str) -> Spent:
    usd, tokens = connection.execute(
        "SELECT COALESCE(SUM(usd), 0), COALESCE(SUM(tokens), 0) FROM spent"
        " WHERE day = ?",
        (day,),
    ).fetchone()
    return Spent(usd, tokens)
