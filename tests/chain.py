"""From a fault to a person: Prometheus, Alertmanagers, ``runbook serve``.

Slack and PagerDuty are doubles; everything else is a process as it runs for people.
Grafana's Loki and Tempo are there where they are installed.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from doubles.faulty import Call, Faults, faulty
from doubles.pagerduty import ROUTING_KEY, TOKEN as REST_TOKEN, PagerDuty
from doubles.served import Reply
from doubles.slack import TOKEN as SLACK_TOKEN, Slack
from runbookkit.app.stack import Ports, Stack, start_stack
from runbookkit.clock import SystemClock
from servers import free_port, need, wait_for

HANDBOOK = Path(__file__).parents[1] / "ops-handbook"
SHORTER = 60
"""Minutes of the rules are seconds here: windows and how long a rule waits."""
SECONDS = {"m": 60, "h": 3600, "d": 86_400}
HELD_SECONDS = 9.0
"""Alertmanager waits for ten."""


@dataclass(frozen=True)
class Arrived:
    """A webhook of a peer, and what it was answered."""

    peer: str
    status: str
    answer: int
    at: float


@dataclass(frozen=True)
class Peers:
    """How many Alertmanagers there are."""

    count: int = 1
    apart: bool = False
    """They do not see each other, so that each of them tells everything."""


class Gate:
    """Stands between the Alertmanagers and the receiver, and writes down who sends.

    The first webhook of each of ``together`` peers waits for those of the others:
    the receiver hangs, so each peer takes itself for the one that has to send.
    """

    def __init__(self, receiver: str, together: int) -> None:
        self._receiver = receiver
        self._barrier = threading.Barrier(max(1, together))
        self.arrived: list[Arrived] = []
        self._seen: set[str] = set()
        self._lock = threading.Lock()

    @contextmanager
    def served(self) -> Iterator[str]:
        with faulty(self._pass_on, Faults()) as url:
            yield url

    @property
    def firing_from(self) -> list[str]:
        """The peers whose first webhook was taken, in order."""
        return [
            each.peer
            for each in self.arrived
            if each.status == "firing" and each.answer == 200
        ]

    def _pass_on(self, call: Call, _: bool) -> Reply:
        with self._lock:
            first = call.path not in self._seen
            self._seen.add(call.path)
        if first:
            # a peer that does not come is missing in what arrived
            with suppress(threading.BrokenBarrierError):
                self._barrier.wait(HELD_SECONDS)
        status, body = posted(self._receiver, call.body)
        found = Arrived(
            call.path.strip("/"), call.json["status"], status, time.monotonic()
        )
        with self._lock:
            self.arrived.append(found)
        return Reply(body, status)


def posted(url: str, body: bytes) -> tuple[int, str]:
    request = urllib.request.Request(url, body, {"content-type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        return 503, str(error)


@dataclass
class Chain:
    """What a person on call could look at."""

    url: str
    folder: Path
    stack: Stack
    environ: dict[str, str]
    gate: Gate
    slack: Slack
    pagerduty: PagerDuty
    incidents_seen: set[int] = field(default_factory=set)

    @property
    def checkout(self) -> str:
        return f"http://127.0.0.1:{self.stack.ports.checkout}"

    def has(self, server: str) -> bool:
        return server in self.stack.running

    def incidents(self) -> list[dict[str, Any]]:
        path = "/api/v1/incidents?all=true"
        found: list[dict[str, Any]] = self.ask(path)["incidents"]
        self.incidents_seen |= {each["id"] for each in found}
        return found

    def status(self) -> str:
        return "".join(each["status"] for each in self.incidents()[:1])

    def events(self, number: int) -> list[dict[str, Any]]:
        path = f"/api/v1/incidents/{number}/events?limit=1000"
        found: list[dict[str, Any]] = self.ask(path)["events"]
        return found

    def kinds(self, number: int) -> list[str]:
        return [each["kind"] for each in self.events(number)]

    def page(self, path: str) -> str:
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return str(answer.read().decode())

    def ask(self, path: str, body: Any = None, method: str = "GET") -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.url + path, data, {"content-type": "application/json"}, method=method
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or b"null")

    def switch(self, fault: str, value: str) -> None:
        url = f"{self.checkout}/admin/faults/{fault}"
        request = urllib.request.Request(url, value.encode(), method="PUT")
        urllib.request.urlopen(request, timeout=10).close()

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return commanded(arguments, self.folder, self.environ)


@contextmanager
def chain(folder: Path, peers: Peers) -> Iterator[Chain]:
    """Start all of it."""
    need("prometheus")
    url = f"http://127.0.0.1:{free_port()}"
    hook = f"{url}/webhooks/alertmanager/prod"
    slack, pagerduty = Slack(time.time()), PagerDuty()
    gate = Gate(hook, peers.count)
    (folder / "alerts").mkdir()
    (folder / "alerts" / "burn.yaml").write_text(burn_rules(folder))
    with ExitStack() as ends:
        slack_url = ends.enter_context(slack.served())
        pagerduty_url = ends.enter_context(pagerduty.served())
        gate_url = ends.enter_context(gate.served())
        ports = Ports(*(free_port() for _ in range(6)))
        stack = start_stack(folder / "stack", folder, ports, (), SystemClock())
        ends.callback(stack.stop)
        point_prometheus_at(stack, alertmanagers(folder, gate_url, peers, ends))
        configure(folder, url, stack, slack_url, pagerduty_url)
        runbooks(folder / "runbooks", f"localhost:{ports.checkout}")
        environ = {
            **os.environ,
            "RUNBOOK_NOTIFIERS__SLACK__TOKEN": SLACK_TOKEN,
            "RUNBOOK_NOTIFIERS__PAGERDUTY__ROUTING_KEY": ROUTING_KEY,
            "RUNBOOK_NOTIFIERS__PAGERDUTY__API_TOKEN": REST_TOKEN,
            "RUNBOOK_STORE": str(folder / "log.sqlite"),
            "XDG_STATE_HOME": str(folder / "state"),
        }
        serve = [sys.executable, "-m", "runbookkit", "serve"]
        log = folder / "serve.log"
        server = ends.enter_context(running(serve, log, folder, environ))
        wait_for(lambda: ready(f"{url}/readyz") or server.poll() is not None, 60)
        assert server.poll() is None, log.read_text()
        yield Chain(url, folder, stack, environ, gate, slack, pagerduty)


def burn_rules(folder: Path) -> str:
    """Return what ``runbook slo rules`` makes, with each duration a sixtieth as long."""
    slos = str(HANDBOOK / "slos" / "checkout.yaml")
    made = commanded(("slo", "rules", slos), folder, dict(os.environ))
    assert made.returncode == 0, made.stderr

    def shorter(found: re.Match[str]) -> str:
        seconds = int(found[2]) * SECONDS[found[3]] // SHORTER
        return f"{found[1]}{seconds}s{found[4]}"

    return re.sub(
        r"(\[|for: )(\d+)([mhd])(\]|$)", shorter, made.stdout, flags=re.MULTILINE
    )


def runbooks(folder: Path, admin: str) -> None:
    """Copy the handbook's runbooks into a house whose service has another address."""
    folder.mkdir()
    for file in (HANDBOOK / "runbooks").glob("*.md"):
        text = file.read_text().replace("default: localhost:8080", f"default: {admin}")
        (folder / file.name).write_text(text)


