"""How long people wait: from an alert at ``runbook serve`` to the channel and the page.

The server is a process of its own; Slack and PagerDuty are doubles that take 50 ms
for each answer. Measured is when each is first called about an incident.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests")]

from receiver_process import NOTIFIERS, SECRETS  # noqa: E402  the path is set first

from doubles.faulty import Call, Fault  # noqa: E402
from doubles.pagerduty import PagerDuty  # noqa: E402
from doubles.slack import Slack  # noqa: E402
from servers import free_port, wait_for  # noqa: E402

ANSWER_SECONDS = 0.05
BOUND_MS = 1000.0
"""Of the 99th percentile."""
CONFIG = """\
[serve]
listen = "127.0.0.1:{port}"

[serve.sources.prod]
kind = "alertmanager"

[incidents]
storm = 0

"""
CONFIG += NOTIFIERS


@dataclass
class Seen:
    """When each double was first called about each service, by the wall."""

    sent: dict[str, float] = field(default_factory=dict)
    channel: dict[str, float] = field(default_factory=dict)
    page: dict[str, float] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def slack(self, call: Call) -> Fault:
        if call.path.endswith("conversations.create"):
            self._note(self.channel, "svc" + call.json["name"].rpartition("svc")[2])
        return self._take_time()

    def pagerduty(self, call: Call) -> Fault:
        if call.path == "/v2/enqueue":
            self._note(self.page, call.json["payload"]["summary"].rpartition(" ")[2])
        return self._take_time()

    def _note(self, first: dict[str, float], service: str) -> None:
        with self.lock:
            first.setdefault(service, time.monotonic())

    def _take_time(self) -> Fault:
        time.sleep(ANSWER_SECONDS)
        return ""


@contextmanager
def serving(folder: Path, values: Mapping[str, Any]) -> Iterator[str]:
    """Run the server; yield its address."""
    (folder / "runbook.toml").write_text(CONFIG.format(**values))
    secrets = {
        **SECRETS,
        "RUNBOOK_STORE": str(folder / "log.sqlite"),
    }
    url = f"http://127.0.0.1:{values['port']}"
    process = subprocess.Popen(
        [sys.executable, "-m", "runbookkit", "serve"],
        cwd=folder,
        env={**os.environ, **secrets},
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: answers(f"{url}/readyz"), 60)
        yield url
    finally:
        process.terminate()
        process.wait(60)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def fire(url: str, service: str) -> None:
    alert = {
        "status": "firing",
        "labels": {"alertname": "Slow", "severity": "critical", "service": service},
        "annotations": {},
        "startsAt": "2026-11-20T11:58:00Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "",
        "fingerprint": f"{abs(hash(service)):016x}"[:16],
    }
    body = {
        "version": "4",
        "groupKey": service,
        "status": "firing",
        "receiver": "runbookkit",
        "groupLabels": {},
        "commonLabels": {},
        "commonAnnotations": {},
        "externalURL": "",
        "truncatedAlerts": 0,
        "alerts": [alert],
    }
    request = urllib.request.Request(
        f"{url}/webhooks/alertmanager/prod",
        json.dumps(body).encode(),
        {"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 200


def measured(count: int, per_second: float) -> Seen:
    """Let incidents come at a rate; return when who was called."""
    seen, slack, pagerduty = Seen(), Slack(time.time()), PagerDuty()
    slack.faults.decide, pagerduty.faults.decide = seen.slack, seen.pagerduty
    with (
        tempfile.TemporaryDirectory() as folder,
        slack.served() as slack_url,
        pagerduty.served() as pagerduty_url,
        serving(
            Path(folder),
            {"port": free_port(), "slack": slack_url, "pagerduty": pagerduty_url},
        ) as url,
    ):
        for number in range(count):
            service = f"svc{number}"
            seen.sent[service] = time.monotonic()
            fire(url, service)
            time.sleep(1 / per_second)
        wait_for(lambda: len(seen.channel) == len(seen.page) == count, 120)
        wait_for(
            lambda: sum(len(c.pins) for c in slack.channels.values()) == count, 120
        )
    assert len(slack.channels) == len(pagerduty.incidents) == count
    return seen


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="incidents")
    parser.add_argument("--per-second", type=float, default=2.0)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    seen = measured(options.count, options.per_second)
    worst = 0.0
    for name, first in (("channel", seen.channel), ("page", seen.page)):
        waits = sorted(1000 * (first[each] - seen.sent[each]) for each in seen.sent)
        p99 = waits[min(int(len(waits) * 0.99), len(waits) - 1)]
        worst = max(worst, p99)
        print(
            f"{name}: {len(waits)} incidents, {options.per_second:g}/s, first attempted"
            f" after {statistics.median(waits):.0f} ms (median), {p99:.0f} ms (p99),"
            f" {waits[-1]:.0f} ms (longest)"
        )
    return 1 if options.check and worst > BOUND_MS else 0


if __name__ == "__main__":
    sys.exit(main())
