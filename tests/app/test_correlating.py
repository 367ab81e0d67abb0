"""One request is followed from the exemplar to the trace to the log lines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from connected import connected
from doubles.clocks import NOON
from doubles.loki import SECOND, Line, LokiDouble
from doubles.served import Reply, served
from doubles.tempo import TempoDouble, Trace
from runbookkit.app.correlating import correlate, trace_id_given
from runbookkit.app.kernel import kernel_steps, program, watch
from runbookkit.app.observing import observe
from runbookkit.app.running import redactor
from runbookkit.app.sources import Servers
from runbookkit.clock import SystemClock
from runbookkit.errors import BackendUnavailableError, UsageError
from runbookkit.model.answer import Answer, Ask
from runbookkit.model.correlation import Correlation, Happening
from runbookkit.model.observation import NotAsked, SlowRequest
from runbookkit.model.options import Configuration, Grafana, LintOptions
from runbookkit.moments import nanoseconds
from runbookkit.ports import Backend
from runbookkit.queries.bpftrace import check_bpftrace
from runbookkit.settings import Loaded
from sample_stack import Scraped, scraped_checkout

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
ID = "4bf92f3577b34da6a3ce929d0e0e4736"
AT = nanoseconds(NOON) - 600 * SECOND
HOUR = timedelta(hours=1)
HANDBOOK = Path(__file__).parents[2] / "ops-handbook"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scraped]:
    folder = tmp_path_factory.mktemp("checkout")
    with scraped_checkout(folder, "retrying-upstream") as scraped:
        yield scraped


def follow(backends: Mapping[str, Backend], wanted: str = ID) -> Correlation:
    return correlate(wanted, HOUR, Servers(backends, Grafana(), NOON), redactor())


def line(at: int, text: str, **metadata: str) -> Line:
    return Line(at, {"service_name": "shop"}, text, metadata)


def slowest(url: str) -> SlowRequest:
    servers = Servers(connected(prometheus=url), Grafana(), SystemClock().now())
    found = observe("checkout", HOUR, servers, redactor()).metrics
    assert found is not None
    return found.slow[0]


def test_a_real_exemplar_leads_to_the_trace_and_the_lines(checkout: Scraped) -> None:
    slow = slowest(checkout.url)
    took = round(slow.value * 1000)
    began = nanoseconds(slow.at) - took * SECOND // 1000
    trace = Trace(slow.trace_id, began, "checkout", milliseconds=took)
    ended = nanoseconds(slow.at)
    said = [
        Line(ended, {"service_name": "checkout"}, json.dumps(each))
        for each in checkout.log_lines()
        if each["trace_id"] == slow.trace_id
    ]

    with served(TempoDouble([trace])) as tempo, served(LokiDouble(said)) as loki:
        backends = connected(prometheus=checkout.url, tempo=tempo, loki=loki)
        found = follow(backends, slow.trace_id.upper())

    origins = [each.origin for each in found.timeline]
    assert (found.not_asked, found.skews) == ((), ())
    assert origins.count("trace") == 2
    assert origins.count("log") == len(said) > 0
    assert "metric" in origins
    assert origins[0] == "trace"


def test_without_a_trace_the_exemplar_tells_whose_lines_to_read(
    checkout: Scraped,
) -> None:
    slow = slowest(checkout.url)
    loki = LokiDouble()

    with served(loki) as logs, served(TempoDouble()) as traces:
        backends = connected(prometheus=checkout.url, tempo=traces, loki=logs)
        servers = Servers(backends, Grafana(), SystemClock().now())
        found = correlate(slow.trace_id, HOUR, servers, redactor())

    assert [each.origin for each in found.timeline] == ["metric"]
    assert '{service_name=~"checkout"}' in loki.asked[0].form["query"]
    assert "the trace: Tempo does not have this trace" in found.missing[0]
    assert any("log lines with this id" in each for each in found.missing)


def test_lines_of_others_are_left_out_and_the_rest_is_sorted() -> None:
    trace = Trace(ID, AT, "shop", milliseconds=100)
    lines = [
        line(AT + 90_000_000, f'{{"trace_id": "{ID}", "message": "done"}}'),
        line(AT + 50_000_000, f"dashed {ID[:8]}-{ID[8:12]}-{ID[12:]} half way"),
        line(AT + 10_000_000, "in metadata", trace_id=ID.upper()),
        line(AT + 20_000_000, '{"trace_id": "ff", "message": "of another"}'),
    ]

    with served(TempoDouble([trace])) as tempo, served(LokiDouble(lines)) as loki:
        found = follow(connected(tempo=tempo, loki=loki))

    said = [each.text for each in found.timeline if each.origin == "log"]
    assert said == ["in metadata", lines[1].text, "done"]
    assert [each.source for each in found.not_asked] == ["metrics"]


def test_a_line_before_the_trace_is_a_skew() -> None:
    trace = Trace(ID, AT, "shop", milliseconds=100)

    with (
        served(TempoDouble([trace])) as tempo,
        served(LokiDouble([line(AT - SECOND, ID)])) as loki,
    ):
        found = follow(connected(tempo=tempo, loki=loki))

    assert [(each.kind, each.milliseconds) for each in found.skews] == [
        ("line before span", 1000)
    ]
    assert found.timeline[0].origin == "log"


def test_a_server_that_fails_is_named_and_not_taken_for_empty() -> None:
    with (
        served(lambda _: Reply("overloaded\n", 500)) as broken,
        served(TempoDouble([Trace(ID, AT)])) as tempo,
    ):
        backends = connected(prometheus=broken, loki=broken, tempo=tempo)
        found = follow(backends)

    assert {each.source for each in found.not_asked} == {"metrics, exemplars", "logs"}
    assert found.missing == ()
    assert len(found.timeline) == 2


@pytest.mark.parametrize(
    "told",
    [ID.upper(), f" {ID} ", f"{ID[:8]}-{ID[8:]}"],
    ids=["capitals", "", "dashes"],
)
def test_an_id_is_taken_as_people_copy_it(told: str) -> None:
    assert trace_id_given(told) == ID


def test_an_id_of_half_the_length_is_looked_for_as_it_is_logged() -> None:
    half = "00000000000000000000000000000abc"
    loki = LokiDouble([line(AT, "trace 0000000000000abc")])

    with served(loki) as url:
        found = follow(connected(loki=url), "abc")

    assert found.trace_id == half
    assert [each.text for each in found.timeline] == ["trace 0000000000000abc"]


@pytest.mark.parametrize("told", ["", "xyz", "0" * 32, "a" * 33, '"} or {a="'])
def test_what_is_no_id_is_refused(told: str) -> None:
    with pytest.raises(UsageError, match="no trace id"):
        trace_id_given(told)


def test_the_handbooks_steps_that_ask_the_kernel_are_named() -> None:
    lint = LintOptions(handbook=("runbooks",))
    loaded = Loaded(Configuration(lint=lint), str(HANDBOOK))

    found = kernel_steps(loaded, {"checkout"})

    assert found[0].step == "which-system-calls-last-longer-than-100-ms"
    assert found[0].runbook.endswith("bpftrace-syscall-investigation.md")
    assert kernel_steps(Loaded(Configuration(), str(HANDBOOK)), {"checkout"}) == ()


def test_the_program_for_the_kernel_is_valid_and_ends() -> None:
    text = program("checkout")

    assert not check_bpftrace(text).problems
    assert "interval:s:10" in text


@pytest.mark.parametrize("name", ["", "sixteen-letters-", '"/ { system("'])
def test_what_is_no_process_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="no name of a process"):
        watch(name, "", Servers({}, Grafana(), NOON))


class Kernel:
    """A bpftrace that answers what it is told to."""

    name = "bpftrace"
    languages: tuple[str, ...] = ("bpftrace",)

    def __init__(self, maps: dict[str, dict[str, int]] | None) -> None:
        self._maps = maps

    def ask(self, ask: Ask) -> Answer:
        if self._maps is None:
            raise BackendUnavailableError("may not trace", backend=self.name)
        names = {"maps": self._maps}
        return Answer("bpftrace", names, self.name, ask.text, NOON, timedelta(0))

    def link(self, ask: Ask) -> str:
        return ask.host


def seen(maps: dict[str, dict[str, int]] | None) -> list[Happening] | NotAsked:
    return watch("shop", "", Servers({"bpftrace": Kernel(maps)}, Grafana(), NOON))


def test_what_the_kernel_shows_is_said_to_be_of_now() -> None:
    probe = "tracepoint:syscalls:sys_exit_fsync"
    found = seen({"@calls": {probe: 3}, "@longest_ns": {probe: 25_000_000}})
    nothing = seen({})

    assert isinstance(found, list)
    assert isinstance(nothing, list)
    assert (found[0].text[:39], found[0].duration_ms) == (
        "shop: 3 fsync calls longer than 10 ms (",
        25,
    )
    assert "not of this request" in found[0].text
    assert "no system call longer than 10 ms" in nothing[0].text


def test_a_kernel_that_cannot_be_asked_is_named() -> None:
    assert seen(None) == NotAsked("kernel", "bpftrace: may not trace")


def test_a_part_of_a_trace_is_shown_and_named_as_a_part() -> None:
    with served(TempoDouble([Trace(ID, AT)], partial=True)) as url:
        found = follow(connected(tempo=url))

    reasons = {each.source: each.reason for each in found.not_asked}
    assert "only a part" in reasons["trace"]
    assert len(found.timeline) == 2
