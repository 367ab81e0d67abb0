"""The sample service with a real Prometheus that scrapes it every second."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from runbookkit.http import HttpClient, HttpError
from servers import free_port, need, wait_for


@dataclass(frozen=True)
class Scraped:
    """Where a Prometheus is that knows exemplars of ``checkout``."""

    url: str
    folder: Path

    def log_lines(self) -> list[dict[str, object]]:
        text = (self.folder / "checkout.log").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]


@contextmanager
def scraped_checkout(folder: Path, fault: str = "") -> Iterator[Scraped]:
    """Run both until the block ends; there are exemplars when it begins."""
    prometheus = need("prometheus")
    service, port = free_port(), free_port()
    config = folder / "prometheus.yml"
    target = f'{{targets: ["127.0.0.1:{service}"], labels: {{service: checkout}}}}'
    config.write_text(
        "global: {scrape_interval: 1s}\n"
        "scrape_configs:\n"
        f"  - {{job_name: checkout, static_configs: [{target}]}}\n"
    )
    sample = [sys.executable, "-m", "runbookkit.sample.service"]
    sample += ["--port", str(service), "--folder", str(folder)]
    sample += ["--fault", fault] if fault else []
    server = [
        prometheus,
        f"--config.file={config}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--enable-feature=exemplar-storage",
    ]
    found = Scraped(f"http://127.0.0.1:{port}", folder)
    with ExitStack() as ends:
        for command in (sample, server):
            ends.enter_context(_running(command))
        wait_for(lambda: _has_rates(found.url), 40)
        yield found


@contextmanager
def _running(command: list[str]) -> Iterator[None]:
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


def _has_rates(url: str) -> bool:
    query = {"query": "sum(rate(http_request_duration_seconds_count[1m])) > 0"}
    try:
        answer = HttpClient().get(f"{url}/api/v1/query", params=query)
    except HttpError:
        return False
    return answer.status == 200 and bool(json.loads(answer.body)["data"]["result"])
