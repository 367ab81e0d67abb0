"""The log in one SQLite file."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from runbookkit.errors import StoreError
from runbookkit.model.event import Event, NewEvent
from runbookkit.store.migrations import migrate
from runbookkit.store.rows import READ, SINCE, STREAMS, append_rows, event_of
from runbookkit.store.writer import Sql, Writer

T = TypeVar("T")

_ID = "INTEGER PRIMARY KEY AUTOINCREMENT"


class SqliteStore:
    """A store for one process; several machines want PostgreSQL.

    An append returns when its events are on the disk: the log is written with
    ``synchronous=FULL``, and appends that wait at the same time share a commit.
    """

    def __init__(self, file: Path, *, clock: Callable[[], datetime]) -> None:
        """Open or create the file and bring its schema up to date.

        Raises:
            StoreError: The file cannot be opened, or is newer than this version.
        """
        self._file = file
        self._clock = clock
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
        self._writer = Writer(_Transactions(file, writer))

    def append(
        self, stream: str, expected: int, events: Sequence[NewEvent]
    ) -> list[Event]:
        """Keep events durably behind the expected last one of their stream.

        Raises:
            ConflictError: The stream has moved on.
            StoreError: They could not be written; nothing was kept.
        """

        def write(sql: Sql) -> list[Event]:
            now = self._clock().astimezone(UTC)
            return append_rows(sql.execute, stream, expected, events, now)

        return self._transact(write)

    def read(self, stream: str, after: int = 0) -> list[Event]:
        """Return the events of a stream behind a sequence number, in order."""
        with self._reader() as reader:
            return [event_of(row) for row in reader.execute(READ, (stream, after))]

    def since(self, position: int, limit: int = 1000) -> list[Event]:
        """Return events of all streams behind a position, in order."""
        with self._reader() as reader:
            return [event_of(row) for row in reader.execute(SINCE, (position, limit))]

    def streams(self, kind: str) -> list[str]:
        """Return the streams whose name begins with ``kind/``, newest first."""
        with self._reader() as reader:
            return [row[0] for row in reader.execute(STREAMS, (f"{kind}/%",))]

    def close(self) -> None:
        """Wait for what was handed in, and close the file."""
        self._writer.close()
        for reader in self._readers:
            reader.close()
        self._readers.clear()

    def _transact(self, work: Callable[[Sql], T], *, alone: bool = True) -> T:
        """Run ``work`` in the writer's transaction; return when it is durable.

        Raises:
            ConflictError: ``work`` raised it, before it wrote anything.
            StoreError: It could not be written; nothing was kept.
        """
        return self._writer.submit(work, alone=alone).result()

    @contextmanager
    def _reader(self) -> Iterator[sqlite3.Connection]:
        try:
            if not hasattr(self._local, "connection"):
                self._local.connection = _connect(self._file)
                self._readers.append(self._local.connection)
            yield self._local.connection
        except sqlite3.Error as error:
            raise StoreError(f"{self._file}: cannot be read: {error}") from error


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
    return connection
