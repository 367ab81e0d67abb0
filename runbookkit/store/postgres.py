"""The log in PostgreSQL, for several machines at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg import errors

from runbookkit.errors import ConflictError, StoreError
from runbookkit.model.event import Event, NewEvent
from runbookkit.store.migrations import migrate
from runbookkit.store.rows import READ, SINCE, STREAMS, append_rows, event_of

_ID = "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
_MIGRATION_LOCK = 7_285_611


class PostgresStore:
    """A store that any number of processes share.

    Each thread has its own connection; a connection that broke is replaced by
    the next call.
    """

    def __init__(self, dsn: str, *, clock: Callable[[], datetime]) -> None:
        """Connect, and bring the schema up to date.

        Raises:
            StoreError: The server cannot be reached, or is newer than this version.
        """
        self._dsn = dsn
        self._clock = clock
        self._local = threading.local()
        self._open: list[psycopg.Connection[Any]] = []
        with self._connection() as connection, connection.transaction():
            # two replicas that start at once must not migrate twice
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_MIGRATION_LOCK,))
            migrate(_executor(connection), id_type=_ID, blob_type="BYTEA")

    def append(
        self, stream: str, expected: int, events: Sequence[NewEvent]
    ) -> list[Event]:
        """Keep events durably behind the expected last one of their stream.

        Raises:
            ConflictError: The stream has moved on.
            StoreError: They could not be written; nothing was kept.
        """
        now = self._clock().astimezone(UTC)
        with self._connection() as connection:
            try:
                with connection.transaction():
                    return append_rows(
                        _executor(connection), stream, expected, events, now
                    )
            except errors.UniqueViolation as error:
                raise ConflictError(
                    f"{stream}: somebody else appended meanwhile; read it first"
                ) from error

    def read(self, stream: str, after: int = 0) -> list[Event]:
        """Return the events of a stream behind a sequence number, in order."""
        return [event_of(row) for row in self._rows(READ, (stream, after))]

    def since(self, position: int, limit: int = 1000) -> list[Event]:
        """Return events of all streams behind a position, in order."""
        return [event_of(row) for row in self._rows(SINCE, (position, limit))]

    def streams(self, kind: str) -> list[str]:
        """Return the streams whose name begins with ``kind/``, newest first."""
        return [row[0] for row in self._rows(STREAMS, (f"{kind}/%",))]

    def close(self) -> None:
        """Close all connections."""
        for connection in self._open:
            connection.close()
        self._open.clear()

    def _rows(self, statement: str, parameters: Sequence[Any]) -> list[Any]:
        with self._connection() as connection, connection.transaction():
            return list(_executor(connection)(statement, parameters).fetchall())

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection[Any]]:
        connection: psycopg.Connection[Any] | None
        connection = getattr(self._local, "connection", None)
        try:
            if connection is None or connection.closed or connection.broken:
                connection = psycopg.connect(
                    self._dsn, autocommit=True, connect_timeout=10
                )
                self._local.connection = connection
                self._open.append(connection)
            yield connection
        except errors.UniqueViolation:
            raise
        except psycopg.Error as error:
            said = " ".join(str(error).split())
            raise StoreError(f"postgresql: {said}") from error


def _executor(connection: psycopg.Connection[Any]) -> Callable[..., Any]:
    def execute(statement: str, parameters: Sequence[Any] = ()) -> Any:
        query = statement.replace("%", "%%").replace("?", "%s").encode()
        return connection.execute(query, parameters)

    return execute
