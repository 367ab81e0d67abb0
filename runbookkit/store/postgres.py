"""The log in PostgreSQL, for several machines at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

import psycopg
from psycopg import errors

from runbookkit.errors import ConflictError, StoreError
from runbookkit.store.dialect import POSTGRES
from runbookkit.store.log import Log
from runbookkit.store.migrations import migrate
from runbookkit.store.writer import Sql, UnsureError

_ID = "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
_MIGRATION_LOCK = 7_285_611
_WRITER_LOCK = 7_285_612
CHANNEL: Final = "runbookkit_events"
"""What is told on whenever events are committed."""
# a writer that hangs with the lock, on a machine that is gone, must not stop the rest
_BOUNDS = (
    "-c idle_in_transaction_session_timeout=10000 -c lock_timeout=15000"
    " -c statement_timeout=30000"
)


class PostgresStore(Log):
    """A store that any number of processes share.

    Each process writes through one connection, with many requests to a commit;
    each thread that reads has its own. A connection that broke is replaced.
    Transactions that append wait for each other, so that positions become
    visible in order and nobody who follows the log misses an event.
    """

    def __init__(self, dsn: str, *, clock: Callable[[], datetime]) -> None:
        """Connect, and bring the schema up to date.

        Raises:
            StoreError: The server cannot be reached, or is newer than this version.
        """
        self._dsn = dsn
        self._local = threading.local()
        self._open: list[psycopg.Connection[Any]] = []
        with self._connection() as connection, connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_MIGRATION_LOCK,))
            migrate(_Sql(connection).execute, id_type=_ID, blob_type="BYTEA")
        super().__init__(_Transactions(dsn), POSTGRES, clock=clock)

    def close(self) -> None:
        """Wait for what was handed in, and close all connections."""
        super().close()
        for connection in self._open:
            connection.close()
        self._open.clear()

    def _rows(self, statement: str, parameters: Sequence[Any]) -> list[Any]:
        with self._connection() as connection:
            try:
                return _read(connection, statement, parameters)
            except psycopg.OperationalError:
                if not connection.broken:
                    raise
        # it was cut while nobody used it, as by a restart: that says nothing of now
        with self._connection() as connection:
            return _read(connection, statement, parameters)

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection[Any]]:
        connection: psycopg.Connection[Any] | None
        connection = getattr(self._local, "connection", None)
        try:
            if connection is None or connection.closed or connection.broken:
                connection = _connect(self._dsn)
                self._local.connection = connection
                self._open.append(connection)
            yield connection
        except psycopg.Error as error:
            raise StoreError(_said(error)) from error


class _Transactions:
    """Transactions of the one connection of this process that writes."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._connection: psycopg.Connection[Any] | None = None

    @contextmanager
    def __call__(self, *, alone: bool) -> Iterator[Sql]:
        committing = False
        try:
            connection = self._begin(alone=alone)
            try:
                yield _Sql(connection)
                committing = True
                # whoever follows the log is woken in the same exchange
                connection.execute(f"NOTIFY {CHANNEL}; COMMIT" if alone else "COMMIT")
            finally:
                if not connection.closed and _in_transaction(connection):
                    connection.execute("ROLLBACK")
        except (errors.UniqueViolation, errors.SerializationFailure) as error:
            raise ConflictError(
                f"somebody else wrote the same meanwhile: {_said(error)}"
            ) from error
        except psycopg.Error as error:
            if committing:
                raise UnsureError(_said(error)) from error
            raise StoreError(_said(error)) from error

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def _begin(self, *, alone: bool) -> psycopg.Connection[Any]:
        """Open a transaction, on a new connection where the old one is gone."""
        if self._connection is not None and not self._connection.closed:
            try:
                return _begun(self._connection, alone=alone)
            except psycopg.OperationalError:
                self._connection.close()
        self._connection = _connect(self._dsn)
        return _begun(self._connection, alone=alone)


class _Sql:
    """A connection that takes the statements of SQLite."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def execute(self, statement: str, parameters: Sequence[Any] = (), /) -> Any:
        return self._connection.execute(_query(statement), parameters)

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> object:
        with self._connection.cursor() as cursor:
            cursor.executemany(_query(statement), rows)
        return None


def _read(
    connection: psycopg.Connection[Any], statement: str, parameters: Sequence[Any]
) -> list[Any]:
    with connection.transaction():
        return list(_Sql(connection).execute(statement, parameters).fetchall())


def _connect(dsn: str) -> psycopg.Connection[Any]:
    return psycopg.connect(dsn, autocommit=True, connect_timeout=10, options=_BOUNDS)


def _begun(
    connection: psycopg.Connection[Any], *, alone: bool
) -> psycopg.Connection[Any]:
    connection.execute("BEGIN")
    if alone:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_WRITER_LOCK,))
    return connection


def _in_transaction(connection: psycopg.Connection[Any]) -> bool:
    return connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE


def _query(statement: str) -> bytes:
    return statement.replace("%", "%%").replace("?", "%s").encode()


def _said(error: psycopg.Error) -> str:
    return "postgresql: " + " ".join(str(error).split())
