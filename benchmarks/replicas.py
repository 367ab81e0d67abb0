"""Three servers on one PostgreSQL under load, one of them killed every two seconds.

Every webhook that was answered 200 is kept, every alert has one incident, and no
incident is there twice. Webhooks that were not answered are sent again, as
Alertmanager does. Beside the load, incidents come that people are told of: each has
one channel, one pinned message and one page, and its timeline says all of it once.
"""

from __future__ import annotations

import argparse
import importlib
import json
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

sys.path[:0] = [str(Path(__file__).parent)]

from databases import Databases  # noqa: E402  the path is set first
from outward import drained, patiently  # noqa: E402
from receiver_bodies import webhook  # noqa: E402
from receiver_process import Outdoors, Receiver  # noqa: E402
from stories import Check, Sender, Story  # noqa: E402

from runbookkit.store.open import open_store  # noqa: E402

REPLICAS = 3
SENDERS = 6
TELLERS = 3
PAUSE = 0.5
"""Seconds between two webhooks of an incident that people are told of, at most."""
DRAINED_WITHIN = 300.0


@dataclass
class Fleet:
    """Servers that come and go; senders take whichever is there."""

    receivers: list[Receiver]
    every: float
    up: list[int] = field(default_factory=list)
    """Ports of those that answer."""
    kept: list[str] = field(default_factory=list)
    """Names of the services whose webhooks were answered 200."""
    stories: list[Story] = field(default_factory=list)
    killed_at: list[float] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.sender = Sender(self.up)

    def keep_up(self, number: int) -> None:
        """Start a server again whenever it was killed."""
        receiver = self.receivers[number]
        while not self.over.is_set():
            receiver.start()
            if receiver.wait():
                self.up.append(receiver.port)
            while not receiver.has_ended() and not self.over.wait(0.02):
                pass
            if receiver.port in self.up:
                self.up.remove(receiver.port)
            if receiver.has_ended() and not receiver.ended_by(signal.SIGKILL):
                self.ended.append(f"server {number}: {receiver.last_words()}")

    def kill(self, random: Random) -> None:
        """Kill one after the other, as long as another one answers."""
        while not self.over.wait(self.every):
            while len(there := self._answering()) < 2 and not self.over.wait(0.02):
                pass  # a start takes longer than that where the machine is busy
            if not self.over.is_set():
                random.choice(there).kill()
                self.killed_at.append(time.monotonic())

    def _answering(self) -> list[Receiver]:
        return [
            each
            for each in self.receivers
            if each.port in self.up and not each.has_ended()
        ]

    def load(self, number: int, random: Random) -> None:
        """Send webhooks nobody is told of, each until somebody answers 200."""
        count = 0
        while not self.over.is_set():
            count += 1
            name = f"{number:06d}{count:06d}"
            body = webhook(2).replace(b"@@@@@@@@@@@@", name.encode())
            body = body.replace(b'"critical"', b'"info"')
            if self.sender.deliver(body, random):
                self.kept.append(name)

    def tell(self, number: int, random: Random, until: float) -> None:
        """Tell one story after the other, each to its end."""
        count = 0
        while time.monotonic() < until:
            count += 1
            story = Story(f"told{number}x{count}")
            self.stories.append(story)
            story.tell(self.sender, random, PAUSE)

    @property
    def intervals(self) -> str:
        gaps = [b - a for a, b in zip(self.killed_at, self.killed_at[1:], strict=False)]
        if not gaps:
            return "one kill or none"
        return (
            f"one every {statistics.mean(gaps):.2f} s ({min(gaps):.2f} to"
            f" {max(gaps):.2f})"
        )


def check(fleet: Fleet, name: str) -> dict[str, int]:
    """Return what is wrong with the store."""
    psycopg = importlib.import_module("psycopg")
    with psycopg.connect(name) as connection:
        alerts = dict(
            connection.execute("SELECT fingerprint, incident FROM alert").fetchall()
        )
        keys = [row[0] for row in connection.execute("SELECT key FROM incident")]
        opened = [
            json.loads(row[0]).get("title", "") + row[1]
            for row in connection.execute(
                "SELECT data, stream FROM event WHERE kind = 'incident opened'"
            )
        ]
    lost = [name for name in fleet.kept if f"0000{name}" not in alerts]
    return {
        "answered 200 and lost": len(lost),
        "incidents with one key": len(keys) - len(set(keys)),
        "opened twice": len(opened) - len(set(opened)),
        "without an incident": sum(not number for number in alerts.values()),
    }


def judged(fleet: Fleet, name: str, outdoors: Outdoors) -> Iterator[str]:
    """Let everything be done that is to be done; say what is wrong then."""
    store = patiently(lambda: open_store(name, clock=lambda: datetime.now(UTC)))
    try:
        yield from drained(store, DRAINED_WITHIN)
        compared = Check(store, outdoors)
        for story in fleet.stories:
            yield from compared.wrong(story)
    finally:
        store.close()
    if len(outdoors.slack.channels) != len(fleet.stories):
        yield f"{len(outdoors.slack.channels)} channels"
    if len(outdoors.pagerduty.incidents) != len(fleet.stories):
        yield f"{len(outdoors.pagerduty.incidents)} pages"
    yield from fleet.ended
    yield from (f"answered {each}" for each in fleet.sender.unexpected)


def run(fleet: Fleet, seconds: float, random: Random) -> None:
    """Let everybody do their part; in the end all servers are up."""
    until = time.monotonic() + seconds
    servers = [
        threading.Thread(target=fleet.keep_up, args=(n,)) for n in range(REPLICAS)
    ]
    for each in servers:
        each.start()
    tellers = [
        threading.Thread(target=fleet.tell, args=(n, Random(random.random()), until))
        for n in range(TELLERS)
    ]
    senders = [
        threading.Thread(target=fleet.load, args=(n, Random(random.random())))
        for n in range(SENDERS)
    ]
    killer = threading.Thread(target=fleet.kill, args=(Random(random.random()),))
    for each in (*tellers, *senders, killer):
        each.start()
    for each in tellers:  # what was begun is told to its end, amid kills
        each.join()
    fleet.over.set()
    for each in (*senders, killer, *servers):
        each.join()
    for receiver in fleet.receivers:
        if receiver.has_ended():
            receiver.start()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--every", type=float, default=2.0, help="seconds to a kill")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "postgres").mkdir()
        databases = Databases("postgres", folder / "postgres")
        name = stack.enter_context(databases.running()).new(0)
        outdoors = stack.enter_context(Outdoors().served())
        receivers = [Receiver(folder / str(n), name, outdoors) for n in range(REPLICAS)]
        for each in receivers:
            stack.callback(each.end)
        fleet = Fleet(receivers, options.every)
        run(fleet, options.seconds, Random(options.seed))
        wrong = [*judged(fleet, name, outdoors)]
        store = check(fleet, name)
    refused = {k: n for k, n in sorted(fleet.sender.answers.items()) if k != "200"}
    print(f"seed {options.seed}: {len(fleet.killed_at)} kills, {fleet.intervals}")
    print(f"{fleet.sender.answers['200']} webhooks answered 200; else {refused}")
    print(f"{len(fleet.stories)} incidents told of in {outdoors.calls} calls")
    print("\n".join(wrong[:50] or ["outside and on the timelines: nothing wrong"]))
    print(store)
    shown = len(fleet.killed_at) > 1 and fleet.kept and fleet.stories
    return 1 if wrong or any(store.values()) or not shown else 0


if __name__ == "__main__":
    sys.exit(main())
