"""From a fault to a draft: Prometheus, a pair of Alertmanagers, ``runbook serve``.

Slack and PagerDuty are doubles; everything else is a process as it runs for people.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from doubles.pagerduty import ROUTING_KEY, TOKEN as REST_TOKEN, PagerDuty
from doubles.slack import TOKEN as SLACK_TOKEN, Slack
from runbookkit.sample.settings import FAULTS, HEALTHY
from servers import free_port, need, prometheus, wait_for

pytestmark = [
    pytest.mark.program,
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.timeout(300),
    pytest.mark.skipif(not os.environ.get("RUNBOOK_LIVE"), reason="set RUNBOOK_LIVE=1"),
]
HANDBOOK = Path(__file__).parents[2] / "ops-handbook"
BURNS = """
sum(rate(http_requests_total{job="checkout", code=~"5.."}[5s]))
  / sum(rate(http_requests_total{job="checkout"}[5s])) > 14.4 * 0.001
"""
LABELS = {
    "severity": "page",
    "service": "checkout",
    "sloth_id": "checkout-availability",
}
NEEDED = {
    "channel opened",
    "page sent",
    "evidence attached",
    "run attached",
    "impact computed",
    "next step proposed",
    "incident resolved",
}


@dataclass
class Chain:
    """What a person on call could look at."""

    url: str
    checkout: str
    folder: Path
    environ: dict[str, str]
    slack: Slack = field(default_factory=lambda: Slack(time.time()))
    pagerduty: PagerDuty = field(default_factory=PagerDuty)
    incidents_seen: set[int] = field(default_factory=set)

    def incidents(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("/api/v1/incidents?all=true")[
            "incidents"
        ]
        self.incidents_seen |= {each["id"] for each in found}
        return found

    def pagerduty_status(self) -> list[str]:
        return [each.status for each in self.pagerduty.incidents]

    def events(self, number: int) -> list[dict[str, Any]]:
        path = f"/api/v1/incidents/{number}/events?limit=1000"
        found: list[dict[str, Any]] = self.ask(path)["events"]
        return found

    def kinds(self, number: int) -> list[str]:
        return [each["kind"] for each in self.events(number)]

    def ask(self, path: str, body: Any = None, method: str = "GET") -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.url + path, data, {"content-type": "application/json"}, method=method
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or b"null")

    def put(self, setting: str, value: str) -> None:
        url = f"{self.checkout}/admin/settings/{setting}"
        request = urllib.request.Request(url, value.encode(), method="PUT")
        urllib.request.urlopen(request, timeout=10).close()

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "runbookkit", *arguments],
            cwd=self.folder,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@contextmanager
def running(command: list[str], **options: Any) -> Iterator[None]:
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def alertmanagers(folder: Path, hook: str, count: int, ends: ExitStack) -> list[str]:
    """Start one, or several that know each other."""
    program = need("prometheus-alertmanager")
    config = folder / "alertmanager.yml"
    config.write_text(
        "route: {receiver: runbookkit, group_by: [service], group_wait: 1s,"
        " group_interval: 5s}\n"
        f"receivers: [{{name: runbookkit, webhook_configs: [{{url: '{hook}'}}]}}]\n"
    )
    ports = [(free_port(), free_port()) for _ in range(count)]
    for web, cluster in ports:
        peers = [f"--cluster.peer=127.0.0.1:{p}" for _, p in ports if p != cluster]
        gossip = f"127.0.0.1:{cluster}" if peers else ""
        command = [
            program,
            f"--config.file={config}",
            f"--storage.path={folder / f'am-{web}'}",
            f"--web.listen-address=127.0.0.1:{web}",
            f"--cluster.listen-address={gossip}",
            *(["--cluster.settle-timeout=1s", "--cluster.peer-timeout=5s"]),
            *(["--cluster.advertise-address=" + gossip] if gossip else []),
            *peers,
        ]
        ends.enter_context(running(command))
    for web, _ in ports:
        wait_for(lambda web=web: ready(f"http://127.0.0.1:{web}/-/ready"), 30)  # type: ignore[misc]
    return [f"127.0.0.1:{web}" for web, _ in ports]


def rules(folder: Path) -> Path:
    labels = ", ".join(f"{name}: {value}" for name, value in LABELS.items())
    file = folder / "rules.yml"
    file.write_text(
        "groups:\n- name: fast\n  interval: 1s\n  rules:\n"
        "  - alert: CheckoutAvailabilityBudgetFastBurn\n"
        f"    expr: {json.dumps(BURNS)}\n    for: 20s\n    labels: {{{labels}}}\n"
    )
    return file


def configure(folder: Path, port: int, metrics: str, slack: str, pages: str) -> None:
    (folder / "runbook.toml").write_text(
        f'slos = ["{HANDBOOK / "slos"}"]\n'
        f'[lint]\nhandbook = ["{HANDBOOK / "runbooks"}"]\n'
        f'[serve]\nlisten = "127.0.0.1:{port}"\n'
        '[serve.sources.prod]\nkind = "alertmanager"\n'
        '[serve.sources.ci]\nkind = "deploys"\n'
        "[incidents]\nresolve_grace = 1\n"
        f'[backends.prometheus.endpoint]\nurl = "{metrics}"\n'
        f'[notifiers.slack]\nbase_url = "{slack}"\n'
        f'[notifiers.pagerduty]\nevents_url = "{pages}"\napi_url = "{pages}"\n'
    )


@contextmanager
def chain(folder: Path, count: int) -> Iterator[Chain]:
    port, service = free_port(), free_port()
    url, checkout = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{service}"
    environ = {
        **os.environ,
        "RUNBOOK_NOTIFIERS__SLACK__TOKEN": SLACK_TOKEN,
        "RUNBOOK_NOTIFIERS__PAGERDUTY__ROUTING_KEY": ROUTING_KEY,
        "RUNBOOK_NOTIFIERS__PAGERDUTY__API_TOKEN": REST_TOKEN,
        "RUNBOOK_STORE": str(folder / "log.sqlite"),
        "XDG_STATE_HOME": str(folder / "state"),
    }
    made = Chain(url, checkout, folder, environ)
    python = [sys.executable, "-m"]
    sample = ["runbookkit.sample.service", "--port", str(service)]
    with ExitStack() as ends:
        hook = f"{url}/webhooks/alertmanager/prod"
        peers = alertmanagers(folder, hook, count, ends)
        ends.enter_context(running([*python, *sample, "--folder", str(folder)]))
        target = f"static_configs: [{{targets: ['127.0.0.1:{service}'],"
        target += " labels: {service: checkout}}]"
        config = (
            "global: {scrape_interval: 1s, evaluation_interval: 1s}\n"
            f"rule_files: ['{rules(folder)}']\n"
            f"alerting: {{alertmanagers: [{{static_configs: [{{targets: {peers}}}]}}]}}\n"
            f"scrape_configs: [{{job_name: checkout, {target}}}]\n"
        )
        metrics = ends.enter_context(prometheus(folder, config))
        slack = ends.enter_context(made.slack.served())
        pages = ends.enter_context(made.pagerduty.served())
        configure(folder, port, metrics, slack, pages)
        serve = [*python, "runbookkit", "serve"]
        ends.enter_context(running(serve, cwd=folder, env=environ))
        wait_for(lambda: ready(f"{url}/readyz"), 60)
        yield made


@pytest.mark.parametrize("count", [1, 2], ids=["one", "pair"])
def test_a_fault_becomes_one_incident_and_its_fix_a_draft(
    tmp_path: Path, count: int
) -> None:
    deploy = {"service": "checkout", "revision": "1.2", "state": "finished"}
    with chain(tmp_path, count) as it:
        it.ask("/webhooks/deploys/ci", deploy, "POST")
        for name, value in FAULTS["failing-upstream"].items():
            it.put(name, value)
        wait_for(lambda: bool(it.incidents()), 90)
        number = it.incidents()[0]["id"]
        # of a harm that began seconds ago the first minute may know too little
        early = NEEDED - {"incident resolved", "impact computed"}
        wait_for(lambda: early <= set(it.kinds(number)), 60)
        for name in FAULTS["failing-upstream"]:
            it.put(name, HEALTHY[name])
        wait_for(lambda: it.incidents()[0]["status"] == "resolved", 90)
        wait_for(lambda: it.pagerduty_status() == ["resolved"], 30)
        drafted = it.command("postmortem", "draft", f"INC-{number}", "--into", "pm.md")
        linted = it.command("lint", "pm.md")
        events = it.events(number)

    assert len(it.incidents_seen) == len(it.slack.channels) == 1
    assert len(it.pagerduty.incidents) == 1
    kinds = {each["kind"] for each in events}
    assert any("deploy of checkout 1.2" in str(each["data"]) for each in events)
    assert sorted(NEEDED - kinds) == []
    assert drafted.returncode == 0, drafted.stderr
    assert linted.returncode == 0, linted.stdout + linted.stderr
