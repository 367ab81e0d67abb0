"""A million events in the store: what the pages and the API of incidents take.

    python benchmarks/million.py [--events 1000000] [--store sqlite|postgres] [--check]

Most incidents are short, one has fifty thousand events and ten thousand alerts. Each
statement that a page needs is measured by itself, then each page and each answer of
the API over HTTP, from `runbook serve` in a process of its own.
"""

from __future__ import annotations

import argparse
import gc
import http.client
import math
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests")]

from receiver_fuzz import megabytes, postgres, reading  # noqa: E402
from receiver_servers import ours  # noqa: E402

from runbookkit.app.desk import Desk  # noqa: E402
from runbookkit.clock import SystemClock  # noqa: E402
from runbookkit.model.incident import IncidentRow  # noqa: E402
from runbookkit.store.open import open_store  # noqa: E402
from runbookkit.store.projections import (  # noqa: E402
    ALERT_COLUMNS,
    INCIDENT_COLUMNS,
    incident_row,
)
from runbookkit.store.rows import COLUMNS, text_of, to_json  # noqa: E402

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LONG_EVENTS, LONG_ALERTS = 50_000, 10_000
EACH_EVENTS, EACH_ALERTS = 190, 5
OPEN = 40
"""Incidents that are not over."""
BOUND_MS = 20.0
"""Of the 99th percentile of each statement that the page of an incident needs."""
ROUNDS = 300
_KINDS = ("alert firing", "effect done", "alert resolved", "message posted")
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Shape:
    """How many events there are, and in how many incidents."""

    events: int

    @property
    def long(self) -> int:
        return max(1, min(LONG_EVENTS, self.events // 20))

    @property
    def incidents(self) -> int:
        """All of them; the first one is the long one."""
        return 1 + max(1, (self.events - self.long) // EACH_EVENTS)

    def lengths(self) -> Iterator[tuple[int, int, int]]:
        """Yield number, events and alerts of each incident."""
        yield 1, self.long, min(LONG_ALERTS, self.long)
        for number in range(2, self.incidents + 1):
            yield number, EACH_EVENTS, EACH_ALERTS


def incident_rows(shape: Shape) -> Iterator[Row]:
    for number, _, alerts in shape.lengths():
        is_open = number == 1 or number > shape.incidents - OPEN
        opened = NOON + timedelta(minutes=number)
        row = IncidentRow(
            number,
            f"prod?service=service-{number}",
            "open" if is_open else "resolved",
            "high",
            f"HighErrorRate: service-{number}",
            opened,
            opened,
            0,
            source="prod",
            service=f"service-{number}",
            resolved_at=None if is_open else opened + timedelta(hours=1),
            firing=alerts if is_open else 0,
            total=alerts,
            data={"channel": True, "refs": {"slack": {"channel": f"C{number}"}}},
        )
        yield incident_row(row)


def alert_rows(shape: Shape) -> Iterator[Row]:
    for number, _, alerts in shape.lengths():
        for index in range(alerts):
            labels = {
                "alertname": "HighErrorRate",
                "service": f"service-{number}",
                "severity": "page",
                "pod": f"service-{number}-{index}",
            }
            said = (labels, {"summary": "The error budget burns too fast. " * 4})
            name = f"{number:08x}{index:08x}"
            status = "resolved" if index % 3 else "firing"
            at = text_of(NOON)
            url = "https://prometheus.example/graph?g0.expr=up"
            yield "prod", name, status, number, at, at, at, 0, to_json(said), url


def event_rows(shape: Shape) -> Iterator[Row]:
    position = 0
    for number, events, _ in shape.lengths():
        for sequence in range(1, events + 1):
            position += 1
            kind = _KINDS[sequence % 4] if sequence > 1 else "incident opened"
            at = text_of(NOON + timedelta(minutes=number, seconds=sequence))
            alert = {
                "fingerprint": f"{number:08x}{sequence:08x}",
                "name": "HighErrorRate",
                "starts_at": at,
            }
            data = {"alerts": [alert], "count": 1, "text": f"this is {sequence}"}
            head = (position, f"incident/{number}", sequence, kind, at, at)
            yield (*head, "", "alertmanager:prod", "", to_json(data))


def fill(store: str, shape: Shape) -> None:
    """Write it all past the server, which would take an hour for it."""
    opened = open_store(store, clock=SystemClock().now)
    opened.close()
    tables: tuple[tuple[str, str, Iterable[Row]], ...] = (
        ("incident", INCIDENT_COLUMNS, incident_rows(shape)),
        ("alert", ALERT_COLUMNS, alert_rows(shape)),
        ("event", COLUMNS, event_rows(shape)),
    )
    with reading(store) as connection:
        for table, columns, rows in tables:
            if store.startswith("postgresql:"):
                with connection.cursor() as cursor:
                    _copy(cursor, f"COPY {table} ({columns}) FROM STDIN", rows)
            else:
                marks = ", ".join("?" * len(columns.split(",")))
                connection.executemany(
                    f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows
                )
        connection.commit()
        if store.startswith("postgresql:"):
            # identity columns have not seen what COPY brought
            connection.execute(
                "SELECT setval(pg_get_serial_sequence('event', 'position'),"
                " (SELECT MAX(position) FROM event))"
            )
            connection.execute("ANALYZE")
            connection.commit()


def _copy(cursor: Any, statement: str, rows: Iterable[Row]) -> None:
    with cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


@dataclass(frozen=True)
class Measured:
    """How long something took, again and again, in milliseconds."""

    name: str
    times: tuple[float, ...]
    cpu: tuple[float, ...]
    """Of this thread alone: what else the machine does is no part of it."""
    note: str = ""

    def line(self) -> str:
        figures = (statistics.median(self.times), p99(self.times), p99(self.cpu))
        shown = " ".join(f"{each:8.2f}" for each in figures)
        return f"  {self.name:<40} {shown}  {self.note}".rstrip()


def p99(times: Sequence[float]) -> float:
    return sorted(times)[math.ceil(len(times) * 0.99) - 1]


def timed(name: str, work: Callable[[], Any], rounds: int) -> Measured:
    """Do something often; the first time counts too."""
    times, cpu = [], []
    said: Any = None
    for _ in range(rounds):
        begun, before = time.perf_counter(), time.thread_time()
        said = work()
        cpu.append(1000 * (time.thread_time() - before))
        times.append(1000 * (time.perf_counter() - begun))
    note = f"{len(said)} rows" if isinstance(said, list) else str(said or "")
    return Measured(name, tuple(times), tuple(cpu), note)


def statements(store: str, shape: Shape, rounds: int) -> list[Measured]:
    """Measure each statement that the pages need."""
    # as the server does: else each run of the collector counts as a slow statement
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    opened = open_store(store, clock=SystemClock().now)
    short = shape.incidents // 2
    name, other = "incident/1", f"incident/{short}"
    works: dict[str, Callable[[], Any]] = {
        "list: open incidents": lambda: opened.incidents(open_only=True, limit=200),
        "list: all incidents": lambda: opened.incidents(open_only=False, limit=200),
        "list: is there a dead letter": lambda: opened.bodies(dead_only=True, limit=1),
        "incident": lambda: [opened.incident(1)],
        "its newest 500 events": lambda: opened.newest(name, 0, 500),
        "500 events in its middle": lambda: opened.newest(name, shape.long // 2, 500),
        "what people edited": lambda: opened.edits(name, shape.long // 2),
        "some of its alerts": lambda: opened.some_alerts(1, 200),
        "all events of a short incident": lambda: opened.newest(other, 0, 500),
        "all alerts of a short incident": lambda: opened.some_alerts(short, 200),
        "events of a stream behind one": lambda: opened.page(
            name, shape.long // 2, 200
        ),
        "events of all streams behind one": lambda: opened.since(
            shape.events // 2, 200
        ),
    }
    try:
        found = [timed(each, work, rounds) for each, work in works.items()]
        desk = Desk(opened, SystemClock().now)
        whole = timed("the whole long incident, unbounded", lambda: _all(desk), 1)
    finally:
        opened.close()
    return [*found, whole]


def _all(desk: Desk) -> str:
    return f"{len(desk.view(1).activity)} events; no page reads it"


def answers(store: str, shape: Shape, folder: Path, rounds: int) -> list[Measured]:
    """Measure pages and answers of the API over HTTP, one connection."""
    short = shape.incidents // 2
    paths = {
        "page: open incidents": "/",
        "page: all incidents": "/?all=true",
        "page: a short incident": f"/incidents/{short}",
        "page: the long incident": "/incidents/1",
        "page: its middle": f"/incidents/1?before={shape.long // 2}",
        "API: the long incident": "/api/v1/incidents/1",
        "API: its timeline": "/api/v1/incidents/1/timeline?limit=500",
        "API: its activity": "/api/v1/incidents/1/timeline?all=true&limit=500",
        "API: its alerts": "/api/v1/incidents/1/alerts",
        "API: its events": f"/api/v1/incidents/1/events?after={shape.long // 2}",
        "API: events of all": f"/api/v1/events?after={shape.events // 2}",
    }
    with ours(folder, store) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)

        def get(path: str) -> str:
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != 200:
                raise SystemExit(f"{path}: answered {answer.status}")
            return f"{len(body) // 1024} KiB"

        found = [
            timed(name, lambda path=path: get(path), rounds)  # type: ignore[misc]
            for name, path in paths.items()
        ]
        print(f"the server held {megabytes(server.pid, 'VmHWM')} MB at most")
        connection.close()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    shape = Shape(options.events)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = nullcontext(str(folder / "log.sqlite"))
        with file if options.store == "sqlite" else postgres(folder) as store:
            fill(store, shape)
            print(
                f"{shape.events} events in {shape.incidents} incidents, {options.store}"
            )
            queries = statements(store, shape, options.rounds)
            pages = answers(store, shape, folder, options.rounds)
    print(f"  {'':<40} {'median':>8} {'p99':>8} {'p99 CPU':>8}  ms")
    for each in (*queries, *pages):
        print(each.line())
    slow = [each.name for each in queries[:-1] if p99(each.times) > BOUND_MS]
    print(f"over {BOUND_MS:.0f} ms: {', '.join(slow) or 'no statement'}")
    return 1 if options.check and slow else 0


if __name__ == "__main__":
    sys.exit(main())
