"""Break everything while incidents are told outside: each effect happens exactly once.

The official SDK of Slack and our PagerDuty client talk to doubles on loopback that
fail as they are told; the process that does the jobs is killed, its clock steps, its
database restarts. Then everything works again, and what stands outside is compared
with what was asked for.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests")]

from databases import Databases  # noqa: E402  the path is set first
from outward import (  # noqa: E402
    Outside,
    SteppingClock,
    drained,
    job,
    patiently,
    work,
)

from doubles.faulty import Call, Fault  # noqa: E402  the path is set first
from doubles.pagerduty import ROUTING_KEY, TOKEN as REST_TOKEN, PagerDuty  # noqa: E402
from doubles.slack import TOKEN as SLACK_TOKEN, Slack  # noqa: E402
from runbookkit.model.incident import Changes, IncidentRow, Want  # noqa: E402
from runbookkit.model.job import NewJob  # noqa: E402
from runbookkit.store.log import Log  # noqa: E402
from runbookkit.store.open import open_store  # noqa: E402

SEED = 20261120
INCIDENTS = 3
PHASE = 1.0
"""Seconds that stand for ten minutes of an outage, from the first call on."""
DRAINED_WITHIN = 90.0
"""Seconds after the last fault; a job that is not done by then is stuck."""
FAULTS = (
    "kill",
    "slack 429",
    "slack 500",
    "slack time-out",
    "slack dropped",
    "pagerduty down",
    "pagerduty lost",
    "clock step",
    "database restart",
)
_SLACK: dict[str, tuple[Fault, ...]] = {
    "slack 429": ("429",),
    "slack 500": ("500",),
    "slack time-out": ("slow", "late"),
    "slack dropped": ("dropped",),
}
_PAGERDUTY: dict[str, tuple[Fault, ...]] = {
    "pagerduty down": ("cut", "500", "slow"),
    "pagerduty lost": ("lost",),
}
_CONTEXT = multiprocessing.get_context("forkserver")


@dataclass
class Round:
    """One round: a store, two doubles, and incidents that come and go."""

    fault: str
    random: Random
    name: str
    restart: Callable[[bool], None]
    slack: Slack = field(default_factory=lambda: Slack(time.time()))
    pagerduty: PagerDuty = field(default_factory=PagerDuty)
    # no lock: whoever is killed while holding it would stop all others
    wrong_by: Any = field(default_factory=lambda: _CONTEXT.Value("d", 0.0, lock=False))
    kills: int = 0
    failures: int = 0

    def run(self) -> list[str]:
        """Return what is wrong in the end."""
        clock = SteppingClock(self.wrong_by)
        store = open_store(self.name, clock=clock.now)
        with ExitStack() as stack:
            stack.callback(store.close)
            outside = Outside(
                self.name,
                stack.enter_context(self.slack.served()),
                SLACK_TOKEN,
                stack.enter_context(self.pagerduty.served()),
                ROUTING_KEY,
                REST_TOKEN,
            )
            worker = Killable(outside, self.wrong_by)
            stack.callback(worker.kill)
            told = (store, clock, Random(self.random.random()), self.begun)
            story = threading.Thread(target=tell, args=told)
            story.start()
            self._break(worker)
            story.join()
            self.slack.faults.decide = self.pagerduty.faults.decide = lambda _: ""
            wrong = drained(store, DRAINED_WITHIN)
            wrong += [
                said
                for number in range(1, INCIDENTS + 1)
                for said in self._wrong(store, number)
            ]
        return wrong

    def begun(self, calls: int = 0) -> bool:
        """Wait until the worker has called somebody; False when it does not."""
        end = time.monotonic() + 20
        while len(self.slack.calls) + len(self.pagerduty.calls) <= calls:
            if time.monotonic() > end:
                return False
            time.sleep(0.002)
        return True

    def _break(self, worker: Killable) -> None:
        if self.fault in _SLACK:
            self.slack.faults.seconds = 0.4
            self.slack.faults.decide = self._failing(_SLACK[self.fault])
        if self.fault in _PAGERDUTY:
            self.pagerduty.faults.seconds = 0.4
            self.pagerduty.faults.decide = self._failing(_PAGERDUTY[self.fault])
        for _ in range(self.random.randint(1, 4)):
            calls = len(self.slack.calls) + len(self.pagerduty.calls)
            if self.random.random() < 0.8:
                self.begun(calls + self.random.randint(0, 8))
            time.sleep(self.random.uniform(0.0, 0.1))
            if self.fault == "clock step":
                self.wrong_by.value = self.random.choice((-1, 1)) * self.random.choice(
                    (2, 45, 600, 4000, 90_000)
                )
            if self.fault == "database restart" and self.random.random() < 0.6:
                self.restart(self.random.random() < 0.1)
            if self.fault in {"kill", "clock step"} and self.random.random() < 0.8:
                worker.kill()
                worker.start()
                self.kills += 1

    def _failing(self, faults: tuple[Fault, ...]) -> Callable[[Call], Fault]:
        share = self.random.choice((0.3, 0.6, 0.9))
        until = [0.0]
        lock = threading.Lock()

        def decide(_: Call) -> Fault:
            with lock:
                until[0] = until[0] or time.monotonic() + PHASE
                if time.monotonic() < until[0] and self.random.random() < share:
                    self.failures += 1
                    return self.random.choice(faults)
            return ""

        return decide

    def _wrong(self, store: Log, number: int) -> Iterator[str]:
        channels = self.slack.named(f"inc-{number}-")
        if len(channels) != 1:
            yield f"incident {number}: {len(channels)} channels"
            return
        keys = Counter(channels[0].keys)
        wanted = {f"rbk:runbookkit:{number}:status"} | {
            f"{number}:slack post:{name}" for name in POSTS
        }
        if set(keys) != wanted or max(keys.values()) > 1:
            yield f"incident {number}: messages {dict(keys)}"
        if len(channels[0].pins) != 1:
            yield f"incident {number}: {len(channels[0].pins)} pins"
        said = json.dumps([each["blocks"] for each in channels[0].messages])
        if "status: resolved" not in said:
            yield f"incident {number}: the pinned status is not the last one"
        pages = self.pagerduty.under(f"rbk:runbookkit:{number}")
        if [each.status for each in pages] != ["resolved", "resolved"]:
            yield f"incident {number}: pages {[each.status for each in pages]}"
        kinds = Counter(each.kind for each in store.read(f"incident/{number}"))
        if (kinds["channel opened"], kinds["page sent"]) != (1, 2):
            yield f"incident {number}: timeline {dict(kinds)}"


class Killable:
    """The process that does the jobs."""

    def __init__(self, outside: Outside, wrong_by: Any) -> None:
        self._arguments = (outside, wrong_by)
        self.start()

    def start(self) -> None:
        self._process = _CONTEXT.Process(target=work, args=self._arguments, daemon=True)
        self._process.start()

    def kill(self) -> None:
        assert self._process.pid
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.join()


POSTS = ("one", "two", "three", "four")


def tell(
    store: Log, clock: SteppingClock, random: Random, begun: Callable[[], bool]
) -> None:
    """Let incidents be opened, acknowledged, resolved, fire again and be resolved."""
    for status, plan in (
        ("open", ("open channel", "show status", "page:1", "post:one")),
        ("acknowledged", ("acknowledge page:1", "show status", "post:two")),
        ("resolved", ("resolve page:1", "show status", "post:three")),
        ("open", ("page:2", "show status", "post:four")),
        ("resolved", ("resolve page:2", "show status")),
    ):
        for number in range(1, INCIDENTS + 1):
            row = incident(store, number, clock.now())
            changed = replace(row, status=status)  # type: ignore[arg-type]
            jobs = tuple(planned(number, each, clock.now()) for each in plan)
            decided(store, changed, jobs)
        begun()
        time.sleep(random.uniform(0.0, 0.4))


def planned(number: int, each: str, now: datetime) -> NewJob:
    kind, _, name = each.partition(":")
    text = f"{name} <!channel>" if kind == "post" else ""
    return job(number, kind, name, now, text)  # type: ignore[arg-type]


def incident(store: Log, number: int, now: datetime) -> IncidentRow:
    found = patiently(lambda: store.incident(number))
    return found or IncidentRow(
        number, f"k{number}", "open", "high", "Slow: shop", now, now, 0, "prod", "shop"
    )


def decided(store: Log, row: IncidentRow, jobs: tuple[NewJob, ...]) -> None:
    def decide(known: Any) -> Changes:
        # what the worker remembers meanwhile is not ours to forget
        known_row = known.incidents.get(row.id)
        data = known_row.data if known_row else {}
        return Changes(incidents=(replace(row, data=data),), jobs=jobs)

    patiently(lambda: store.decide(Want(incidents=(row.id,)), decide))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="rounds of each fault")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--fault", choices=FAULTS, action="append")
    options = parser.parse_args()
    _CONTEXT.set_forkserver_preload(["outward", "slack_sdk", "psycopg"])
    failed = 0
    with (
        tempfile.TemporaryDirectory() as folder,
        Databases(options.store, Path(folder)).running() as databases,
    ):
        for fault in options.fault or FAULTS:
            failed += repeated(fault, options, databases)
    return 1 if failed else 0


def repeated(fault: str, options: argparse.Namespace, databases: Databases) -> int:
    """Run the rounds of one fault; return how many went wrong."""
    if fault == "database restart" and options.store == "sqlite":
        return 0
    began = time.monotonic()
    failed = kills = calls = failures = 0
    for number in range(options.count):
        seed = options.seed + number
        name = databases.new(FAULTS.index(fault) * 100_000 + number)
        each = Round(fault, Random(seed), name, databases.restart)
        wrong = each.run()
        kills += each.kills
        failures += each.failures
        calls += len(each.slack.calls) + len(each.pagerduty.calls)
        if wrong:
            failed += 1
            print(f"  seed {seed}: " + "; ".join(wrong), flush=True)
    took = timedelta(seconds=round(time.monotonic() - began))
    print(
        f"{options.store}, {fault}: {options.count} rounds from seed {options.seed},"
        f" {options.count * INCIDENTS} incidents, {kills} kills, {calls} calls"
        f" ({failures} of them broken), {failed} wrong, {took}",
        flush=True,
    )
    return failed


if __name__ == "__main__":
    sys.exit(main())
