"""A real server that speaks Jaeger's API, and the double beside it.

``RUNBOOK_JAEGER_URL=http://127.0.0.1:16686 uv run --all-extras pytest tests/live`` asks
the one there; VictoriaTraces is asked below ``/select/jaeger``. It must hold traces of
the last day.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta

import pytest

from doubles.jaeger import JaegerDouble, Trace
from doubles.served import served
from live.test_doubles_are_like_servers import Call, ask, differences
from runbookkit.backends.jaeger import Config, Jaeger, connect
from runbookkit.clock import SystemClock
from runbookkit.http import Endpoint
from runbookkit.model.answer import Answer, Ask, Window

URL = os.environ.get("RUNBOOK_JAEGER_URL", "")
DAY = timedelta(days=1)
pytestmark = [
    pytest.mark.program,
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.skipif(not URL, reason="set RUNBOOK_JAEGER_URL"),
]


@pytest.fixture
def jaeger() -> Jaeger:
    return connect(Config(Endpoint(URL)), clock=SystemClock())


@pytest.fixture
def found(jaeger: Jaeger) -> Answer:
    services = ask(URL, Call("services", "/api/services")).body["data"]
    return asked(jaeger, f'service="{services[0]}"')


def asked(jaeger: Jaeger, text: str) -> Answer:
    now = datetime.now(UTC)
    window = Window(now - DAY, now)
    return jaeger.ask(Ask("jaeger", text, now, timedelta(seconds=20), window))


def test_a_trace_that_search_finds_is_the_same_by_its_id(
    jaeger: Jaeger, found: Answer
) -> None:
    newest = found.names["traces"][0]

    one = asked(jaeger, f'trace="{newest["trace_id"]}"')

    assert one.names["traces"] == [newest]
    assert one.names["duration_ms"] == newest["duration_ms"]
    assert {each["service"] for each in one.names["spans"]} == set(newest["services"])


def test_a_trace_that_is_nowhere_is_empty(jaeger: Jaeger) -> None:
    assert asked(jaeger, f'trace="{"0a" * 16}"').empty


def test_the_double_answers_as_the_server(found: Answer) -> None:
    trace = found.names["traces"][0]
    unknown = ask(URL, Call("", f"/api/traces/{'0a' * 16}"))
    now = time.time_ns() // 1000
    double = JaegerDouble(
        [Trace(trace["trace_id"].lstrip("0"), now - 1000, trace["root_service"])],
        victoria=unknown.status == 200,
    )
    times = {"start": str(now - 86_400_000_000), "end": str(now)}
    service = {"service": trace["root_service"], **times}
    calls = [
        Call("search", "/api/traces", service),
        Call("one", f"/api/traces/{trace['trace_id']}"),
        Call("none", f"/api/traces/{'0a' * 16}"),
        Call("no service", "/api/traces", times),
        Call("no unit", "/api/traces", {**service, "minDuration": "5"}),
        Call("a text", "/api/traces", {**service, "start": "2026-11-20"}),
    ]

    with served(double) as url:
        differing = differences(URL, url, calls)

    # spans and processes are those of the services that sent the trace
    own = (".spans[", ".processes.p2")
    assert [each for each in differing if not any(part in each for part in own)] == []
