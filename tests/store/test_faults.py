"""What stores do when something is wrong around them."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from runbookkit.errors import StoreError
from runbookkit.model.alert import Body, packed
from runbookkit.model.event import NewEvent
from runbookkit.model.incident import Changes, Want
from runbookkit.store.migrations import MIGRATIONS
from runbookkit.store.open import open_store
from runbookkit.store.sqlite import SqliteStore
from servers import small_disk

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
OPENER = """
import sys
from datetime import UTC, datetime
from runbookkit.model.event import NewEvent
from runbookkit.model.incident import Changes, IncidentRow, Want
from runbookkit.store.open import open_store

now = datetime(2026, 11, 20, 12, tzinfo=UTC)
store = open_store(sys.argv[1], clock=lambda: now)

def opening(key):
    def decide(known):
        if key in known.by_key:
            return Changes()
        n = known.next_incident
        row = IncidentRow(n, key, "open", "high", "x", now, now, 0)
        event = NewEvent("incident opened", now)
        return Changes(incidents=(row,), events={f"incident/{n}": (event,)})
    return Want(keys=(key,)), decide

sys.stdin.readline()
for key in sys.argv[2:]:
    store.decide(*opening(key))
store.close()
"""


def test_of_four_processes_one_opens_each_incident(name: str) -> None:
    keys = [str(uuid4()) for _ in range(40)]
    open_store(name, clock=lambda: NOON).close()
    command = [sys.executable, "-c", OPENER, name, *keys]
    running = [
        subprocess.Popen(command, stdin=subprocess.PIPE, text=True) for _ in range(4)
    ]
    for process in running:
        process.communicate("go\n")

    assert [process.returncode for process in running] == [0] * 4
    store = open_store(name, clock=lambda: NOON)
    rows = store.incidents(open_only=True, limit=1000)
    store.close()
    ours = [row for row in rows if row.key in keys]
    assert sorted(row.key for row in ours) == sorted(keys)
    assert {row.sequence for row in ours} == {1}


@pytest.fixture
def released(name: str) -> Iterator[str]:
    """The name of a store as the first version left it, with one event."""
    event = "('run/a', 1, 'note added', '{0}', '{0}', '', '', '', '{{}}')"
    insert = (
        "INSERT INTO event (stream, sequence, kind, at, recorded_at, actor, source, key,"
        f" data) VALUES {event.format(NOON.isoformat())}"
    )
    statements = [
        *MIGRATIONS[0],
        "CREATE TABLE schema_version (version INTEGER NOT NULL)",
        "INSERT INTO schema_version VALUES (1)",
        insert,
    ]
    if name.startswith("postgresql://"):
        database = f"old_{uuid4().hex}"
        with psycopg.connect(name, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {database}".encode())
        name = psycopg.conninfo.make_conninfo(name, dbname=database)
        identity = "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
        with psycopg.connect(name) as connection:
            for each in statements:
                connection.execute(each.replace("{id}", identity).encode())
        info = psycopg.conninfo.conninfo_to_dict(name)
        yield f"postgresql://{info['user']}@{info['host']}:{info['port']}/{database}"
        return
    with sqlite3.connect(name) as file:
        for each in statements:
            key = "INTEGER PRIMARY KEY AUTOINCREMENT"
            file.execute(each.replace("{id}", key))
    file.close()
    yield name


def test_a_store_of_the_first_version_is_brought_up_with_its_events(
    released: str,
) -> None:
    store = open_store(released, clock=lambda: NOON)
    body = Body("prod", NOON, "d", packed(b"{}"))
    stream = "incident/1"
    store.decide(
        Want(),
        lambda _: Changes(
            events={stream: (NewEvent("note added", NOON),)}, bodies=(body,)
        ),
    )

    assert [event.stream for event in store.since(0)] == ["run/a", stream]
    assert store.read("run/a")[0].sequence == 1
    store.close()


def cut_all(url: str) -> None:
    """Cut the connections of everybody else, as a restart does."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )


def test_whoever_reads_does_not_notice_that_the_database_has_restarted(
    postgres_url: str,
) -> None:
    store, stream = open_store(postgres_url, clock=lambda: NOON), f"run/{uuid4()}"
    store.append(stream, 0, [NewEvent("note added", NOON)])
    before = store.read(stream)

    cut_all(postgres_url)
    after = store.read(stream)

    store.close()
    assert before == after
    assert len(after) == 1


def test_a_connection_that_was_cut_is_opened_again(postgres_url: str) -> None:
    store, stream = open_store(postgres_url, clock=lambda: NOON), f"run/{uuid4()}"
    store.append(stream, 0, [NewEvent("note added", NOON)])
    cut_all(postgres_url)

    store.append(stream, 1, [NewEvent("note added", NOON)])
    store.close()

    again = open_store(postgres_url, clock=lambda: NOON)
    assert len(again.read(stream)) == 2
    again.close()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "small", 2) as folder:
        yield folder


def test_on_a_full_disk_nothing_is_half_kept_and_it_goes_on_with_space(
    disk: Path,
) -> None:
    store = SqliteStore(disk / "log.sqlite", clock=lambda: NOON)
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(1_000_000))
    kept, refused = [], []

    def keep(number: int) -> None:
        event = NewEvent("note added", NOON, {"text": "x" * 5000})
        body = Body("prod", NOON, str(number), os.urandom(20_000))
        stream = f"incident/{number}"
        store.decide(
            Want(), lambda _: Changes(events={stream: (event,)}, bodies=(body,))
        )

    for number in range(80):
        try:
            keep(number)
        except StoreError:
            refused.append(number)
        else:
            kept.append(number)

    ballast.unlink()
    keep(99)
    events = {int(event.stream.split("/")[1]) for event in store.since(0)}
    bodies = {int(body.digest) for body in store.bodies(dead_only=False, limit=1000)}
    store.close()
    assert refused
    assert events == bodies == {*kept, 99}
