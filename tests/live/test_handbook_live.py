"""The handbook's runbooks against real servers, a real kernel and real faults.

``RUNBOOK_LIVE=1 uv run --all-extras pytest tests/live -rs`` runs all of it; what is
not installed is named, and the rest runs. Their times are shortened, nothing else:
what a run looks back at, for how long it watches and how often it asks again.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from runbookkit.app.stack import Ports, Stack, grafana_program, start_stack
from runbookkit.clock import SystemClock
from servers import free_port, need, wait_for

HANDBOOK = Path(__file__).parents[2] / "ops-handbook"
SHORTER = {
    r"(discarded_spans_total\S*)\[(5|15)m\]": r"\1[20s]",
    r"_received_total([^\[]*)\[5m\]": r"_received_total\1[20s]",
    r"step 30s": "step 5s",
    r"\b5 minutes ago": "20 seconds ago",
    r"> 300e6": "> 20e6",  # the same rate
    r"\[(5|15)m\]": "[15s]",
    r"every 30s for up to 1[05]m": "every 2s for up to 50s",
    r"for 30s, within 60s": "for 5s, within 30s",
    r"interval:s:30": "interval:s:5",
}
BPFTRACE = "bpftrace-syscall-investigation"
CARDINALITY = "prometheus-cardinality-runaway"
pytestmark = [
    pytest.mark.program,
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.timeout(400),
    pytest.mark.skipif(
        not os.environ.get("RUNBOOK_LIVE"),
        reason="waits depend on what else the machine does; set RUNBOOK_LIVE=1",
    ),
]


@dataclass(frozen=True)
class Run:
    """One call of ``runbook run``, and what it kept."""

    code: int
    said: str
    events: list[Mapping[str, Any]]

    def data(self, kind: str) -> list[Any]:
        return [each["data"] for each in self.events if each["kind"] == kind]

    @property
    def captures(self) -> dict[str, Any]:
        return {each["name"]: each["value"] for each in self.data("value captured")}

    @property
    def last_step(self) -> str:
        entered: str = self.data("step entered")[-1]["step"]
        return entered


@dataclass(frozen=True)
class Live:
    """A stack, and a copy of the handbook with shorter times."""

    stack: Stack

    def run(self, *arguments: str, answers: str = "") -> Run:
        """Run the command line as a person at a terminal does."""
        folder = self.stack.folder
        command = [sys.executable, "-m", "runbookkit", "run", *arguments, "--json"]
        done = subprocess.run(
            [*command, "--config", str(folder / "runbook.toml")],
            input=answers,
            capture_output=True,
            text=True,
            env={**os.environ, "XDG_STATE_HOME": str(folder / "state")},
            timeout=120,
            check=False,
        )
        lines = [line for line in done.stdout.splitlines() if line.startswith('{"seq')]
        return Run(
            done.returncode,
            done.stdout + done.stderr,
            [json.loads(line) for line in lines],
        )

    def ask(self, *arguments: str) -> Any:
        """Run a command that answers with JSON and must not fail."""
        command = [sys.executable, "-m", "runbookkit", *arguments, "--json"]
        done = subprocess.run(
            [*command, "--config", str(self.stack.folder / "runbook.toml")],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    def put(self, setting: str, value: str) -> None:
        """Change a setting of the sample service."""
        url = f"http://127.0.0.1:{self.stack.ports.checkout}/admin/settings/{setting}"
        asked = urllib.request.Request(url, data=value.encode(), method="PUT")
        urllib.request.urlopen(asked).close()

    def query(self, text: str) -> float:
        """Return the value of a query; NaN when there is none."""
        asked = urllib.parse.urlencode({"query": text})
        port = self.stack.ports.prometheus
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}/api/v1/query?{asked}"
        ) as answer:
            result = json.load(answer)["data"]["result"]
        return float(result[0]["value"][1]) if result else float("nan")

    @property
    def admin(self) -> str:
        return f"admin_domain=localhost:{self.stack.ports.checkout}"

    def url(self, server: str) -> str:
        """Return the input that says where a server is."""
        return f"{server}_url=http://127.0.0.1:{getattr(self.stack.ports, server)}"


@contextmanager
def live(folder: Path, *faults: str, servers: tuple[str, ...] = ()) -> Iterator[Live]:
    need("prometheus")
    need("curl")
    for name in servers:
        # no distribution has them, so continuous integration does without, too
        if grafana_program(name) is None:
            pytest.skip(f"Grafana's {name} is not installed")
    handbook = shortened(folder / "handbook")
    ports = Ports(*(free_port() for _ in range(6)))
    stack = start_stack(folder / "stack", handbook, ports, faults, SystemClock())
    try:
        scrape_each_second(stack)
        yield Live(stack)
    finally:
        stack.stop()


def need_no_other(process: str) -> None:
    """Skip beside another process of the name: bpftrace tells them apart by nothing."""
    for file in Path("/proc").glob("[0-9]*/comm"):
        with suppress(OSError):
            if file.read_text().strip() == process:
                pytest.skip(f"another {process} runs here, as {file.parent.name}")


def scrape_each_second(stack: Stack) -> None:
    file = stack.folder / "prometheus.yml"
    file.write_text(file.read_text().replace("interval: 5s", "interval: 1s"))
    stack.running["prometheus"].send_signal(signal.SIGHUP)


def shortened(folder: Path) -> Path:
    """Copy the runbooks, with shorter times."""
    (folder / "runbooks").mkdir(parents=True)
    for file in (HANDBOOK / "runbooks").glob("*.md"):
        text = file.read_text(encoding="utf-8")
        for long, short in SHORTER.items():
            text = re.sub(long, short, text)
        (folder / "runbooks" / file.name).write_text(text, encoding="utf-8")
    return folder


SEARCH_LAG = 35
REQUESTS = "sum(rate(http_requests_total[5s]))"
P99 = (
    "histogram_quantile(0.99, sum by (le)"
    ' (rate(http_request_duration_seconds_bucket{job="checkout"}[5s])))'
)


# slow-fsync is not here: how slow a disk is beside a busy neighbour is the
# machine's business, and a test must not depend on it
def test_the_kernel_names_the_cause_and_the_approved_change_heals_it(
    tmp_path: Path,
) -> None:
    need("bpftrace")
    need_no_other("checkout")
    with live(tmp_path, "lock-contention") as stack:
        wait_for(lambda: stack.query(P99) > 0.5, 40)

        alone = stack.run(BPFTRACE, "--auto", "--input", stack.admin)
        resumable = re.findall(r"--resume (\w+)", alone.said)
        assert resumable, alone.said
        with_person = stack.run("--resume", resumable[-1], answers="yes\n" + "\n" * 4)

    assert (alone.code, alone.last_step) == (4, "spread-the-carts-over-64-locks")
    assert alone.data("change approved") == []
    assert alone.captures == {"stripes_before": "1"}
    assert with_person.code == 0, with_person.said
    assert len(with_person.data("change approved")) == 1
    assert with_person.data("run finished")[-1]["end"] == "stop"


def test_the_metric_and_the_label_that_explode_are_named(tmp_path: Path) -> None:
    with live(tmp_path, "label-explosion") as stack:
        url = f"prometheus_url=http://127.0.0.1:{stack.stack.ports.prometheus}"
        wait_for(lambda: stack.query('count({__name__="cart_items"})') > 10_000, 120)
        time.sleep(2)

        # what a server that has just begun will need in an hour is anyone's guess
        room = "memory_limit_bytes=1000000000000000"
        alone = stack.run(
            CARDINALITY,
            *("--auto", "--input", stack.admin, "--input", url, "--input", room),
        )

    assert alone.captures["metric"] == "cart_items", alone.said
    assert alone.captures["label"] == "user_id"
    assert (alone.code, alone.captures["labels_before"]) == (4, "all")


def test_the_service_that_floods_loki_is_named(tmp_path: Path) -> None:
    received = "sum(increase(loki_distributor_bytes_received_total[20s]))"
    with live(tmp_path, "log-spike", servers=("loki",)) as stack:
        wait_for(lambda: stack.query(received) > 62e6, 120)

        alone = stack.run(
            "loki-investigate-spike",
            *("--auto", "--input", stack.admin, "--input", stack.url("loki")),
        )

    assert alone.captures == {"noisy_service": "checkout", "level_before": "debug"}
    assert (alone.code, alone.last_step) == (4, "turn-debug-logging-off")


def test_traces_that_outgrow_the_limit_are_led_back_to_their_loop(
    tmp_path: Path,
) -> None:
    discarded = 'increase(tempo_discarded_spans_total{reason="trace_too_large"}[20s])'
    with live(tmp_path, "huge-traces", servers=("loki", "tempo")) as stack:
        wait_for(lambda: stack.query(discarded) > 0, 60)
        time.sleep(SEARCH_LAG)

        alone = stack.run(
            "tempo-trace-missing",
            *("--auto", "--input", stack.admin, "--input", stack.url("tempo")),
        )

    assert alone.captures == {"detail_before": "items"}, alone.said
    assert (alone.code, alone.last_step) == (4, "make-one-span-for-each-request")


def test_a_trace_that_was_not_sampled_is_told_from_one_that_was_lost(
    tmp_path: Path,
) -> None:
    with live(tmp_path, servers=("loki", "tempo")) as stack:
        wait_for(lambda: stack.query(REQUESTS) > 0, 40)
        stack.put("trace_sample_ratio", "0.02")
        time.sleep(5)  # lines from before are behind us
        lines = (stack.stack.folder / "checkout.log").read_text().splitlines()
        unsampled = [json.loads(line) for line in lines if '"sampled": false' in line]

        alone = stack.run(
            "tempo-trace-missing",
            *("--auto", "--input", stack.admin, "--input", stack.url("tempo")),
            *("--input", f"trace_id={unsampled[0]['trace_id']}"),
        )

    assert (alone.code, alone.last_step) == (0, "was-the-request-sampled"), alone.said


def test_a_rare_slow_request_is_followed_to_its_retries(tmp_path: Path) -> None:
    with live(tmp_path, "retrying-upstream", servers=("loki", "tempo")) as stack:
        wait_for(lambda: stack.query(P99) > 0.5, 60)

        alone = stack.run(
            "slow-request-no-metric",
            *("--auto", "--input", stack.admin, "--input", stack.url("prometheus")),
        )
        seen = stack.ask("observe", "checkout", "--window", "2m")
        request = stack.ask("correlate", alone.captures["trace_id"])

    assert alone.captures["retries_before"] == "3", alone.said
    assert (alone.code, alone.last_step) == (4, "try-each-charge-at-most-twice")
    assert not seen["not_asked"]
    assert any(each["failed"] for each in seen["traces"]["found"])
    assert {each["level"] for each in seen["logs"]["lines"]} >= {"warning"}
    kinds = {each["origin"] for each in request["timeline"]}
    assert kinds >= {"trace", "log"}
