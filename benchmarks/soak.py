"""Spoil files by the thousand: none may crash or hang the linter, or be misquoted."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from random import Random
from typing import Any

from corpus import generate
from mutations import spoiled

ROOT = Path(__file__).parents[1]
SECONDS = 5.0
"""One input that takes more processor time is a failure."""
PATIENCE = 60.0
"""One input that takes longer by the clock is given up."""
BATCH = 2_000
"""Inputs a process: what it remembers of them is not kept for ever."""
YAML_SHARE = 20
"""One input in so many is taken for a rule file."""
REPORT_SHARE = 50


@dataclass(frozen=True)
class Soak:
    """What a run consists of; with its seed it can be had again."""

    seed: int
    texts: Sequence[str]

    def input(self, number: int) -> tuple[bytes, str]:
        """Return the input of a number and the name that it is linted by."""
        pick = Random(f"{self.seed} {number}")
        name = "input.yaml" if number % YAML_SHARE == 0 else "input.md"
        return spoiled(self.texts, pick), name

    def examine(self, number: int) -> tuple[int, float]:
        """Return how many findings an input has, and the seconds that it took."""
        # every process imports the linter for itself, so that a batch begins anew
        from examined import examine  # noqa: PLC0415

        content, name = self.input(number)
        began = time.process_time()
        count = examine(content, name, reports=number % REPORT_SHARE == 0)
        return count, time.process_time() - began


@dataclass
class Worker:
    """A process that works on a batch, watched from outside."""

    first: int
    end: int
    now: Synchronized[int]
    findings: Synchronized[int]
    process: Any
    seen: int = -1
    since: float = field(default_factory=time.monotonic)


@dataclass
class Tally:
    """What came of a run so far."""

    done: int = 0
    findings: int = 0
    failures: list[int] = field(default_factory=list)


def work(
    soak: Soak,
    first: int,
    end: int,
    now: Synchronized[int],
    findings: Synchronized[int],
) -> None:
    """Examine a batch; whatever is raised ends the process, and names the input."""
    for number in range(first, end):
        now.value = number
        count, seconds = soak.examine(number)
        findings.value += count
        if seconds > SECONDS:
            sys.exit(f"input {number}: {seconds:.1f} s")
    now.value = end


def run(soak: Soak, numbers: range, processes: int) -> Tally:
    """Examine all inputs; each failure is told at once, and the rest goes on."""
    tally = Tally()
    batch = min(BATCH, -(-len(numbers) // processes) or 1)
    waiting = [(at, min(at + batch, numbers.stop)) for at in numbers[::batch]]
    waiting.reverse()
    workers: list[Worker] = []
    began = told = time.monotonic()
    while waiting or workers:
        while waiting and len(workers) < processes:
            workers.append(_started(soak, *waiting.pop()))
        time.sleep(0.05)
        for worker in [each for each in workers if _is_over(each)]:
            workers.remove(worker)
            tally.findings += worker.findings.value
            tally.done += worker.now.value - worker.first
            if worker.now.value < worker.end:
                tally.done += 1
                tally.failures.append(worker.now.value)
                _tell(soak, worker.now.value)
                if worker.now.value + 1 < worker.end:
                    waiting.append((worker.now.value + 1, worker.end))
        if time.monotonic() - told > 60:
            told = time.monotonic()
            print(
                f"  {tally.done} inputs, {tally.done / (told - began):.0f} a second",
                flush=True,
            )
    return tally


def _started(soak: Soak, first: int, end: int) -> Worker:
    context = multiprocessing.get_context("spawn")
    now, findings = context.Value("q", first), context.Value("q", 0)
    process = context.Process(target=work, args=(soak, first, end, now, findings))
    process.start()
    return Worker(first, end, now, findings, process)


def _is_over(worker: Worker) -> bool:
    if not worker.process.is_alive():
        return True
    if worker.now.value != worker.seen:
        worker.seen, worker.since = worker.now.value, time.monotonic()
    elif time.monotonic() - worker.since > PATIENCE:
        print(f"input {worker.seen}: no end after {PATIENCE:.0f} s", file=sys.stderr)
        worker.process.kill()
        worker.process.join()
        return True
    return False


def _tell(soak: Soak, number: int) -> None:
    """Write a failing input to a file and say how to have it again."""
    content, name = soak.input(number)
    file = Path(f"soak-{soak.seed}-{number}{Path(name).suffix}")
    file.write_bytes(content)
    print(
        f"FAILED input {number}: see {file} ({len(content)} bytes); to reproduce, add"
    )
    print(f"  --seed {soak.seed} --only {number}", flush=True)


def texts_of(folders: Sequence[Path]) -> list[str]:
    """Return the documents to spoil: of folders, or the handbook and made-up ones."""
    if not folders:
        with tempfile.TemporaryDirectory() as made:
            generate(Path(made), 60, 20261120)
            return _read([Path(made), ROOT / "ops-handbook", ROOT / "meta"])
    return _read(folders)


def _read(folders: Sequence[Path]) -> list[str]:
    files = [file for folder in folders for file in sorted(folder.rglob("*"))]
    return [
        file.read_text(encoding="utf-8", errors="replace")
        for file in files
        if file.suffix in {".md", ".markdown", ".yaml", ".yml"} and file.is_file()
    ]


def main() -> int:
    """Run, and print seed, counts and rate; 1 when an input failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutations", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--corpus", type=Path, nargs="*", default=[])
    parser.add_argument("--processes", type=int, default=min(os.cpu_count() or 1, 2))
    parser.add_argument("--only", type=int, help="examine one input, in this process")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else time.time_ns() % 1_000_000
    soak = Soak(seed, texts_of(options.corpus))
    print(f"seed {seed}, {len(soak.texts)} documents", flush=True)
    if options.only is not None:
        count, seconds = soak.examine(options.only)
        print(f"{count} findings in {seconds:.2f} s")
        return int(seconds > SECONDS)
    began = time.monotonic()
    tally = run(soak, range(options.mutations), options.processes)
    rate = tally.done / (time.monotonic() - began)
    print(
        f"{tally.done} mutations, {tally.findings} findings,"
        f" {len(tally.failures)} failures, {rate:.0f} mutations a second"
    )
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())
