"""Durable webhooks beside their limits, paired in the same rounds.

    python benchmarks/receiver.py [ROUNDS] [SECONDS]

Beside ``runbook serve`` on SQLite and on PostgreSQL run: appending the same bytes
with ``fdatasync``, an ASGI endpoint that does nothing, and Alertmanager taking the
same alerts into its memory. Needs ``wrk``; without PostgreSQL or Alertmanager their
lines are left out. All figures are medians of ratios within one round: rates of
different rounds, or machines, say nothing.
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from receiver_bodies import FORMS, webhook
from receiver_servers import Server, alertmanager, cpu_seconds, doing_nothing, ours

LUA = """
local f = io.open(os.getenv("BODY"), "rb"); local b = f:read("*a"); f:close()
local head = {["Content-Type"] = "application/json"}
local path, fresh, n = os.getenv("AT"), os.getenv("FRESH") == "1", os.time() % 10000 * 10000000
-- a sender's fingerprints are digits; others are worked out anew for each webhook
local known = b:gsub("@@@@@@@@@@@@", string.format("%012d", 0))
request = function()
  local body = known
  if fresh then n = n + 1; body = b:gsub("@@@@@@@@@@@@", string.format("%012d", n)) end
  return wrk.format("POST", path, head, body)
end
done = function(s, l, r)
  io.write(string.format('JSON {"requests":%d,"us":%d,"p50":%d,"p99":%d,"errors":%d}\\n',
    s.requests, s.duration, l:percentile(50), l:percentile(99),
    s.errors.status + s.errors.connect + s.errors.read + s.errors.write + s.errors.timeout))
