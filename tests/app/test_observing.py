"""A service as its servers show it: all of it, or named what is missing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from connected import connected
from doubles.clocks import NOON
from doubles.loki import SECOND, Line, LokiDouble
from doubles.served import Reply, served
from doubles.tempo import TempoDouble, Trace
from runbookkit.app.conventions import MetricNames, metric_names
from runbookkit.app.observing import observe
from runbookkit.app.running import redactor
from runbookkit.app.sources import Servers
from runbookkit.clock import SystemClock
from runbookkit.errors import UsageError
from runbookkit.model.observation import Observation
from runbookkit.model.options import Grafana
from runbookkit.moments import nanoseconds
from runbookkit.ports import Backend
from sample_stack import Scraped, scraped_checkout

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
GRAFANA = Grafana("http://g.test", {"prometheus": "p", "loki": "l", "tempo": "t"})
AT = nanoseconds(NOON) - 60 * SECOND
QUARTER = timedelta(minutes=15)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scraped]:
    with scraped_checkout(tmp_path_factory.mktemp("checkout")) as scraped:
        yield scraped


def look(servers: Mapping[str, Backend], service: str = "checkout") -> Observation:
    return observe(service, QUARTER, Servers(servers, GRAFANA, NOON), redactor())


def line(second: int, **said: Any) -> Line:
    return Line(AT + second * SECOND, {"service_name": "checkout"}, json.dumps(said))


def test_a_real_prometheus_tells_rate_errors_latency_and_slow_requests(
    checkout: Scraped,
) -> None:
    servers = Servers(connected(prometheus=checkout.url), GRAFANA, SystemClock().now())

    found = observe("checkout", QUARTER, servers, redactor()).metrics

    assert found is not None
    assert found.selector == 'service="checkout"'
    values = {each.name: each.value for each in found.figures}
    assert (values["instances up"], values["error ratio"]) == (1, 0)
    assert values["request rate"]
    assert 0 < (values["latency p50"] or 0) <= (values["latency p99"] or 0) < 5
    assert found.slow
    assert all(len(each.trace_id) == 32 for each in found.slow)
    assert all(each.links.server.startswith(checkout.url) for each in found.figures)
    assert all("http://g.test/explore" in each.links.explore for each in found.slow)


def test_a_service_that_prometheus_does_not_know_is_said_to_be_unknown(
    checkout: Scraped,
) -> None:
    found = look(connected(prometheus=checkout.url), "nobody").metrics

    assert found is not None
    assert (found.selector, found.figures) == ("", ())
    assert found.notes == ("no metric has this service or job",)


def test_warnings_and_errors_come_before_other_lines_without_personal_data() -> None:
    lines = [line(n, level="info", message=f"fine {n}") for n in range(20)]
    lines.append(line(1, level="error", message="paid by jo@example.test"))

    with served(LokiDouble(lines)) as url:
        found = look(connected(loki=url)).logs

    assert found is not None
    assert (found.lines[0].level, found.lines[0].text) == ("error", "paid by «email:1»")
    assert found.lines[1].text == "fine 19"
    assert {each.level: each.lines for each in found.levels} == {"info": 20, "error": 1}


def test_logs_are_found_by_the_first_label_that_has_lines() -> None:
    only_job = Line(AT, {"job": "checkout"}, "plain text")

    with served(LokiDouble([only_job])) as url:
        found = look(connected(loki=url)).logs

    assert found is not None
    assert found.query == '{job="checkout"}'
    assert [each.text for each in found.lines] == ["plain text"]


def test_failed_traces_come_first_then_the_longest() -> None:
    made = [
        Trace(f"{n:032x}", AT, failed=n == 2, milliseconds=n * 10) for n in (1, 2, 3)
    ]

    with served(TempoDouble(made)) as url:
        found = look(connected(tempo=url)).traces

    assert found is not None
    told = [(int(each.trace_id, 16), each.failed) for each in found.found]
    assert told == [(2, True), (3, False), (1, False)]
    assert found.found[0].links.explore


def test_what_is_not_configured_is_named() -> None:
    found = look({})

    assert [each.source for each in found.not_asked] == ["metrics", "logs", "traces"]
    assert all("is configured" in each.reason for each in found.not_asked)
    assert (found.metrics, found.logs, found.traces) == (None, None, None)


def test_a_server_that_fails_is_named_and_hides_nothing_of_the_others() -> None:
    with (
        served(lambda _: Reply("overloaded\n", 500)) as broken,
        served(LokiDouble([line(1, message="here")])) as fine,
    ):
        found = look(connected(loki=fine, tempo=broken))

    named = {each.source: each.reason for each in found.not_asked}
    assert "500" in named["traces"]
    assert "logs" not in named
    assert found.logs is not None
    assert found.logs.read == 1


@pytest.mark.parametrize("name", ["", 'a"} or {b="', "a b", "ä"])
def test_a_name_that_could_be_syntax_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="no name of a service"):
        look({}, name)


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        ([], MetricNames("")),
        (
            [
                {"__name__": "http_requests_total", "job": "shop", "status": "200"},
                {"__name__": "up", "service": "shop"},
            ],
            MetricNames('service="shop"'),
        ),
        (
            [
                {
                    "__name__": "http_server_request_duration_seconds_count",
                    "job": "shop",
                    "http_response_status_code": "200",
                },
                {
                    "__name__": "http_server_request_duration_seconds_bucket",
                    "job": "shop",
                },
            ],
            MetricNames(
                'job="shop"',
                "http_server_request_duration_seconds_count",
                "http_response_status_code",
                "http_server_request_duration_seconds_bucket",
            ),
        ),
    ],
    ids=["none", "service wins", "OpenTelemetry"],
)
def test_metrics_are_told_by_the_names_that_they_usually_have(
    series: list[dict[str, str]], expected: MetricNames
) -> None:
    assert metric_names("shop", series) == expected
