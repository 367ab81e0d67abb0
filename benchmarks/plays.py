"""What plays through the real client cost, against a fake server in its own process."""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from doubles.messages.acting import acted_by
from doubles.messages.api import MODEL
from doubles.messages.server import messages_api
from runbookkit.app.audit import AuditRequest, audit
from runbookkit.app.audit_house import house_of
from runbookkit.app.audit_model import ModelRequest, model_auditor
from runbookkit.app.audit_players import scripted_player
from runbookkit.app.templates import load_template
from runbookkit.audit.view import Marks
from runbookkit.clock import SystemClock
from runbookkit.settings import load

_CLEAN = Path(__file__).parents[1] / "tests" / "lint" / "clean.md"
# what we promise, for a thousand plays
SECONDS = 60.0
GROWTH = 1.15
"""Memory at the end against memory after a quarter."""
SCENARIOS = 4
"""Plays of one runbook: the paths that are derived from its graph."""
_KEPT = 16


@dataclass(frozen=True, slots=True)
class Taken:
    """What one audit took."""

    plays: int
    passed: int
    requests: int
    seconds: float
    cpu: float
    """Of this process and the server's, in seconds."""
    memory: tuple[float, ...]
    """Resident MiB after each runbook."""


def serve(pipe: Connection, player: str) -> None:
    """Be the server until the other end hangs up; say how much was asked."""
    house = load_template("", ".", kind="runbook").template
    acting = acted_by(scripted_player(player, house))
    with messages_api(acting, kept=_KEPT) as server:
        pipe.send(server.url)
        while pipe.recv():
            used = resource.getrusage(resource.RUSAGE_SELF)
            pipe.send((server.answered, used.ru_utime + used.ru_stime))


@contextmanager
def model(player: str) -> Iterator[tuple[str, Connection]]:
    here, there = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=serve, args=(there, player))
    process.start()
    try:
        yield here.recv(), here
    finally:
        here.send(False)  # noqa: FBT003  the end
        process.join()


def asked(pipe: Connection) -> tuple[int, float]:
    pipe.send(True)  # noqa: FBT003  go on
    count, cpu = pipe.recv()
    used = resource.getrusage(resource.RUSAGE_SELF)
    return count, cpu + used.ru_utime + used.ru_stime


def resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def taken(folder: Path, url: str, pipe: Connection) -> Taken:
    """Audit a folder with one command."""
    variables = {
        "ANTHROPIC_API_KEY": "k" * 20,
        "ANTHROPIC_BASE_URL": url,
        "RUNBOOK_CACHE_DIR": str(folder / "cache"),
        "XDG_STATE_HOME": str(folder / "state"),
        "RUNBOOK_AUDIT__MODEL": MODEL,
        "RUNBOOK_AUDIT__RUN_TOKENS": str(10**12),
        "RUNBOOK_AUDIT__DAY_TOKENS": str(10**12),
    }
    house = house_of(load(folder, variables), variables, SystemClock())
    memory: list[float] = []
    before, cpu = asked(pipe)
    begun = time.perf_counter()
    with model_auditor(ModelRequest(), house, Marks("d" * 16, "c" * 16)) as (
        auditor,
        _,
    ):
        request = AuditRequest(((folder / "books").as_posix(),))
        watched = replace(auditor, kept=lambda _: memory.append(resident()))
        report = audit(request, watched, house.loaded, house.clock.now().date())
    seconds = time.perf_counter() - begun
    after, cpu_after = asked(pipe)
    scenarios = [each for runbook in report.runbooks for each in runbook.scenarios]
    plays = sum(len(each.plays) for each in scenarios)
    passed = sum(each.executed for each in scenarios)
    requests, used = after - before, cpu_after - cpu
    return Taken(plays, passed, requests, seconds, used, tuple(memory))


def told(name: str, run: Taken) -> str:
    quarter, last = run.memory[len(run.memory) // 4], run.memory[-1]
    return (
        f"{name}: {run.plays} plays, {run.passed} passed, {run.requests} requests,"
        f" {run.seconds:.1f} s, {run.cpu:.1f} s of CPU,"
        f" {quarter:.0f} MiB after a quarter, {last:.0f} MiB at the end"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plays", type=int, default=1000)
    parser.add_argument("--player", default="literal")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, model(options.player) as (url, pipe):
        folder = Path(name)
        (folder / "books").mkdir()
        clean = _CLEAN.read_text()
        for number in range(-(-options.plays // SCENARIOS)):
            page = clean.replace("Customers cannot pay.", f"Shop {number} is shut.")
            (folder / "books" / f"{number:05}.md").write_text(page)
        first = taken(folder, url, pipe)
        print(told("first", first))
        again = taken(folder, url, pipe)
        print(told("again", again))
    allowed = SECONDS * options.plays / 1000
    missed = [
        *(["time"] if first.seconds > allowed else []),
        *(
            ["memory"]
            if first.memory[-1] > GROWTH * first.memory[len(first.memory) // 4]
            else []
        ),
        *(["kept plays"] if again.requests else []),
        *(["verdicts"] if first.passed != again.passed else []),
    ]
    print("missed: " + ", ".join(missed) if missed else "all bounds hold")
    return 1 if missed and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
