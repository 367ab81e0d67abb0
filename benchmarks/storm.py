"""A storm of alerts from the webhooks to the chat: what is left of it, and what it costs.

    python benchmarks/storm.py [--alerts 100000] [--groups 1000] [--waves 4]

`runbook serve` is a process of its own, Slack and PagerDuty are doubles in another.
Each group grows as groups of Alertmanager do: every webhook brings all alerts of its
group that fire by then. Every alert is in the store in the end, each incident has one
message and one page, the umbrella has digests below its message, and no job is left.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import http.client
import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests")]

from receiver_fuzz import Wire, megabytes, postgres, reading  # noqa: E402
from receiver_process import NOTIFIERS, SECRETS  # noqa: E402
from receiver_servers import HOOK, Server, cpu_seconds, ours  # noqa: E402

from doubles.pagerduty import PagerDuty  # noqa: E402
from doubles.slack import Slack  # noqa: E402

CONNECTIONS = 16
"""Alertmanager sends its groups side by side."""
DRAINED_WITHIN = 300.0
_DIGESTS = 5
"""That one incident has at most: one for each power of ten."""
CONFIG = f"""\
[serve.sources.prod]
kind = "alertmanager"

{NOTIFIERS}"""


@dataclass(frozen=True)
class Storm:
    """How many alerts come in how many groups, each in so many webhooks."""

    alerts: int
    groups: int
    waves: int

    def bodies(self) -> Iterator[bytes]:
        """Yield the webhooks, group after group in each wave."""
        size = self.alerts // self.groups
        for wave in range(1, self.waves + 1):
            for group in range(self.groups):
                yield _body(group, max(1, size * wave // self.waves))


def _body(group: int, count: int) -> bytes:
    service = f"service-{group}"
    alerts = [_alert(service, number) for number in range(count)]
    return json.dumps(
        {
            "version": "4",
            "groupKey": f'{{}}:{{service="{service}"}}',
            "truncatedAlerts": 0,
            "status": "firing",
            "receiver": "runbookkit",
            "groupLabels": {"service": service},
            "commonLabels": {"service": service},
            "commonAnnotations": {},
            "externalURL": "https://alertmanager.example",
            "alerts": alerts,
        }
    ).encode()


def _alert(service: str, number: int) -> dict[str, Any]:
    labels = {
        "alertname": ("Unreachable", "HighErrorRate", "Slow", "DiskFull")[number % 4],
        "service": service,
        "severity": "critical",
        "instance": f"10.0.{number // 250}.{number % 250}:8080",
    }
    return {
        "status": "firing",
        "labels": labels,
        "annotations": {"summary": f"{service} is in trouble"},
        "startsAt": "2026-11-20T11:58:00.123456789Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "https://prometheus.example/graph?g0.expr=up",
        "fingerprint": hashlib.sha256(f"{service} {number}".encode()).hexdigest()[:16],
    }


def _stand_in(pipe: Connection) -> None:
    """Be Slack and PagerDuty; say in the end what stands there."""
    slack, pagerduty = Slack(time.time()), PagerDuty()
    with slack.served() as slack_url, pagerduty.served() as pagerduty_url:
        pipe.send({"slack": slack_url, "pagerduty": pagerduty_url})
        pipe.recv()
        channels = [
            {
                "name": each.name,
                "messages": sum("thread_ts" not in one for one in each.messages),
                "digests": sum(bool(one.get("thread_ts")) for one in each.messages),
            }
            for each in slack.channels.values()
        ]
        pages = [each.key for each in pagerduty.incidents]
        pipe.send({"channels": channels, "pages": pages, "calls": len(slack.calls)})


@contextmanager
def doubles() -> Iterator[Connection]:
    context = multiprocessing.get_context("spawn")
    ours_end, theirs = context.Pipe()
    process = context.Process(target=_stand_in, args=(theirs,))
    process.start()
    try:
        yield ours_end
    finally:
        process.terminate()
        process.join()


async def send(server: Server, storm: Storm) -> int:
    """Send all webhooks, each until it is answered 200; return how many were sent."""
    sent = 0
    bodies = storm.bodies()

    async def some() -> None:
        nonlocal sent
        wire = Wire(server.port)
        for body in bodies:
            head = f"POST {HOOK} HTTP/1.1\r\nHost: localhost\r\n"
            request = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
            status = 0
            while status != 200:
                sent += 1
                status = (await wire.send([request]))[0][0]
        await wire.close()

    async with asyncio.TaskGroup() as group:
        for _ in range(CONNECTIONS):
            group.create_task(some())
    return sent


def drained(store: str) -> float:
    """Return after how many seconds no job was left but timers."""
    begun = time.monotonic()
    with reading(store) as connection:
        while (took := time.monotonic() - begun) < DRAINED_WITHIN:
            # the database's own isolation must not show one moment for ever
            connection.rollback()
            if not connection.execute(_LEFT).fetchone()[0]:
                return took
            time.sleep(0.1)
    raise SystemExit(f"jobs are left after {DRAINED_WITHIN:.0f} s")


def page(server: Server, store: str) -> tuple[int, float]:
    """Return the size of the umbrella's page, and the seconds that it took."""
    with reading(store) as connection:
        (number,) = connection.execute(_UMBRELLA).fetchone()
    begun = time.monotonic()
    web = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    web.request("GET", f"/incidents/{number}")
    size = len(web.getresponse().read())
    web.close()
    return size, time.monotonic() - begun


