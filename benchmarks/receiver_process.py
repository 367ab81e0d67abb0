"""``runbook serve`` as a process that is killed and started, and whom it tells."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests")]

from doubles.pagerduty import ROUTING_KEY, TOKEN as REST_TOKEN, PagerDuty  # noqa: E402
from doubles.slack import TOKEN as SLACK_TOKEN, Slack  # noqa: E402

NOTIFIERS = """\
[notifiers.slack]
base_url = "{slack}"

[notifiers.pagerduty]
events_url = "{pagerduty}"
api_url = "{pagerduty}"
"""
CONFIG = f"""\
[serve.sources.prod]
kind = "alertmanager"

[incidents]
storm = 0
resolve_grace = 1
acknowledge_within = 0
update_within = 0
mitigated_for = 0

{NOTIFIERS}"""
"""No timer is set that would not run out during a round."""
SECRETS = {
    "RUNBOOK_NOTIFIERS__SLACK__TOKEN": SLACK_TOKEN,
    "RUNBOOK_NOTIFIERS__PAGERDUTY__ROUTING_KEY": ROUTING_KEY,
    "RUNBOOK_NOTIFIERS__PAGERDUTY__API_TOKEN": REST_TOKEN,
}


@dataclass
class Outdoors:
    """Slack and PagerDuty: they live in this process, and outlive every server."""

    slack: Slack = field(default_factory=lambda: Slack(time.time()))
    pagerduty: PagerDuty = field(default_factory=PagerDuty)
    config: str = ""

    @contextmanager
    def served(self) -> Iterator[Outdoors]:
        with ExitStack() as stack:
            slack = stack.enter_context(self.slack.served())
            pagerduty = stack.enter_context(self.pagerduty.served())
            self.config = CONFIG.format(slack=slack, pagerduty=pagerduty)
            yield self

    @property
    def calls(self) -> int:
        return len(self.slack.calls) + len(self.pagerduty.calls)

    def wrong(self, incident: int) -> Iterator[str]:
        """Say what did not happen exactly once of an incident that is over."""
        channels = self.slack.named(f"inc-{incident}-")
        if len(channels) != 1:
            yield f"incident {incident}: {len(channels)} channels"
            return
        channel = channels[0]
        if channel.keys != [f"rbk:runbookkit:{incident}:status"]:
            yield f"incident {incident}: messages {channel.keys}"
        if len(channel.messages) != 1 or len(channel.pins) != 1:
            many = (len(channel.messages), len(channel.pins))
            yield f"incident {incident}: {many} messages and pins"
        if "status: resolved" not in str([m["blocks"] for m in channel.messages]):
            yield f"incident {incident}: the status is not the last one"
        pages = [p.status for p in self.pagerduty.under(f"rbk:runbookkit:{incident}")]
        if pages != ["resolved"]:
            yield f"incident {incident}: pages {pages}"


class Receiver:
    """One server at one address, however often it is killed and started again."""

    def __init__(self, folder: Path, store: str, outdoors: Outdoors) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "runbook.toml").write_text(outdoors.config)
        self.port = _port()
        self.log = folder / "stderr"
        self._folder = folder
        self._store = store
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "runbookkit", "serve", "--store", self._store]
        command += ["--listen", f"127.0.0.1:{self.port}"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                cwd=self._folder,
                env={**os.environ, **SECRETS},
                stdout=log,
                stderr=log,
            )

    def wait(self, seconds: float = 120) -> bool:
        """Wait until it is ready; False when it ended instead."""
        end = time.monotonic() + seconds
        while not self.is_ready():
            if self.has_ended() or time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True

    def is_ready(self) -> bool:
        url = f"http://127.0.0.1:{self.port}/readyz"
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def ended_by(self, number: signal.Signals) -> bool:
        return self._process is not None and self._process.returncode == -number

    def last_words(self) -> str:
        return self.log.read_text()[-500:]

    def kill(self) -> None:
        assert self._process
        self._process.kill()
        self._process.wait()

    def end(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(60)


def _port() -> int:
    """Return a port that is free, also while its server is away.

    Those of outgoing connections would be taken meanwhile.
    """
    while True:
        port = random.SystemRandom().randrange(15_000, 30_000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