end
"""


@dataclass(frozen=True)
class Load:
    """What one measurement sends."""

    connections: int
    alerts: int = 10
    fresh: bool = True
    """Whether each webhook is about alerts that nobody knows yet."""


@dataclass(frozen=True)
class Figures:
    rate: float
    """Requests a second."""
    p50_ms: float
    p99_ms: float
    cpu_us: float
    """Of the server, for each request."""
    errors: int = 0


@dataclass
class Bench:
    folder: Path
    seconds: float
    found: dict[tuple[str, Load], list[Figures]] = field(default_factory=dict)
    raw: list[Figures] = field(default_factory=list)

    def measure(self, name: str, load: Load, server: Server) -> None:
        figures = self._wrk(server, load)
        self.found.setdefault((name, load), []).append(figures)

    def ratio(self, name: str, load: Load, to: Callable[[int], float]) -> float:
        runs = self.found.get((name, load), [])
        return statistics.median(
            [run.rate / to(number) for number, run in enumerate(runs)] or [float("nan")]
        )

    def median(self, name: str, load: Load, what: str) -> float:
        runs = self.found.get((name, load), [])
        values: list[float] = [getattr(run, what) for run in runs]
        return statistics.median(values or [float("nan")])

    def _wrk(self, server: Server, load: Load) -> Figures:
        body = self.folder / f"{server.form}-{load.alerts}-{load.fresh}.json"
        body.write_bytes(FORMS[server.form](load.alerts))
        self._send(server, load, body, 1)
        before = cpu_seconds(server.pid)
        told = self._send(server, load, body, self.seconds)
        used = cpu_seconds(server.pid) - before
        return Figures(
            told["requests"] / told["us"] * 1e6,
            told["p50"] / 1e3,
            told["p99"] / 1e3,
            used / max(told["requests"], 1) * 1e6,
            told["errors"],
        )

    def _send(
        self, server: Server, load: Load, body: Path, seconds: float
    ) -> Mapping[str, Any]:
        script = self.folder / "post.lua"
        script.write_text(LUA)
        variables = {
            "BODY": str(body),
            "AT": server.path,
            "FRESH": str(int(load.fresh)),
        }
        done = subprocess.run(
            [
                *("wrk", "-t1", "--timeout", "30s", f"-c{load.connections}"),
                *(f"-d{seconds:g}s", "-s", script, f"http://127.0.0.1:{server.port}"),
            ],
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            check=True,
        )
        line = next(each for each in done.stdout.splitlines() if each[:4] == "JSON")
        told: Mapping[str, Any] = json.loads(line[5:])
        return told


def fdatasync(folder: Path, size: int, count: int = 300) -> Figures:
    took = []
    data = b"x" * size
    descriptor = os.open(folder / "raw", os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    for _ in range(count):
        begun = time.perf_counter()
        os.write(descriptor, data)
        os.fdatasync(descriptor)
        took.append(time.perf_counter() - begun)
    os.close(descriptor)
    took.sort()
    return Figures(
        count / sum(took), took[count // 2] * 1e3, took[int(count * 0.99)] * 1e3, 0
    )


KNOWN, FRESH = "known alerts", "new alerts"
CONNECTIONS = (1, 16, 64)


def one_round(bench: Bench, postgres: str | None, number: int) -> None:
    folder = bench.folder
    bench.raw.append(fdatasync(folder, len(webhook(10))))
    with ours(folder, str(folder / f"log-{number}.sqlite")) as server:
        for connections in CONNECTIONS:
            bench.measure("sqlite", Load(connections), server)
            bench.measure("sqlite", Load(connections, fresh=False), server)
        bench.measure("sqlite", Load(1, 500, fresh=False), server)
    with doing_nothing(folder) as server:
        for connections in CONNECTIONS:
            bench.measure("bare", Load(connections), server)
    if shutil.which("prometheus-alertmanager"):
        with alertmanager(folder) as server:
            for connections in CONNECTIONS:
                bench.measure("alertmanager", Load(connections, fresh=False), server)
    if postgres:
        with ours(folder, postgres) as server:
            for connections in (1, 64):
                bench.measure("postgresql", Load(connections), server)


def report(bench: Bench) -> bool:
    """Print all figures and each goal; False when one is missed."""

    def bare_rate(connections: int) -> Callable[[int], float]:
        return lambda number: bench.found["bare", Load(connections)][number].rate

    def raw_rate(number: int) -> float:
        return bench.raw[number].rate

    raw_p50 = statistics.median(each.p50_ms for each in bench.raw)
    print(
        f"fdatasync: {[round(each.rate) for each in bench.raw]}/s, p50 {raw_p50:.2f} ms"
    )
    for (name, load), runs in bench.found.items():
        what = FRESH if load.fresh else KNOWN
        print(
            f"{name:12} c={load.connections:<2} {load.alerts:3} {what:12}"
            f" {bench.median(name, load, 'rate'):8.0f}/s"
            f" p50 {bench.median(name, load, 'p50_ms'):7.2f}"
            f" p99 {bench.median(name, load, 'p99_ms'):7.2f} ms"
            f" cpu {bench.median(name, load, 'cpu_us'):6.0f} us"
            f" {bench.ratio(name, load, bare_rate(load.connections)):.3f} of bare"
            f" {bench.ratio(name, load, raw_rate):.2f} of fdatasync"
            f" errors {sum(run.errors for run in runs)}"
        )
    held = [_print_goal(*goal) for goal in _goals(bench, bare_rate, raw_rate, raw_p50)]
    return all(held)


Goal = tuple[str, float, str, float]


def _goals(
    bench: Bench,
    bare_rate: Callable[[int], Callable[[int], float]],
    raw_rate: Callable[[int], float],
    raw_p50: float,
) -> Iterator[Goal]:
    for what, fresh in ((FRESH, True), (KNOWN, False)):
        at = {each: Load(each, fresh=fresh) for each in CONNECTIONS}
        yield (
            *(f"{what}: of bare, c=64", bench.ratio("sqlite", at[64], bare_rate(64))),
            *(">=", 0.12),
        )
        yield (
            f"{what}: of fdatasync, c=16",
            bench.ratio("sqlite", at[16], raw_rate),
            ">=",
            0.65,
        )
        p50 = bench.median("sqlite", at[1], "p50_ms")
        yield f"{what}: p50 of fdatasync's, c=1", p50 / raw_p50, "<=", 4
        yield (
            f"{what}: p99 ms, c=64",
            bench.median("sqlite", at[64], "p99_ms"),
            "<=",
            50,
        )
        yield (
            f"{what}: cpu us, c=64",
            bench.median("sqlite", at[64], "cpu_us"),
            "<=",
            300,
        )
    for connections, least in ((16, 0.8), (64, 1.0)):
        load = Load(connections, fresh=False)
        theirs = bench.found.get(("alertmanager", load))
        if theirs:
            ratio = bench.ratio("sqlite", load, lambda n, runs=theirs: runs[n].rate)  # type: ignore[misc]
            yield f"{KNOWN}: of Alertmanager, c={connections}", ratio, ">=", least
    p99 = bench.median("sqlite", Load(1, 500, fresh=False), "p99_ms")
    yield "500 known alerts: p99 ms, c=1", p99, "<=", 60
    if ("postgresql", Load(64)) in bench.found:
        ratio = bench.ratio("postgresql", Load(64), bare_rate(64))
        yield f"{FRESH}: PostgreSQL of bare, c=64", ratio, ">=", 0.04


def _print_goal(name: str, value: float, sign: str, bound: float) -> bool:
    held = value >= bound if sign == ">=" else value <= bound
    print(
        f"{'holds ' if held else 'MISSED'} {name}: {value:.3g} (goal {sign} {bound:g})"
    )
    return held


def main() -> int:
    rounds = int(sys.argv[1]) if sys.argv[1:] else 5
    seconds = float(sys.argv[2]) if sys.argv[2:] else 4
    if not shutil.which("wrk"):
        print("skipped: wrk is not installed", file=sys.stderr)
        return 3
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        bench = Bench(folder.resolve(), seconds)
        postgres = _postgres(stack, folder.resolve())
        for number in range(rounds):
            one_round(bench, postgres, number)
        print(f"load {os.getloadavg()[0]:.1f}, {rounds} rounds of {seconds:g} s")
        return 0 if report(bench) else 1


def _postgres(stack: ExitStack, folder: Path) -> str | None:
    if not sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        print("PostgreSQL is not installed: left out", file=sys.stderr)
        return None
    sys.path.append(str(Path(__file__).parent.parent / "tests"))
    servers = importlib.import_module("servers")  # lies with the tests
    place = folder / "postgres"
    place.mkdir()
    address: str = stack.enter_context(servers.postgres(place))
    return address


if __name__ == "__main__":
    sys.exit(main())
