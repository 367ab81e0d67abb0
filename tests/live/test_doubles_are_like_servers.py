"""The doubles of Loki and Tempo answer as the real ones do: status, kind and form.

Whatever a double says must be in the real answer, too; the real one may say more.
"""

from __future__ import annotations

import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from doubles.loki import Line, LokiDouble
from doubles.served import served
from doubles.tempo import TempoDouble, Trace, otlp
from live.test_handbook_live import SEARCH_LAG, Live, live
from servers import wait_for

pytestmark = [
    pytest.mark.program,
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.timeout(400),
    pytest.mark.skipif(not os.environ.get("RUNBOOK_LIVE"), reason="set RUNBOOK_LIVE=1"),
]
CATEGORIES = {"x-loki-response-encoding-flags": "categorize-labels"}
ID = "0f" * 16
API = "/loki/api/v1/"


@dataclass(frozen=True)
class Call:
    name: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True)
class Said:
    status: int
    is_json: bool
    body: Any


def ask(url: str, call: Call) -> Said:
    query = urllib.parse.urlencode(call.params)
    headers = {**call.headers, "content-type": "application/json"}
    request = urllib.request.Request(
        f"{url}{call.path}?{query}", data=call.body, headers=headers
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            status, text = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        status, text = error.code, error.read()
    try:
        return Said(status, True, json.loads(text))
    except ValueError:
        return Said(status, False, text.strip() == b"")


def misfits(ours: Any, theirs: Any, where: str = "") -> Iterator[str]:
    """Yield where a double says what the real server does not."""
    if type(ours) is not type(theirs) and {type(ours), type(theirs)} != {int, float}:
        yield f"{where}: {ours!r} and not {theirs!r}"
    elif isinstance(ours, dict):
        for name, value in ours.items():
            if name not in theirs:
                yield f"{where}.{name} is not in {sorted(theirs)}"
            else:
                yield from misfits(value, theirs[name], f"{where}.{name}")
    elif isinstance(ours, list):
        for i, each in enumerate(ours):
            # lists come in no order
            tries = [list(misfits(each, one, f"{where}[{i}]")) for one in theirs]
            yield from min(tries, key=len, default=[f"{where} is empty"])


def loki_calls(now: int) -> list[Call]:
    start, end = str(now - 600 * 10**9), str(now + 10**9)
    times = {"start": start, "end": end}
    shop = {"query": '{app="shop"}', **times}
    rate = {**shop, "query": 'count_over_time({app="shop"}[1m])'}
    at_once = {"query": rate["query"], "time": end}
    unwrap = 'sum_over_time({app="shop"} | json | unwrap words [5m])'

    def ranged(name: str, *given: Mapping[str, str], **more: str) -> Call:
        params = {key: text for each in given for key, text in each.items()}
        return Call(name, f"{API}query_range", params | more)

    return [
        ranged("lines", shop),
        Call("categories", f"{API}query_range", shop, CATEGORIES),
        ranged("json", shop, query='{app="shop"} | json'),
        ranged("nothing", shop, query='{app="none"}'),
        ranged("milliseconds", shop, start=start[:13], end=end[:13]),
        ranged("limit 0", shop, limit="0"),
        ranged("limit 10000", shop, limit="10000"),
        ranged("end before start", shop, start=end, end=start),
        ranged("no query", times),
        ranged("parse error", shop, query='{app="shop"'),
        ranged("matrix", rate, step="60"),
        ranged("step 0", rate, step="0"),
        ranged("too many points", rate, step="0.01"),
        ranged("unwrap", shop, query=unwrap, step="60"),
        Call("json body", f"{API}query_range", body=b'{"query": "x"}'),
        Call("log query at once", f"{API}query", {**at_once, "query": shop["query"]}),
        Call("vector", f"{API}query", at_once),
        Call("empty vector", f"{API}query", {**at_once, "query": rate["query"], "time": start}),
        Call("number", f"{API}query", {"query": "1+1", "time": end}),
        Call("labels", f"{API}labels", times),
        Call("no labels", f"{API}labels", {"start": str(now - 2 * 10**14), "end": str(now - 10**14)}),
        Call("values", f"{API}label/app/values", times),
        Call("volume", f"{API}index/volume", {**shop, "targetLabels": "app"}),
        Call("well formed", f"{API}format_query", {"query": shop["query"]}),
        Call("badly formed", f"{API}format_query", {"query": '{app="shop"'}),
        Call("build", f"{API}status/buildinfo"),
        Call("no page", f"{API}nowhere"),
    ]  # fmt: skip


def tempo_calls(now: int) -> list[Call]:
    start, end = now // 10**9 - 600, now // 10**9 + 60
    times = {"start": str(start), "end": str(end)}
    every = {"q": '{ resource.service.name = "shop" }', **times}
    median = "{} | quantile_over_time(duration, .5) by (name)"
    rate = {"q": median, **times, "step": "60s"}
    search, metrics = "/api/search", "/api/metrics/query"
    return [
        Call("trace", f"/api/v2/traces/{ID}"),
        Call("no trace", f"/api/v2/traces/{'0a' * 16}"),
        Call("trace, first address", f"/api/traces/{ID}"),
        Call("no trace, first address", f"/api/traces/{'0a' * 16}"),
        Call("dashes", f"/api/traces/{ID[:8]}-{ID[8:]}"),
        Call("no id", "/api/v2/traces/xyz"),
        Call("too long", f"/api/traces/{ID}00"),
        Call("search", search, every),
        Call("by id", search, {**every, "q": f'{{ trace:id = "{ID}" }}'}),
        Call("nothing", search, {**every, "q": '{ name = "none" }'}),
        Call("without a query", search, times),
        Call("by post", search, {}, body=b"q=nonsense"),
        Call("start alone", search, {"q": every["q"], "start": times["start"]}),
        Call("float", search, {**every, "end": f"{end}.5"}),
        Call("nanoseconds", search, {**every, "start": f"{start}000000000"}),
        Call("a text", search, {**every, "start": "2026-11-20T12:00:00Z"}),
        Call("limit 0", search, {**every, "limit": "0"}),
        Call("spans 101", search, {**every, "spss": "101"}),
        Call("two weeks", search, {**every, "start": str(end - 14 * 86_400)}),
        Call("parse error", search, {**every, "q": "{"}),
        Call("number as text", search, {**every, "q": '{ span.code = "500" }'}),
        Call("a number", search, {**every, "q": "{ span.code = 500 }"}),
        Call("range", f"{metrics}_range", rate),
        Call("two days", f"{metrics}_range", {**rate, "start": str(end - 2 * 86_400)}),
        Call("no metrics", f"{metrics}_range", {**rate, "q": "{}"}),
        Call("at once", metrics, rate),
        Call("build", "/api/status/buildinfo"),
        Call("tags", "/api/v2/search/tags", times),
        Call("values", "/api/v2/search/tag/span.code/values", times),
        Call("no page", "/api/nowhere"),
    ]


def differences(real: str, double: str, calls: list[Call]) -> list[str]:
    found = []
    for call in calls:
        theirs, ours = ask(real, call), ask(double, call)
        if (theirs.status, theirs.is_json) != (ours.status, ours.is_json):
            found.append(f"{call.name}: real {theirs}, double {ours}"[:600])
        elif ours.is_json:
            found += misfits(ours.body, theirs.body, call.name)
        elif theirs.body != ours.body:
            found.append(f"{call.name}: only one of them says nothing")
    return found


def post(url: str, body: object) -> None:
    said = ask(url, Call("", "", body=json.dumps(body).encode()))
    assert said.status < 300, said


def compared(
    stack: Live,
    server: str,
    double: Callable[..., Any],
    calls: list[Call],
) -> list[str]:
    port = getattr(stack.stack.ports, server)
    with served(double) as url:
        return differences(f"http://127.0.0.1:{port}", url, calls)


def test_lokis_double_answers_as_loki(tmp_path: Path) -> None:
    now = time.time_ns()
    lines = [
        Line(now - i * 10**9, {"app": "shop"}, text, {"user": "u1"})
        for i, text in enumerate(['{"words": "x"}', "no json", '{"n": 1}'])
    ]
    with live(tmp_path, servers=("loki",)) as stack:
        values = [[str(each.at), each.text, {"user": "u1"}] for each in lines]
        stream = {"stream": {"app": "shop", "service_name": "shop"}, "values": values}
        url = f"http://127.0.0.1:{stack.stack.ports.loki}{API}push"
        post(url, {"streams": [stream]})

        found = compared(stack, "loki", LokiDouble(lines), loki_calls(now))

    assert not found, "\n".join(found)


def test_tempos_double_answers_as_tempo(tmp_path: Path) -> None:
    now = time.time_ns()
    trace = Trace(ID, now - 5 * 10**9, failed=True)
    with live(tmp_path, servers=("tempo", "loki")) as stack:
        post(f"http://127.0.0.1:{stack.stack.ports.otlp}/v1/traces", otlp(trace))
        wait_for(lambda: stack.query("tempo_distributor_spans_received_total") > 0, 60)
        time.sleep(2 * SEARCH_LAG)
        double = TempoDouble([trace], values={now // 10**9 // 60 * 60: 1.0})

        found = compared(stack, "tempo", double, tempo_calls(now))

    assert not found, "\n".join(found)
