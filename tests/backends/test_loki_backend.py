"""Loki's traps, each before a double that springs it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from backends.asks import HOUR, ask_for, misfits
from doubles.clocks import NOON, StillClock
from doubles.loki import SECOND, Line, LokiDouble
from doubles.served import Reply, Request, served
from runbookkit.app.conventions import level_of
from runbookkit.backends.loki import Config, Loki, connect
from runbookkit.errors import (
    BackendTimeoutError,
    BackendUnavailableError,
    QueryRejectedError,
)
from runbookkit.http import Endpoint
from runbookkit.model.answer import Answer, Window
from runbookkit.model.runbook import Limit
from runbookkit.moments import nanoseconds

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
NOW = nanoseconds(NOON)
MINUTE = 60 * SECOND
SHOP = '{app="shop"}'


@dataclass
class Asking:
    loki: Loki
    double: LokiDouble

    def ask(self, text: str, **asked: Any) -> Answer:
        answer = self.loki.ask(ask_for(text, language="logql", **asked))
        assert misfits(answer) == []
        return answer

    @property
    def last(self) -> Request:
        return self.double.asked[-1]


@contextmanager
def asking(*lines: Line, tenant: str = "", **settings: Any) -> Iterator[Asking]:
    double = LokiDouble(list(lines), **settings)
    with served(double) as url:
        config = Config(Endpoint(url, tenant=tenant))
        yield Asking(connect(config, clock=StillClock()), double)


def line(ago: int, text: str = "{}", pod: str = "a", **metadata: str) -> Line:
    return Line(NOW - ago, {"app": "shop", "pod": pod}, text, metadata)


@pytest.mark.parametrize("over", [None, HOUR])
@pytest.mark.parametrize("text", [SHOP, f"sum(rate({SHOP}[1m]))"])
def test_all_times_are_sent_as_whole_nanoseconds(
    text: str, over: timedelta | None
) -> None:
    with asking(line(MINUTE)) as at:
        answer = at.ask(text, over=over)
        form = at.last.form

    assert not answer.empty
    times = [form[name] for name in ("start", "end", "time") if name in form]
    assert times
    assert all(time.isdigit() and len(time) == 19 for time in times)


def test_milliseconds_would_be_answered_with_nothing() -> None:
    with asking(line(MINUTE)) as at:
        millis = {
            "start": str((NOW - HOUR // timedelta(microseconds=1) * 1000) // 10**6)
        }
        form = {"query": SHOP, **millis, "end": str(NOW // 10**6)}
        reply = at.double(Request("POST", "/loki/api/v1/query_range", {}, form, {}))

    assert reply.body["data"]["result"] == []


def test_no_digit_of_a_lines_time_is_lost() -> None:
    with asking(line(MINUTE + 1)) as at:
        (found,) = at.ask(SHOP, over=HOUR).names["lines"]

    assert found["time"] == "2026-11-20T11:58:59.999999999Z"


def test_a_line_at_the_very_end_of_the_window_is_read() -> None:
    with asking(line(0)) as at:
        assert len(at.ask(SHOP, over=HOUR).names["lines"]) == 1


def test_lines_of_all_streams_are_one_list_with_the_newest_first() -> None:
    lines = [line(n * SECOND, f"{n}", pod=f"p{n % 3}") for n in range(50)]
    random.Random(7).shuffle(lines)
    with asking(*lines) as at:
        answer = at.ask(SHOP, over=HOUR)

    assert [each["line"] for each in answer.names["lines"]] == [
        str(n) for n in range(50)
    ]
    assert answer.data_as_of == NOON


@pytest.mark.parametrize(("count", "full"), [(4, True), (5, True), (6, False)])
def test_a_full_page_is_called_truncated(count: int, full: bool) -> None:
    with asking(*(line(n) for n in range(5))) as at:
        answer = at.ask(SHOP, over=HOUR, limit=Limit(count, "lines"))

    assert answer.names["truncated"] is full
    assert bool(answer.truncated) is full
    assert len(answer.names["lines"]) == min(count, 5)
    assert not answer.voids


def test_a_limit_is_always_sent_because_the_servers_own_is_silent() -> None:
    with asking(*(line(n) for n in range(150))) as at:
        answer = at.ask(SHOP, over=HOUR)

    assert len(answer.names["lines"]) == 150
    assert at.last.form["limit"] == "1000"


def test_a_limit_beyond_the_servers_is_the_querys_fault() -> None:
    with asking() as at, pytest.raises(QueryRejectedError, match="max entries limit"):
        at.ask(SHOP, over=HOUR, limit=Limit(5001, "lines"))


def test_no_line_at_all_is_not_worth_asking_for() -> None:
    with asking() as at, pytest.raises(QueryRejectedError, match="at least one"):
        at.ask(SHOP, over=HOUR, limit=Limit(0, "lines"))

    assert not at.double.asked


def test_labels_are_told_from_what_came_with_a_line_or_was_parsed_from_it() -> None:
    text = '{"level": "warn", "route": "/pay"}'
    with asking(line(0, text, trace_id="f00d")) as at:
        (found,) = at.ask(f"{SHOP} | json", over=HOUR).names["lines"]

    assert found["labels"] == {"app": "shop", "pod": "a"}
    assert found["fields"] == {"trace_id": "f00d", "level": "warn", "route": "/pay"}


def test_a_server_that_does_not_tell_them_apart_gives_all_as_both() -> None:
    with asking(line(0, trace_id="f00d"), knows_categories=False) as at:
        (found,) = at.ask(SHOP, over=HOUR).names["lines"]

    assert found["fields"]["trace_id"] == "f00d"
    assert found["labels"]["app"] == "shop"


def test_a_line_that_cannot_be_parsed_carries_its_error() -> None:
    with asking(line(0, "no json")) as at:
        (found,) = at.ask(f"{SHOP} | json", over=HOUR).names["lines"]

    assert found["fields"]["__error__"] == "JSONParserErr"


def test_a_log_query_without_a_window_reads_the_last_hour() -> None:
    with asking(line(MINUTE), line(61 * MINUTE)) as at:
        answer = at.ask(SHOP)

    assert len(answer.names["lines"]) == 1
    assert answer.window == Window(NOON - HOUR, NOON)
    assert "last hour" in answer.infos[0]
    assert at.last.path.endswith("/query_range")


def test_a_metric_query_without_a_window_is_asked_at_once() -> None:
    with asking(line(MINUTE)) as at:
        answer = at.ask(f"sum(count_over_time({SHOP}[5m]))")

    assert answer.kind == "instant"
    assert answer.names["value"] == 1.0
    assert at.last.path.endswith("/query")


def test_a_step_is_always_sent_and_both_ends_are_aligned_to_it() -> None:
    with asking(line(MINUTE)) as at:
        answer = at.ask(f"sum(rate({SHOP}[1m]))", over=HOUR)
        form = at.last.form

    step = int(float(form["step"]) * SECOND)
    assert step == 15 * SECOND
    assert int(form["start"]) % step == int(form["end"]) % step == 0
    times = [at for at, _ in answer.names["series"][0]["points"]]
    assert times == sorted(times)
    assert NOON.timestamp() - times[0] < 120  # in seconds, not in nanoseconds


def test_a_number_alone_is_an_answer_in_spite_of_its_milliseconds() -> None:
    with asking() as at:
        assert at.ask("1+1").names["value"] == 2.0


def test_too_many_points_are_refused_before_the_server_is_asked() -> None:
    second = timedelta(seconds=1)
    with asking() as at, pytest.raises(QueryRejectedError, match="longer step"):
        at.ask(f"rate({SHOP}[1m])", over=12 * HOUR, step=second)

    assert not at.double.asked


def test_a_query_that_fails_to_parse_is_told_in_the_servers_words() -> None:
    with asking() as at, pytest.raises(QueryRejectedError, match="line 1, col 9"):
        at.ask('{app="shop"', over=HOUR)


def test_an_error_that_quotes_log_content_loses_it() -> None:
    query = f"sum_over_time({SHOP} | logfmt | unwrap words [5m])"
    with asking(line(0)) as at, pytest.raises(QueryRejectedError) as caught:
        at.ask(query, over=HOUR)

    assert "SampleExtractionErr" in str(caught.value)
    assert "jo@example.test" not in str(caught.value)


def test_nothing_found_is_an_empty_list() -> None:
    with asking() as at:
        lines = at.ask(SHOP, over=HOUR)
        series = at.ask(f"sum(rate({SHOP}[1m]))", over=HOUR)

    assert lines.names == {"lines": [], "truncated": False}
    assert series.names == {"series": []}
    assert lines.empty
    assert series.empty


def test_an_unknown_tenant_looks_like_silence_and_is_said_so() -> None:
    with asking(line(0), tenants=("team-a",), tenant="team-b") as at:
        answer = at.ask(SHOP, over=HOUR)

    assert answer.empty
    assert "tenant 'team-b'" in answer.infos[0]


def test_a_missing_tenant_is_no_fault_of_the_query() -> None:
    with (
        asking(line(0), tenants=("team-a",)) as at,
        pytest.raises(
            BackendUnavailableError, match="401: no org id; check its tenant"
        ),
    ):
        at.ask(SHOP, over=HOUR)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (429, BackendUnavailableError),
        (499, BackendUnavailableError),
        (500, BackendUnavailableError),
        (504, BackendTimeoutError),
    ],
)
def test_a_plain_text_error_is_judged_by_its_status(
    status: int, error: type[Exception]
) -> None:
    with served(lambda _: Reply("something in plain words\n", status)) as url:
        loki = connect(Config(Endpoint(url)), clock=StillClock())
        with pytest.raises(error, match="something in plain words"):
            loki.ask(ask_for(SHOP))


def test_a_warning_voids_the_answer_but_not_the_praise_of_an_engine() -> None:
    partial = "maximum number of series (500) reached; returning partial results"
    praise = "Query was executed using the new experimental query engine"
    with asking(line(0), warnings=(praise, partial)) as at:
        warned = at.ask(f"sum(rate({SHOP}[1m]))", over=HOUR)
    with asking(line(0), warnings=(praise,)) as at:
        praised = at.ask(f"sum(rate({SHOP}[1m]))", over=HOUR)

    assert warned.voids == partial
    assert not praised.voids
    assert praised.warnings == (praise,)


def test_what_a_query_cost_is_told() -> None:
    with asking(line(0)) as at:
        details = at.ask(SHOP, over=HOUR).details

    assert details == {"bytes_read": 4096, "lines_read": 32, "server_seconds": 0.004}


def test_a_query_newer_than_our_grammar_is_still_sent_where_it_belongs() -> None:
    with asking(line(0)) as at:
        answer = at.ask(f"{SHOP} | shiny_new_stage", over=HOUR)

    assert answer.kind == "logs"


def test_labels_values_and_patterns_are_known() -> None:
    window, soon = Window(NOON - HOUR, NOON), timedelta(seconds=5)
    with asking(line(0), line(1, pod="b")) as at:
        knowledge = at.loki.knowledge

        assert knowledge.labels(window, soon) == ("app", "pod")
        assert knowledge.values("pod", window, soon) == ("a", "b")
        shapes = knowledge.patterns(SHOP, window, soon)
        assert [(each.pattern, each.lines) for each in shapes] == [
            ("POST <_>", 9),
            ("GET <_>", 5),
        ]


def test_knowledge_of_nothing_comes_without_data() -> None:
    window, soon = Window(NOON - HOUR, NOON), timedelta(seconds=5)
    with asking() as at:
        assert at.loki.knowledge.labels(window, soon) == ()
        assert at.loki.knowledge.patterns(SHOP, window, soon) == ()


def test_version_and_clock_of_the_server_are_told() -> None:
    with asking() as at:
        facts = at.loki.knowledge.facts(timedelta(seconds=5))

    assert facts.version == "3.7.6"
    assert facts.skew is not None


def test_the_end_of_a_window_may_be_given() -> None:
    ask = replace(ask_for(SHOP), at=NOON - HOUR)
    with asking(line(0), line(90 * MINUTE)) as at:
        answer = at.loki.ask(ask)

    assert len(answer.names["lines"]) == 1


def test_several_tenants_that_a_server_does_not_take_are_its_fault() -> None:
    def refuses(_: Request) -> Reply:
        return Reply("multiple org IDs present\n", 500)

    with served(refuses) as url:
        endpoint = Endpoint(url, tenant="team-a|team-b")
        loki = connect(Config(endpoint), clock=StillClock())
        with pytest.raises(BackendUnavailableError, match="multiple org IDs present"):
            loki.ask(ask_for(SHOP))


def test_what_loki_adds_to_a_line_is_no_label_of_its_stream() -> None:
    guessed = {"detected_level": "info"}
    told = Line(NOW - MINUTE, {"app": "shop"}, '{"level": "error"}', guessed)

    with asking(told) as at:
        answer = at.ask('{app="shop"} | json')

    (found,) = answer.names["lines"]
    assert found["labels"] == {"app": "shop"}
    assert found["fields"] == {"level": "error", "detected_level": "info"}
    assert level_of(found["fields"]) == "error"
