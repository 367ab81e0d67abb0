"""Results of single files, kept by content.

One SQLite file; each row carries a checksum of its text. Whatever cannot be
read, or does not match, counts as absent, and a broken file is replaced.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from runbookkit.workspace.memo import content_hash

_BROKEN = (sqlite3.Error, UnicodeDecodeError)
"""What a file that is no database of ours ends in: SQLite may quote its bytes."""
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS results ("
    " path TEXT PRIMARY KEY, key BLOB NOT NULL, mark BLOB NOT NULL, text TEXT NOT NULL"
    ") WITHOUT ROWID"
)


class ResultCache:
    """Text by path and key; the key holds the content's hash and all else it needs."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._new: dict[str, tuple[bytes, str]] = {}
        self._known: sqlite3.Connection | None = None
        with contextlib.suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
        self._known = self._open()

    def _open(self) -> sqlite3.Connection | None:
        for _ in range(2):
            try:
                connection = sqlite3.connect(self._file, isolation_level=None)
                connection.execute("PRAGMA synchronous=OFF")
                connection.execute(_SCHEMA)
            except _BROKEN:
                with contextlib.suppress(OSError):
                    self._file.unlink()
            else:
                return connection
        return None

    def get(self, path: str, key: bytes) -> str | None:
        """Return the text that was kept for this path and key."""
        if self._known is None:
            return None
        try:
            row = self._known.execute(
                "SELECT mark, text FROM results WHERE path = ? AND key = ?", (path, key)
            ).fetchone()
        except _BROKEN:
            self._discard()
            return None
        if row is None or not isinstance(row[1], str):
            return None
        return row[1] if content_hash(row[1].encode()) == row[0] else None

    def put(self, path: str, key: bytes, text: str) -> None:
        """Keep a text, replacing what was kept for the path."""
        self._new[path] = (key, text)

    def save(self) -> None:
        """Write what is new; a full or read-only disk is no error."""
        if self._known is None:
            return
        try:
            self._known.execute("BEGIN IMMEDIATE")
            self._known.executemany(
                "INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?)", self._rows()
            )
            self._known.execute("COMMIT")
        except _BROKEN:
            self._discard()
        else:
            self._known.close()
        self._new.clear()

    def _rows(self) -> Iterable[tuple[str, bytes, bytes, str]]:
        for path, (key, text) in self._new.items():
            yield path, key, content_hash(text.encode()), text

    def _discard(self) -> None:
        if self._known is not None:
            self._known.close()
            self._known = None
        with contextlib.suppress(OSError):
            self._file.unlink()