_UMBRELLA = "SELECT MAX(id) FROM incident WHERE key LIKE '%#storm'"
_LEFT = "SELECT COUNT(*) FROM job WHERE state = 'pending' AND timer = 0"
_COUNTS: Mapping[str, str] = {
    "webhooks kept": "SELECT COUNT(*) FROM delivery WHERE state = 'kept'",
    "alerts": "SELECT COUNT(*) FROM alert WHERE incident > 0",
    "incidents": "SELECT COUNT(*) FROM incident",
    "umbrellas": "SELECT COUNT(*) FROM incident WHERE key LIKE '%#storm'",
    "dead jobs": "SELECT COUNT(*) FROM job WHERE state = 'dead'",
}


@dataclass(frozen=True)
class Outcome:
    """What a storm left, and what it cost."""

    counts: Mapping[str, int]
    rates: Mapping[str, float]

    def wrong(self, storm: Storm) -> list[str]:
        """Return what is not as it must be."""
        counts = self.counts
        expected = {
            "alerts": storm.alerts // storm.groups * storm.groups,
            "umbrellas": 1,
            "channels": counts["incidents"],
            "pages": counts["incidents"],
            "most messages of an incident": 1,
            "dead jobs": 0,
        }
        wrong = [
            f"{name}: {counts[name]} instead of {wanted}"
            for name, wanted in expected.items()
            if counts[name] != wanted
        ]
        if counts["most digests of an incident"] > _DIGESTS:
            wrong.append("too many digests")
        return wrong


def stormed(folder: Path, store: str, storm: Storm) -> Outcome:
    """Let a storm come over a server; return what is left of it."""
    os.environ.update(SECRETS)
    with doubles() as outside:
        config = CONFIG.format(**outside.recv())
        with ours(folder, store, config) as server:
            calm = megabytes(server.pid)
            begun = time.monotonic()
            sent = asyncio.run(send(server, storm))
            sending = time.monotonic() - begun
            draining = drained(store)
            size, showing = page(server, store)
            peak = megabytes(server.pid, "VmHWM")
            cpu = cpu_seconds(server.pid)
        outside.send("what stands there?")
        told = outside.recv()
    with reading(store) as connection:
        counts = {
            name: int(connection.execute(statement).fetchone()[0])
            for name, statement in _COUNTS.items()
        }
    channels = told["channels"]
    counts |= {
        "webhooks sent": sent,
        "channels": len(channels),
        "most messages of an incident": max(each["messages"] for each in channels),
        "digests": sum(each["digests"] for each in channels),
        "most digests of an incident": max(each["digests"] for each in channels),
        "pages": len(set(told["pages"])),
        "pages sent twice": len(told["pages"]) - len(set(told["pages"])),
        "calls of Slack": told["calls"],
        "KiB of the umbrella's page": size // 1024,
        "MB before": calm,
        "MB at most": peak,
    }
    rates = {
        "s to send": sending,
        "s to drain": draining,
        "s for the umbrella's page": showing,
        "s of CPU": cpu,
    }
    return Outcome(counts, rates)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--alerts", type=int, default=100_000)
    parser.add_argument("--groups", type=int, default=1000)
    parser.add_argument("--waves", type=int, default=4, help="webhooks of a group")
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    options = parser.parse_args()
    storm = Storm(options.alerts, options.groups, options.waves)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = nullcontext(str(folder / "log.sqlite"))
        with file if options.store == "sqlite" else postgres(folder) as store:
            outcome = stormed(folder, store, storm)
    print(f"{storm.alerts} alerts in {storm.groups} groups, {options.store}")
    for name, count in outcome.counts.items():
        print(f"  {name}: {count}")
    for name, seconds in outcome.rates.items():
        print(f"  {name}: {seconds:.1f}")
    wrong = outcome.wrong(storm)
    print("; ".join(wrong) or "0 wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
