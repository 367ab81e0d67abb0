"""The log in one SQLite file: one writer thread, commits shared by all who wait."""

from __future__ import annotations

import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from runbookkit.errors import ConflictError, RunbookkitError, StoreError
from runbookkit.model.event import Event, NewEvent
from runbookkit.store.migrations import migrate
from runbookkit.store.rows import READ, SINCE, STREAMS, append_rows, event_of

_BATCH = 256
_ID = "INTEGER PRIMARY KEY AUTOINCREMENT"


@dataclass(frozen=True, slots=True)
class _Request:
    stream: str
    expected: int
    events: tuple[NewEvent, ...]
    done: Future[list[Event]]


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
        self._requests: queue.SimpleQueue[_Request | None] = queue.SimpleQueue()
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            writer = self._connect()
            writer.execute("BEGIN IMMEDIATE")
            migrate(writer.execute, id_type=_ID, blob_type="BLOB")
            writer.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"{file}: cannot be opened as a store: {error}") from error
        self._writer = threading.Thread(
            target=self._write, args=(writer,), name="store-writer", daemon=True
        )
        self._writer.start()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._file, isolation_level=None, timeout=30, check_same_thread=False
        )
        connection.execute("PRAGMA journal_mode=WAL")
        # NORMAL loses acknowledged commits when the power fails
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        return connection

    def append(
        self, stream: str, expected: int, events: Sequence[NewEvent]
    ) -> list[Event]:
        """Keep events durably behind the expected last one of their stream.

        Raises:
            ConflictError: The stream has moved on.
            StoreError: They could not be written; nothing was kept.
        """
        request = _Request(stream, expected, tuple(events), Future())
        self._requests.put(request)
        return request.done.result()

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
        self._requests.put(None)
        self._writer.join()
        for reader in self._readers:
            reader.close()
        self._readers.clear()

    @contextmanager
    def _reader(self) -> Iterator[sqlite3.Connection]:
        try:
            if not hasattr(self._local, "connection"):
                self._local.connection = self._connect()
                self._readers.append(self._local.connection)
            yield self._local.connection
        except sqlite3.Error as error:
            raise StoreError(f"{self._file}: cannot be read: {error}") from error

    def _write(self, writer: sqlite3.Connection) -> None:
        more = True
        while more:
            batch, more = self._gather()
            self._commit(writer, batch)
        writer.close()

    def _gather(self) -> tuple[list[_Request], bool]:
        """Return the requests that wait, and whether more may come."""
        batch: list[_Request] = []
        request = self._requests.get()
        while request is not None:
            batch.append(request)
            if len(batch) == _BATCH:
                return batch, True
            try:
                request = self._requests.get_nowait()
            except queue.Empty:
                return batch, True
        return batch, False

    def _commit(self, writer: sqlite3.Connection, batch: list[_Request]) -> None:
        """Write a batch in one transaction; if that fails, each by itself.

        Otherwise one request that cannot be written would fail its neighbours.
        """
        if not batch:
            return
        try:
            results = self._transaction(writer, batch)
        except (sqlite3.Error, RunbookkitError) as error:
            if len(batch) > 1:
                for request in batch:
                    self._commit(writer, [request])
            else:
                batch[0].done.set_exception(_told(error, self._file))
            return
        for request, result in zip(batch, results, strict=True):
            if isinstance(result, ConflictError):
                request.done.set_exception(result)
            else:
                request.done.set_result(result)

    def _transaction(
        self, writer: sqlite3.Connection, batch: list[_Request]
    ) -> list[list[Event] | ConflictError]:
        now = self._clock().astimezone(UTC)
        results: list[list[Event] | ConflictError] = []
        writer.execute("BEGIN IMMEDIATE")
        try:
            for request in batch:
                try:
                    results.append(
                        append_rows(
                            writer.execute,
                            request.stream,
                            request.expected,
                            request.events,
                            now,
                        )
                    )
                except ConflictError as error:
                    # found before anything of this request was written
                    results.append(error)
            writer.execute("COMMIT")
        except BaseException:
            if writer.in_transaction:
                writer.execute("ROLLBACK")
            raise
        return results


def _told(error: Exception, file: Path) -> StoreError:
    if isinstance(error, StoreError):
        return error
    return StoreError(f"{file}: cannot be written: {error}")
