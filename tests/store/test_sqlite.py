from __future__ import annotations

import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runbookkit.errors import ConflictError, StoreError
from runbookkit.model.event import NewEvent
from runbookkit.store.sqlite import SqliteStore

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def opened(file: Path) -> SqliteStore:
    return SqliteStore(file, clock=lambda: NOON)


def note(text: str = "x") -> NewEvent:
    return NewEvent("note added", NOON, {"text": text})


def test_a_store_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "log.sqlite"
    opened(file).close()
    with sqlite3.connect(file) as connection:
        connection.execute("INSERT INTO schema_version VALUES (999)")

    with pytest.raises(StoreError, match="update runbookkit"):
        opened(file)


def test_a_file_that_is_no_store_is_refused_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "log.sqlite"
    file.write_text("precious notes, nothing that a database would have written")

    with pytest.raises(StoreError, match="cannot be opened"):
        opened(file)

    assert file.read_text().startswith("precious")


def test_a_bad_append_does_not_fail_its_neighbours(tmp_path: Path) -> None:
    store = opened(tmp_path / "log.sqlite")

    for number in range(20):
        if number % 5 == 3:
            with pytest.raises(ConflictError):
                store.append("run/a", 99, [note()])
        store.append(f"run/{number}", 0, [note()])

    assert len(store.streams("run")) == 20
    store.close()


def test_what_append_returned_survives_a_kill(tmp_path: Path) -> None:
    program = (
        "import os, sys, signal; from pathlib import Path;"
        "from datetime import UTC, datetime;"
        "from runbookkit.store.sqlite import SqliteStore;"
        "from runbookkit.model.event import NewEvent;"
        "now = datetime(2026, 11, 20, tzinfo=UTC);"
        "store = SqliteStore(Path(sys.argv[1]), clock=lambda: now);"
        "[store.append('run/a', n, [NewEvent('note added', now)]) for n in range(30)];"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    file = tmp_path / "log.sqlite"

    done = subprocess.run([sys.executable, "-c", program, str(file)], check=False)

    assert done.returncode == -9
    store = opened(file)
    assert len(store.read("run/a")) == 30
    store.close()
