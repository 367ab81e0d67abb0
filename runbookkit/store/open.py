"""Open the store that a name means."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from runbookkit.errors import StoreError, UsageError
from runbookkit.store.log import Log
from runbookkit.store.sqlite import SqliteStore


def open_store(name: str, *, clock: Callable[[], datetime]) -> Log:
    """Return the store at a ``postgresql://`` address or in an SQLite file.

    Raises:
        StoreError: It cannot be opened.
        UsageError: PostgreSQL is asked for, and its driver is not installed.
    """
    try:
        return _opened(name, clock)
    except StoreError as error:
        raise StoreError(
            f"{error}; `store` in the configuration, or else RUNBOOK_STORE, names it"
        ) from error


def _opened(name: str, clock: Callable[[], datetime]) -> Log:
    if not name.startswith(("postgresql://", "postgres://")):
        return SqliteStore(Path(name), clock=clock)
    try:
        from runbookkit.store.postgres import PostgresStore  # noqa: PLC0415  an extra
    except ImportError as error:
        raise UsageError(
            "PostgreSQL needs its driver: uv tool install 'runbookkit[postgres]'"
        ) from error
    return PostgresStore(name, clock=clock)


def wake_of(name: str) -> Callable[[threading.Event], None] | None:
    """Return what waits for news of a store; None where nothing tells of any."""
    if not name.startswith(("postgresql://", "postgres://")):
        return None
    from runbookkit.store.waking import PostgresWake  # noqa: PLC0415  an extra

    return PostgresWake(name)