def commanded(
    arguments: tuple[str, ...], folder: Path, environ: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "runbookkit", *arguments],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def alertmanagers(folder: Path, gate: str, peers: Peers, ends: ExitStack) -> list[str]:
    """Start them; return where they listen."""
    program = need("prometheus-alertmanager")
    ports = [(free_port(), free_port()) for _ in range(peers.count)]
    for web, cluster in ports:
        config = folder / f"am-{web}.yml"
        config.write_text(
            "route:\n  receiver: tickets\n  group_by: [service]\n"
            "  group_wait: 1s\n  group_interval: 5s\n"
            "  routes: [{receiver: pages, matchers: ['severity=\"page\"']}]\n"
            "receivers:\n- name: tickets\n"
            f"- name: pages\n  webhook_configs: [{{url: '{gate}/peer-{web}'}}]\n"
        )
        near = [p for _, p in ports if p != cluster and not peers.apart]
        others = [f"--cluster.peer=127.0.0.1:{p}" for p in near]
        gossip = f"127.0.0.1:{cluster}" if others else ""
        command = [
            program,
            f"--config.file={config}",
            f"--storage.path={folder / f'am-{web}'}",
            f"--web.listen-address=127.0.0.1:{web}",
            f"--cluster.listen-address={gossip}",
            *(["--cluster.settle-timeout=1s", "--cluster.peer-timeout=2s"]),
            *(["--cluster.advertise-address=" + gossip] if gossip else []),
            *others,
        ]
        ends.enter_context(running(command, folder / f"am-{web}.log", folder))
    seen = 1 if peers.apart else peers.count
    for web, _ in ports:
        wait_for(lambda web=web: knows_peers(web, seen), 60)  # type: ignore[misc]
    return [f"127.0.0.1:{web}" for web, _ in ports]


