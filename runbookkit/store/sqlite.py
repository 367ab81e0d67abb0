"""The log in one SQLite file."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from runbookkit.errors import StoreError
from runbookkit.store.dialect import SQLITE
from runbookkit.store.log import Log
from runbookkit.store.migrations import migrate
from runbookkit.store.writer import Sql

_ID = "INTEGER PRIMARY KEY AUTOINCREMENT"


class SqliteStore(Log):
    """A store for one process; several machines want PostgreSQL.

    The file is written with ``synchronous=FULL``: what a call kept survives a
    crash of the process and of the machine.
    """

    def __init__(self, file: Path, *, clock: Callable[[], datetime]) -> None:
        """Open or create the file and bring its schema up to date.

        Raises:
            StoreError: The file cannot be opened, or is newer than this version.
        """
        self._file = file
        self._local = threading.local()
        self._readers: list[sqlite3.Connection] = []
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            writer = _connect(file)
            writer.execute("BEGIN IMMEDIATE")
            migrate(writer.execute, id_type=_ID, blob_type="BLOB")
            writer.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"{file}: cannot be opened as a store: {error}") from error
        super().__init__(_Transactions(file, writer), SQLITE, clock=clock)

    def close(self) -> None:
        """Wait for what was handed in, and close the file."""
        super().close()
        for reader in self._readers:
            reader.close()
        self._readers.clear()

    def _rows(self, statement: str, parameters: Sequence[Any]) -> list[Any]:
        try:
            if not hasattr(self._local, "connection"):
                self._local.connection = _connect(self._file)
                self._readers.append(self._local.connection)
            rows: list[Any] = self._local.connection.execute(
                statement, parameters
            ).fetchall()
        except sqlite3.Error as error:
            raise StoreError(f"{self._file}: cannot be read: {error}") from error
        return rows


class _Transactions:
    """Transactions of the one connection that writes."""

    def __init__(self, file: Path, connection: sqlite3.Connection) -> None:
        self._file = file
        self._connection = connection

    @contextmanager
    def __call__(self, *, alone: bool) -> Iterator[Sql]:  # noqa: ARG002  SQLite knows no other
        connection = self._connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise StoreError(f"{self._file}: cannot be written: {error}") from error

    def close(self) -> None:
        self._connection.close()


def _connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        file, isolation_level=None, timeout=30, check_same_thread=False
    )
    connection.execute("PRAGMA journal_mode=WAL")
    # NORMAL loses acknowledged commits when the power fails
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    # pages: one that is written often is then copied to the file less often
    connection.execute("PRAGMA wal_autocheckpoint=4000")
    # KiB: what alerts are looked up in stays in memory while they storm
    connection.execute("PRAGMA cache_size=-16384")
    return connection
