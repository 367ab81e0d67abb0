"""What the engine adds to the queries of a run, against a server on loopback or a real one."""

from __future__ import annotations

import argparse
import http.client
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from multiprocessing import get_context
from multiprocessing.queues import Queue
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

from runbookkit.app.beginning import Given, begin_with, read_found
from runbookkit.app.running import outside_of
from runbookkit.execute.person import Nobody
from runbookkit.execute.runner import Runner
from runbookkit.model.event import Event
from runbookkit.model.runstate import RunState
from runbookkit.settings import load

# what we promise
READ_FACTOR = 1.3
READ_SECONDS = 0.005
TEN_FACTOR = 1.3
GROWTH_FACTOR = 1.3

_READS = 30
_TEN = 10
_FEW, _MANY = 100, 1000
_SLOWEST = 0.3


class Delayed(BaseHTTPRequestHandler):
    """Answers every query with 1; a label ``delay_ms`` in it says how late."""

    protocol_version = "HTTP/1.1"
    # without it, a header and a body sent apart wait 40 ms for an acknowledgement
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_POST(self) -> None:
        size = int(self.headers.get("content-length") or 0)
        query = parse_qs(self.rfile.read(size).decode())["query"][0]
        _, mark, rest = query.partition('delay_ms="')
        if mark:
            time.sleep(int(rest.partition('"')[0]) / 1000)
        metric = {"runbookkit_selector": "0"} if "label_replace" in query else {}
        series = {"metric": metric, "value": [time.time(), "1"]}
        data = {"resultType": "vector", "result": [series]}
        body = json.dumps({"status": "success", "data": data}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


def serve(ready: Queue[int]) -> None:
    """Serve in a process of its own, so that it takes none of our time."""
    with Server(("127.0.0.1", 0), Delayed) as server:
        ready.put(server.server_port)
        server.serve_forever()


@contextmanager
def delayed() -> Iterator[str]:
    """Serve on loopback; yield the address."""
    context = get_context("spawn")
    ready: Queue[int] = context.Queue()
    process = context.Process(target=serve, args=(ready,), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ready.get(timeout=20)}"
    finally:
        process.terminate()
        process.join()


def page(queries: list[str]) -> str:
    """Return a runbook that asks these queries, one a step."""
    head = (
        "---\nformat: runbook/v1\ntitle: Read\nservice: checkout\nowner: team\n"
        "severity: ticket\nalerts: []\nreviewed: 2026-11-20\n---\n\n# Read\n\n"
        "## Meaning\n\nA benchmark.\n\n## Impact\n\nNone.\n\n## Diagnosis\n"
    )
    steps = [
        f"\n### Step {number}\n\n**In Prometheus**:\n\n```promql\n{query}\n```\n\n"
        "**Expect:** something: `value >= 0.0`\n\n"
        f"- **Met:** {'continue' if number < len(queries) else 'stop'}\n"
        "- **Not met:** escalate\n"
        for number, query in enumerate(queries, 1)
    ]
    return head + "".join(steps) + "\n## Escalation\n\nNobody.\n"


def ran(url: str, queries: list[str], *, ahead: bool = True) -> float:
    """Return the seconds that a run of these queries takes, store on disk included."""
    moments = entered(url, queries, ahead=ahead)
    return moments[-1] - moments[0]


def entered(url: str, queries: list[str], *, ahead: bool) -> list[float]:
    """Return when a run began, when it entered each further step, and when it was over."""
    moments: list[float] = []

    def told(event: Event, _: RunState) -> None:
        if event.kind == "step entered":
            moments.append(time.perf_counter())

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "runbook.toml"
        file.write_text(
            f'state = "state"\n[backends.prometheus.endpoint]\nurl = "{url}"\n',
            encoding="utf-8",
        )
        loaded = load(Path(folder), {}, file=str(file))
        outside = replace(outside_of(loaded, {}), ahead=ahead)
        found = read_found(page(queries), "read.md", loaded)
        beginning = begin_with(found, Given(), mode="auto")
        runner = Runner("measured", found.runbook, outside, Nobody(told))
        began = time.perf_counter()
        runner.begin(beginning.start)
        state = runner.go()
        over = time.perf_counter()
        outside.store.close()
    if state.end != "stop" or len(state.visits) != len(queries):
        last = state.current.message if state.current else ""
        sys.exit(f"the run ended in {state.end} after {len(state.visits)}: {last}")
    return [began, *moments[1:], over]


def bare(url: str, query: str) -> float:
    """Return the median seconds of the same query without us."""
    host = urlsplit(url).netloc
    times = []
    for _ in range(_READS):
        now = datetime.now(UTC).timestamp()
        began = time.perf_counter()
        connection = http.client.HTTPConnection(host, timeout=30)
        body = urlencode({"query": query, "time": f"{now:.3f}"})
        kind = {"content-type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/api/v1/query", body, kind)
        json.loads(connection.getresponse().read())
        connection.close()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


@dataclass(frozen=True, slots=True)
class Line:
    """One promise, and what was measured."""

    what: str
    figure: float
    bound: float
    unit: str = "x"

    @property
    def kept(self) -> bool:
        return self.figure <= self.bound


def middle(measure: Callable[[], float], runs: int = 3) -> float:
    """Return the median of some measurements."""
    return statistics.median(measure() for _ in range(runs))


def read_step(name: str, url: str, query: str) -> Line:
    """Hold a read step, asked at its turn, against the bare query."""
    alone = bare(url, query)
    queries = [query] * _READS
    moments = [entered(url, queries, ahead=False) for _ in range(5)]
    # the median of both: a step that the machine was busy elsewhere in is no measure
    step = statistics.median(b - a for run in moments for a, b in pairwise(run))
    bound = READ_FACTOR * alone + READ_SECONDS
    what = f"read step, {name} (bare query {alone * 1000:.1f} ms)"
    return Line(what, step * 1000, bound * 1000, "ms")


def ten_steps(url: str) -> Line:
    """Hold ten independent steps against the slowest of their queries."""
    delays = [int(_SLOWEST * 1000 * (n + 1) / _TEN) for n in range(_TEN)]
    slowest = bare_once(url, max(delays))
    queries = [f'up{{delay_ms="{delay}"}}' for delay in delays]
    taken = middle(lambda: ran(url, queries))
    return Line(
        f"{_TEN} independent steps, over the slowest", taken / slowest, TEN_FACTOR
    )


def ten_equal(url: str) -> Line:
    """Hold ten steps that are all as slow as the slowest against it."""
    delay = int(_SLOWEST * 1000)
    slowest = bare_once(url, delay)
    queries = [f'up{{delay_ms="{delay}", n="{n}"}}' for n in range(_TEN)]
    taken = middle(lambda: ran(url, queries))
    return Line(f"{_TEN} steps, all equally slow", taken / slowest, TEN_FACTOR)


def bare_once(url: str, delay: int) -> float:
    """Return the seconds of one slow query without us."""
    began = time.perf_counter()
    bare_query = f'up{{delay_ms="{delay}"}}'
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    connection.request("POST", "/api/v1/query", urlencode({"query": bare_query}))
    connection.getresponse().read()
    connection.close()
    return time.perf_counter() - began


def growth(url: str) -> list[Line]:
    """Hold the time per step of a long run against that of a short one."""
    few = middle(lambda: ran(url, ["up"] * _FEW)) / _FEW
    many = ran(url, ["up"] * _MANY) / _MANY
    text = f"time per step, {_MANY} over {_FEW} steps ({many * 1000:.1f} ms each)"
    return [Line(text, many / few, GROWTH_FACTOR)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prometheus", default="", help="a real server to ask too")
    parser.add_argument(
        "--query", default="sum(rate(prometheus_http_requests_total[5m]))"
    )
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    with delayed() as url:
        ran(url, ["up"] * 5)  # what is imported late is imported now
        lines = [
            read_step("server on loopback", url, "up"),
            read_step("server that takes 50 ms", url, 'up{delay_ms="50"}'),
        ]
        if options.prometheus:
            name = "real Prometheus"
            lines.append(read_step(name, options.prometheus, options.query))
        lines += [ten_steps(url), ten_equal(url), *growth(url)]
    for line in lines:
        verdict = "kept" if line.kept else "MISSED"
        print(
            f"{verdict:6} {line.what}: {line.figure:.2f} {line.unit}"
            f" (at most {line.bound:.2f})"
        )
    return int(options.check and not all(line.kept for line in lines))


if __name__ == "__main__":
    sys.exit(main())
