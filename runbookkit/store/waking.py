"""Wait for news of a log in PostgreSQL."""

from __future__ import annotations

import threading
from typing import Any, Final

import psycopg

from runbookkit.errors import StoreError
from runbookkit.store.postgres import CHANNEL

_LOOK_SECONDS: Final = 1.0
"""How long a stop, or a word that was lost with a connection, may go unnoticed."""


class PostgresWake:
    """Returns as soon as any process has committed events."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._connection: psycopg.Connection[Any] | None = None

    def __call__(self, stop: threading.Event) -> None:
        """Return when there may be something new, or ``stop`` is set.

        Raises:
            StoreError: The server cannot be reached; the next call tries again.
        """
        try:
            connection = self._listening()
            for _ in connection.notifies(timeout=_LOOK_SECONDS, stop_after=1):
                break
        except psycopg.Error as error:
            self.close()
            raise StoreError(f"postgresql: {' '.join(str(error).split())}") from error
        if stop.is_set():
            self.close()

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _listening(self) -> psycopg.Connection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(
                self._dsn, autocommit=True, connect_timeout=10
            )
            self._connection.execute(f"LISTEN {CHANNEL}")
        return self._connection