def knows_peers(port: int, count: int) -> bool:
    """Tell whether an Alertmanager is ready, and sees all peers."""
    try:
        url = f"http://127.0.0.1:{port}/api/v2/status"
        with urllib.request.urlopen(url, timeout=1) as answer:
            cluster = json.load(answer)["cluster"]
    except OSError:
        return False
    alone = count == 1 and cluster["status"] == "disabled"
    return alone or (cluster["status"] == "ready" and len(cluster["peers"]) == count)


def point_prometheus_at(stack: Stack, peers: list[str]) -> None:
    """Have Prometheus tell other Alertmanagers, and look each second."""
    file = stack.folder / "prometheus.yml"
    own = f"- 127.0.0.1:{stack.ports.alertmanager}\n"
    head, found, tail = file.read_text().partition(own)
    assert found
    indent = head.rpartition("\n")[2]
    told = f"\n{indent}".join(f"- {each}" for each in peers) + "\n"
    text = (head + told + tail).replace("interval: 5s", "interval: 1s")
    file.write_text(text)
    stack.running["prometheus"].send_signal(signal.SIGHUP)
    at = f"http://127.0.0.1:{stack.ports.prometheus}/api/v1"

    def obeys() -> bool:
        with urllib.request.urlopen(f"{at}/alertmanagers", timeout=5) as answer:
            active = json.load(answer)["data"]["activeAlertmanagers"]
        return {each["url"].split("/")[2] for each in active} == set(peers)

    wait_for(obeys, 60)


def configure(folder: Path, url: str, stack: Stack, slack: str, pages: str) -> None:
    servers = "".join(
        f'[backends.{name}.endpoint]\nurl = "http://127.0.0.1:{port}"\n'
        for name, port in (
            ("prometheus", stack.ports.prometheus),
            ("loki", stack.ports.loki),
            ("tempo", stack.ports.tempo),
        )
        if name in stack.running
    )
    (folder / "runbook.toml").write_text(
        f'slos = ["{HANDBOOK / "slos"}"]\n'
        f'[lint]\nhandbook = ["runbooks"]\n'
        f'[serve]\nlisten = "{url.removeprefix("http://")}"\npublic_url = "{url}"\n'
        '[serve.sources.prod]\nkind = "alertmanager"\n'
        '[serve.sources.ci]\nkind = "deploys"\n'
        "[incidents]\nresolve_grace = 1\n"
        f"{servers}"
        f'[notifiers.slack]\nbase_url = "{slack}"\n'
        f'[notifiers.pagerduty]\nevents_url = "{pages}"\napi_url = "{pages}"\n'
    )


@contextmanager
def running(
    command: list[str], log: Path, folder: Path, environ: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as said:
        process = subprocess.Popen(
            command, stdout=said, stderr=said, cwd=folder, env=environ
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
