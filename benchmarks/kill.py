"""Kill runs at random moments, resume them, and see that nothing is lost or done twice.

Three ways to die: the process alone; its whole group; and everything, the
supervisors of changes and their commands included, as when a machine loses power.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from approving import main as approving

from runbookkit.cli.main import run as cli
from runbookkit.execute.outside import stream_of
from runbookkit.execute.state import state_of
from runbookkit.model.runstate import RunState
from runbookkit.ports import Store
from runbookkit.store.open import open_store

HERE = Path(__file__).parent
SEED = 20261120
MOST_KILLS = 6
"""Of one run; then it may come to its end."""
MOST_STARTS = 20
PRELOADED = (
    "cel_expr_python.cel",
    "jinja2.sandbox",
    "rich.markdown",
    "runbookkit.backends.shell",
    "runbookkit.backends.bpftrace",
    "runbookkit.cli.plain",
    "runbookkit.cli.run",
    "tree_sitter_bash",
)
EXECUTED = 0.05
"""Share of the processes that are started as a program; the others are forked."""
BROKEN = 99
EARLY = 0.05
"""Share of the kills that do not wait until the run goes on."""
WAYS = ("process", "process", "process", "group", "everything")
FRONT = """\
---
format: runbook/v1
title: Change and look
service: demo
owner: team-demo
severity: page
alerts: [Demo]
reviewed: 2026-11-01
---

# Change and look

## Meaning

It fires.

## Impact

None.

## Diagnosis

