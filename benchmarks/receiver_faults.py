"""Break what ``runbook serve`` stands on, while it takes webhooks in.

The server is a process of its own. It is killed, its disk becomes full, or its
database restarts, each at a random moment of a round in which alerts of some services
fire and end; whoever sends them sends again what was not answered 200. A server and
its store live through several rounds. Then every webhook that was answered 200 is in
the timeline exactly once, each service had one incident, and each incident one
channel, one pinned message and one page; no job is left.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

sys.path[:0] = [str(Path(__file__).parent)]

from databases import Databases, SmallDisk  # noqa: E402  the path is set first
from outward import drained, patiently  # noqa: E402
from receiver_process import Outdoors, Receiver  # noqa: E402
from stories import Check, Sender, Story  # noqa: E402

from runbookkit.store.open import open_store  # noqa: E402
from servers import small_disk  # noqa: E402

SEED = 20261121
SERVICES = 3
PAUSE = 0.4
"""Seconds between two webhooks of a service, at most."""
DRAINED_WITHIN = 240.0
"""Seconds after the last round; what a server held when it was killed is its own for
one minute."""
FAULTS = ("kill", "disk full", "database restart")
DISK_MB = {"sqlite": 64, "postgres": 128}


@dataclass
class Stand:
    """A server with its store, which lives through several rounds."""

    fault: str
    receiver: Receiver
    sender: Sender
    databases: Databases
    disk: SmallDisk | None
    stories: dict[int, list[Story]] = field(default_factory=dict)
    tally: Counter[str] = field(default_factory=Counter)
    wrong: dict[int, list[str]] = field(default_factory=dict)

    def run(self, number: int, random: Random) -> None:
        """Run one round; what it told is checked later."""
        stories = [Story(f"r{number}s{each}") for each in range(SERVICES)]
        self.stories[number] = stories
        threads = [
            threading.Thread(
                target=each.tell,
                args=(self.sender, Random(random.random()), PAUSE),
                daemon=True,
            )
            for each in stories
        ]
        for thread in threads:
            thread.start()
        time.sleep(random.uniform(0.0, 2.5 * PAUSE))
        self._break(number, random)
        for thread in threads:
            thread.join()

    def _break(self, number: int, random: Random) -> None:
        if self.receiver.has_ended():
            self._found(number, ["the server ended by itself"])
            self.receiver.start()
        elif self.fault == "kill":
            self.receiver.kill()
            self.tally["kills"] += 1
            time.sleep(random.uniform(0.0, 0.3))
            self.receiver.start()
        elif self.fault == "disk full":
            self._fill(random)
        else:
            crash = random.random() < 0.3
            self.databases.restart(crash)
            self.tally["crashes" if crash else "restarts"] += 1

    def _fill(self, random: Random) -> None:
        """Keep the disk full until some webhooks were refused, or nobody minds."""
        assert self.disk
        before = self.sender.answers["503"]
        enough = before + random.randint(1, 8)
        end = time.monotonic() + random.uniform(0.5, 3.0)
        while self.sender.answers["503"] < enough and time.monotonic() < end:
            self.disk.fill(random)
            time.sleep(0.02)
        self.disk.free()
        self.tally["disks full"] += 1
        self.tally["that refused"] += self.sender.answers["503"] > before
        self.tally["databases gone"] += self.databases.revive()

    def judge(self, name: str, outdoors: Outdoors) -> None:
        """Let everything be done that is to be done, and look at all rounds."""
        if self.receiver.has_ended():
            self._found(-1, ["the server ended by itself"])
        store = patiently(lambda: open_store(name, clock=lambda: datetime.now(UTC)))
        try:
            self._found(-1, drained(store, DRAINED_WITHIN))
            check = Check(store, outdoors)
            for number, stories in self.stories.items():
                self._found(number, [s for one in stories for s in check.wrong(one)])
        finally:
            store.close()
        self._found(-1, [f"answered {each}" for each in self.sender.unexpected])

    def _found(self, number: int, wrong: list[str]) -> None:
        if wrong:
            self.wrong.setdefault(number, []).extend(wrong)


@contextmanager
def standing(
    fault: str, kind: str, folder: Path, outdoors: Outdoors
) -> Iterator[tuple[Stand, str]]:
    """Run a server on a new store; yield it, and the name of its store."""
    with ExitStack() as stack:
        place, disk, segment_mb = folder / "place", None, 16
        if fault == "disk full":
            # its log of changes grows often enough to meet the end of the disk
            segment_mb = 1
            disk = SmallDisk(stack.enter_context(small_disk(place, DISK_MB[kind])))
        else:
            place.mkdir()
        databases = Databases(kind, place, segment_mb=segment_mb)
        stack.enter_context(databases.running())
        name = databases.new(0)
        receiver = Receiver(folder / "server", name, outdoors)
        stack.callback(receiver.end)
        receiver.start()
        if not receiver.wait():
            raise SystemExit(f"no server: {receiver.last_words()}")
        yield Stand(fault, receiver, Sender((receiver.port,)), databases, disk), name


@dataclass
class Totals:
    """What all stands of a fault came to."""

    tally: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    acknowledged: int = 0
    incidents: int = 0
    calls: int = 0
    wrong: int = 0

    def add(self, stand: Stand, outdoors: Outdoors) -> None:
        told = [story for stories in stand.stories.values() for story in stories]
        self.tally += stand.tally
        self.answers += stand.sender.answers
        self.acknowledged += sum(each.acknowledged.total() for each in told)
        self.incidents += len(told)
        self.calls += outdoors.calls
        self.wrong += len(stand.wrong)

    def __str__(self) -> str:
        done = ", ".join(f"{count} {name}" for name, count in self.tally.items())
        refused = {k: n for k, n in sorted(self.answers.items()) if k != "200"}
        return (
            f"{done}; {self.acknowledged} webhooks acknowledged (else {refused}),"
            f" {self.incidents} incidents, {self.calls} calls outside,"
            f" {self.wrong} wrong"
        )


def repeated(fault: str, options: argparse.Namespace) -> int:
    """Run the rounds of one fault; return how many went wrong."""
    if fault == "database restart" and options.store == "sqlite":
        return 0
    began, totals = time.monotonic(), Totals()
    numbers = range(options.count)
    for first in numbers[:: options.together]:
        with (
            tempfile.TemporaryDirectory() as folder,
            Outdoors().served() as outdoors,
            standing(fault, options.store, Path(folder), outdoors) as (stand, name),
        ):
            for number in numbers[first : first + options.together]:
                stand.run(number, Random(options.seed + number))
            stand.judge(name, outdoors)
            totals.add(stand, outdoors)
        for number, wrong in stand.wrong.items():
            where = f"seed {options.seed + number}" if number >= 0 else "in the end"
            print(f"  {where}: " + "; ".join(wrong), flush=True)
        print(f"  … {fault}: {first + len(stand.stories)} rounds", file=sys.stderr)
    took = timedelta(seconds=round(time.monotonic() - began))
    print(
        f"{options.store}, {fault}: {options.count} rounds from seed {options.seed},"
        f" {totals}, {took}",
        flush=True,
    )
    return totals.wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="rounds of each fault")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--fault", choices=FAULTS, action="append")
    parser.add_argument(
        "--together", type=int, default=25, help="rounds that one store lives through"
    )
    options = parser.parse_args()
    # whoever ends it leaves no server behind
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    return 1 if sum(repeated(f, options) for f in options.fault or FAULTS) else 0


if __name__ == "__main__":
    sys.exit(main())