"""


def step(title: str, command: str, *rest: str, last: bool = False) -> str:
    ways = f"- **Met:** {'stop' if last else 'continue'}\n- **Not met:** escalate"
    lead = f"**In a shell**, within 20s:\n\n```bash\n{command}\n```"
    return "\n\n".join([f"### {title}", lead, *rest, ways]) + "\n\n"


def runbook(folder: Path, *, changes: bool) -> str:
    """Return a runbook whose changes each append their name to a file."""
    made = folder / "made"
    reads = "**Reads only**"
    good = "**Expect:** `exit_code == 0`"

    def change(name: str) -> str:
        if not changes:
            return step(f"Look at {name}", "echo ok; sleep 0.02", reads, good)
        command = f"echo {name} >> {made}; sleep 0.05; echo made {name}"
        effects = (
            "**Changes:** a file",
            good,
            "**Rollback:** none, because it is a test",
        )
        return step(f"Make {name}", command, *effects)

    return "".join(
        (
            FRONT,
            step(
                "Count", "echo 7", reads, good, "**Capture:** `seven` = `int(stdout)`"
            ),
            change("one"),
            step("Look", "sleep 0.02; echo {{ seven }}", reads, good),
            change("two"),
            change("three"),
            step("Last", "echo {{ seven }}", reads, good, last=True),
        )
    )


@dataclass
class Bench:
    """One store, one undisturbed run to compare with, and what was counted."""

    folder: Path
    store: str
    random: random.Random
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 1.0
    """What an undisturbed run takes from when it is ready."""

    def case(self, number: int, *, changes: bool, kills: int) -> RunState:
        """Run one runbook to its end, with so many kills on the way."""
        folder = self.folder / f"case-{number}"
        folder.mkdir()
        (folder / "try.md").write_text(runbook(folder, changes=changes))
        store = f'store = "{self.store}"\n' if self.store else ""
        (folder / "runbook.toml").write_text(f'state = "state"\n{store}')
        run = f"{os.getpid()}-{number}"
        case = Case(folder, run, self.random, self.counts, auto=not changes)
        way = self.random.choice(WAYS)
        state = RunState(run)
        for start in range(MOST_STARTS):
            case.live(way if start < kills else "", self.seconds)
            with self._opened(folder) as kept:
                state = self._checked(case, kept, way)
            over = state.end is not None or state.paused
            if over or self.counts["broke"]:
                return state
        self.wrong.append(f"{run}: did not end in {MOST_STARTS} starts")
        return state

    @contextmanager
    def _opened(self, folder: Path) -> Iterator[Store]:
        name = self.store or str(folder / "state" / "log.sqlite")
        store = open_store(name, clock=lambda: datetime.now(UTC))
        try:
            yield store
        finally:
            store.close()

    def _checked(self, case: Case, store: Store, way: str) -> RunState:
        run = case.run_in(store)
        events = store.read(stream_of(run)) if run else []
        kinds = {event.sequence: event.kind for event in events}
        if sorted(kinds) != list(range(1, len(events) + 1)):
            self.wrong.append(f"{run}: the log has a gap")
        for shown in case.shown:
            if kinds.get(shown["sequence"]) != shown["kind"]:
                self.wrong.append(f"{run}: {shown} was shown and is not in the log")
        made = Counter(case.made())
        if any(count > 1 for count in made.values()):
            self.wrong.append(f"{run}: made twice ({way}): {dict(made)}")
        state = state_of(run, events)
        for record in state.visits:
            name = record.step.removeprefix("make-")
            if record.verdict == "met" and name != record.step and not made[name]:
                self.wrong.append(f"{run}: {name} is met and was not made ({way})")
        return state


@dataclass
class Case:
    """One run, however often its process is killed."""

    folder: Path
    run: str
    random: random.Random
    counts: Counter[str]
    auto: bool
    shown: list[dict[str, Any]] = field(default_factory=list)

    def live(self, way: str, seconds: float) -> None:
        """Start or resume the run, and kill it if told how."""
        output = self.folder / f"shown-{time.monotonic_ns()}"
        output.touch()
        started = self.random.random() < EXECUTED
        self.counts["started as a program" if started else "forked"] += 1
        pid = self._executed(output) if started else self._forked(output)
        if way:
            self._wait_until_ready(pid, output)
            time.sleep(self.random.uniform(0, seconds))
            self._kill(pid, way)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if code == -signal.SIGKILL:
            self.counts[f"killed: {way}"] += 1
        elif code not in {0, 1, 3, 4}:
            self.counts["broke"] += 1
            print(f"exit code {code}: {output.read_text()[-4000:]}", file=sys.stderr)
        self._note_shown(output)

    def _executed(self, output: Path) -> int:
        program = ["-m", "runbookkit"] if self.auto else [str(HERE / "approving.py")]
        with output.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, *program, *self._arguments()],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        process.returncode = 0  # it is waited for by its number
        return process.pid

    def _forked(self, output: Path) -> int:
        """Start the same without its imports, which cost more than the run."""
        pid = os.fork()
        if pid:
            return pid
        os.setsid()
        os.chdir(self.folder)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        out = os.open(output, os.O_WRONLY)
        os.dup2(out, 1)
        os.dup2(out, 2)
        code = BROKEN
        try:
            code = (
                cli(self._arguments()) if self.auto else approving(*self._arguments())
            )
        finally:
            if code == BROKEN:
                traceback.print_exc()
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _arguments(self) -> list[str]:
        if not self.auto:
            return ["runbook.toml", "try.md", self.run]
        known = self.folder / "id"
        resume = ["--resume", known.read_text()] if known.exists() else ["try.md"]
        label = [] if known.exists() else ["--label", f"case={self.run}"]
        return ["run", "--auto", *resume, *label, "--config", "runbook.toml"]

    def _wait_until_ready(self, pid: int, output: Path) -> None:
        if self.random.random() < EARLY:
            return  # some die before they can do anything
        while not output.stat().st_size and not _is_over(pid):
            time.sleep(0.002)

    def _kill(self, pid: int, way: str) -> None:
        # it is not waited for yet, so its number is still its own
        with contextlib.suppress(ProcessLookupError):
            if way == "process":
                os.kill(pid, signal.SIGKILL)
            else:
                os.killpg(pid, signal.SIGKILL)
        if way == "everything":
            for mark in self.folder.glob("state/changes/*/mark"):
                self._kill_supervisor(mark.read_text().partition(" ")[0])

    def _kill_supervisor(self, pid: str) -> None:
        """End one that works on this case, and the command that it runs."""
        try:
            line = Path(f"/proc/{pid}/cmdline").read_bytes().decode()
        except OSError:
            return
        if str(self.folder) not in line and "state/changes" not in line:
            return  # the number is somebody else's by now
        children = Path(f"/proc/{pid}/task/{pid}/children")
        with contextlib.suppress(OSError):
            for each in (pid, *children.read_text().split()):
                os.kill(int(each), signal.SIGKILL)

    def _note_shown(self, output: Path) -> None:
        for line in output.read_text("utf-8", "replace").splitlines():
            with contextlib.suppress(ValueError):
                shown = json.loads(line)
                if isinstance(shown, dict) and "sequence" in shown:
                    self.shown.append(shown)

    def run_in(self, store: Store) -> str:
        """Return the id of the run; the command line chooses it itself."""
        known = self.folder / "id"
        if not self.auto:
            return self.run
        if known.exists():
            return known.read_text()
        for stream in store.streams("run"):
            if store.read(stream)[0].data["alert"]["labels"]["case"] == self.run:
                known.write_text(stream.partition("/")[2])
                return known.read_text()
        return ""

    def made(self) -> list[str]:
        file = self.folder / "made"
        return file.read_text().split() if file.exists() else []


def _is_over(pid: int) -> bool:
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def story(state: RunState) -> Any:
    """What a run came to, without times and keys."""
    visits = [(e.step, e.visit, e.verdict, e.message, e.choice) for e in state.visits]
    return visits, state.end, dict(state.captures)


def bench(count: int, seed: int, store: str, folder: Path) -> Bench:
    """Kill so many runs; every fifth reads only, through the command line."""
    found = Bench(folder, store, random.Random(seed))
    began = time.monotonic()
    undisturbed = {}
    for number, changes in enumerate((False, True)):
        began = time.monotonic()
        undisturbed[changes] = story(found.case(number, changes=changes, kills=0))
    found.seconds = max((time.monotonic() - began) * 0.7, 0.3)
    number = 2
    while _killed(found) < count and not (found.wrong or found.counts["broke"]):
        changes = found.random.random() < 0.8
        kills = min(found.random.randint(1, MOST_KILLS), count - _killed(found))
        state = found.case(number, changes=changes, kills=kills)
        if story(state) == undisturbed[changes]:
            found.counts["ended as undisturbed"] += 1
        elif any("look whether" in record.message for record in state.visits):
            found.counts["asked to look whether a change was made"] += 1
        else:
            found.wrong.append(f"case {number}: {story(state)}")
        number += 1
        if number % 50 == 0:
            print(f"… {_killed(found)} killed", file=sys.stderr, flush=True)
    return found


def _killed(found: Bench) -> int:
    return sum(n for name, n in found.counts.items() if name.startswith("killed"))


@contextmanager
def opened(store: str, folder: Path) -> Iterator[str]:
    """Yield the address of a store; a PostgreSQL of our own is started for it."""
    if store == "sqlite":
        yield ""
        return
    sys.path.insert(0, str(HERE.parent / "tests"))
    from servers import postgres  # noqa: PLC0415  only where it is wanted

    place = folder / "postgres"
    place.mkdir()
    with postgres(place) as address:
        yield address


def main() -> int:
    """Return 1 when anything was lost, repeated or came out differently."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    given = parser.parse_args()
    print(f"seed {given.seed}, {given.store}", flush=True)
    for name in PRELOADED:
        import_module(name)
    with tempfile.TemporaryDirectory(prefix="kill-") as name:
        folder = Path(name)
        with opened(given.store, folder) as address:
            found = bench(given.count, given.seed, address, folder)
    for what, count in sorted(found.counts.items()):
        print(f"{count:6} {what}")
    for line in found.wrong:
        print(f"WRONG {line}")
    return 1 if found.wrong or found.counts["broke"] else 0


if __name__ == "__main__":
    sys.exit(main())
