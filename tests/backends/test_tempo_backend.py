"""Tempo's traps, each before a double that springs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from backends.asks import HOUR, ask_for, misfits
from doubles.clocks import NOON, StillClock
from doubles.served import Reply, Request, served
from doubles.tempo import TempoDouble, Trace
from runbookkit.backends.tempo import Config, Tempo, connect
from runbookkit.errors import (
    AnswerTooLargeError,
    BackendUnavailableError,
    QueryRejectedError,
)
from runbookkit.http import Endpoint
from runbookkit.model.answer import Answer, Window
from runbookkit.model.runbook import Limit
from runbookkit.moments import nanoseconds

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
NOW = int(NOON.timestamp())
SHORT_ID = "00b" + "1" * 29
ID = "5b" + "2" * 30
ERRORS = "{ status = error }"
RATE = "{ status = error } | rate()"


@dataclass
class Asking:
    tempo: Tempo
    double: TempoDouble

    def ask(self, text: str, **asked: Any) -> Answer:
        answer = self.tempo.ask(ask_for(text, language="traceql", **asked))
        assert misfits(answer) == []
        return answer

    @property
    def last(self) -> Request:
        return self.double.asked[-1]


@contextmanager
def asking(*traces: Trace, tenant: str = "", **settings: Any) -> Iterator[Asking]:
    double = TempoDouble(list(traces), **settings)
    with served(double) as url:
        config = Config(Endpoint(url, tenant=tenant))
        yield Asking(connect(config, clock=StillClock()), double)


def trace(id_: str = ID, ago: int = 600, **more: Any) -> Trace:
    return Trace(id_, nanoseconds(NOON) - ago * 1_000_000_000, **more)


# ---- one trace by its id


@pytest.mark.parametrize("has_v2", [True, False])
@pytest.mark.parametrize(
    "text",
    [ID, ID.upper(), f" {ID}\n", f'{{ trace:id = "{ID}" }}', f"{{trace:id=`{ID}`}}"],
)
def test_one_trace_is_asked_for_by_its_id(text: str, has_v2: bool) -> None:
    with asking(trace(failed=True), has_v2=has_v2) as at:
        answer = at.ask(text)

    assert answer.kind == "trace"
    assert answer.names["traces"][0]["trace_id"] == ID
    assert answer.names["duration_ms"] == 50.0
    assert [each["name"] for each in answer.names["spans"]] == ["GET /", "call"]
    assert [each["name"] for each in answer.names["errors"]] == ["GET /"]


def test_no_window_narrows_the_look_up_of_a_trace() -> None:
    # Tempo only leaves out whole blocks by it, and finds a newer trace all the same
    with asking(trace()) as at:
        at.ask(ID, over=timedelta(days=1))

    assert [dict(each.params) for each in at.double.asked] == [{}]


def test_an_id_with_a_window_around_it_is_searched_for() -> None:
    with asking(trace()) as at:
        answer = at.ask(f'{{ trace:id = "{ID}" }}', over=HOUR)

    assert answer.kind == "traces"
    assert at.last.path == "/api/search"


@pytest.mark.parametrize("has_v2", [True, False])
def test_a_trace_that_is_not_there_is_an_empty_list_and_no_error(has_v2: bool) -> None:
    with asking(has_v2=has_v2) as at:
        answer = at.ask(ID)

    assert answer.empty
    assert answer.names == {"traces": [], "spans": [], "errors": []}
    assert "was too large to be kept" in answer.infos[0]
    assert not answer.voids


@pytest.mark.parametrize("given", ["b" + "1" * 29, "00B" + "1" * 29, SHORT_ID])
def test_an_id_may_lack_its_leading_zeros(given: str) -> None:
    with asking(trace(SHORT_ID)) as at:
        answer = at.ask(given)

    assert answer.names["traces"][0]["trace_id"] == SHORT_ID
    assert at.last.path.endswith(f"/{SHORT_ID}")


def test_an_id_may_have_dashes() -> None:
    with asking(trace()) as at:
        assert not at.ask(f"{ID[:8]}-{ID[8:]}").empty


@pytest.mark.parametrize("given", ["xyz", "1" * 33, ""])
def test_what_is_no_id_is_refused_before_tempo_is_asked(given: str) -> None:
    with asking() as at, pytest.raises(QueryRejectedError, match="32 hex digits"):
        at.ask(f'{{ trace:id = "{given}" }}')

    assert not at.double.asked


def test_spans_have_plain_words_numbers_and_hexadecimal_ids() -> None:
    with asking(trace(failed=True)) as at:
        root, child = at.ask(ID).names["spans"]

    assert root["span_id"] == "00f067aa0ba902b7"
    assert root["parent_id"] == ""
    assert child["parent_id"] == root["span_id"]
    assert (root["kind"], child["kind"]) == ("server", "client")
    assert (root["status"], child["status"]) == ("error", "unset")
    assert root["attributes"] == {"code": 500}
    assert root["service"] == "shop"
    assert child["events"][0]["name"] == "retry"


def test_a_part_of_a_trace_is_not_judged() -> None:
    with asking(trace(), partial=True) as at:
        assert at.ask(ID).voids == "Trace exceeds maximum size"


def test_a_trace_over_the_older_servers_limit_is_too_large() -> None:
    def handle(request: Request) -> Reply:
        return Reply("trace too large", 404 if "v2" in request.path else 422)

    with served(handle) as url:
        tempo = connect(Config(Endpoint(url)), clock=StillClock())
        with pytest.raises(AnswerTooLargeError, match="exceeds the server's limit"):
            tempo.ask(ask_for(ID))


def test_a_page_that_says_404_is_not_a_trace_that_is_not_there() -> None:
    with served(lambda _: Reply("404 page not found", 404)) as url:
        tempo = connect(Config(Endpoint(url)), clock=StillClock())
        with pytest.raises(BackendUnavailableError, match="answers 404"):
            tempo.ask(ask_for(ID))


def test_a_trace_in_a_form_of_its_own_is_not_taken_for_none() -> None:
    with served(lambda _: Reply({"trace": {"services": []}})) as url:
        tempo = connect(Config(Endpoint(url)), clock=StillClock())
        with pytest.raises(BackendUnavailableError, match="form of Tempo's"):
            tempo.ask(ask_for(ID))


def test_ids_of_a_trace_may_be_hexadecimal_already() -> None:
    span = {"traceId": ID, "spanId": "00F067AA0BA902B7", "startTimeUnixNano": "1"}
    spans = [{"scopeSpans": [{"spans": [span]}]}]
    with served(lambda _: Reply({"trace": {"resourceSpans": spans}})) as url:
        tempo = connect(Config(Endpoint(url)), clock=StillClock())
        answer = tempo.ask(ask_for(ID))

    assert answer.names["spans"][0]["trace_id"] == ID
    assert answer.names["spans"][0]["span_id"] == "00f067aa0ba902b7"


def test_what_is_no_id_at_all_is_not_taken_for_one() -> None:
    span = {"traceId": "%%%", "spanId": "AAAAAAAAAAA=", "startTimeUnixNano": "1"}
    spans = [{"scopeSpans": [{"spans": [span]}]}]
    with served(lambda _: Reply({"trace": {"resourceSpans": spans}})) as url:
        tempo = connect(Config(Endpoint(url)), clock=StillClock())
        with pytest.raises(BackendUnavailableError, match="form of Tempo's"):
            tempo.ask(ask_for(ID))


def test_spans_in_the_form_of_old_servers_are_read() -> None:
    span = {"traceId": ID, "spanId": "00f067aa0ba902b7", "startTimeUnixNano": "1"}
    old = {"batches": [{"instrumentationLibrarySpans": [{"spans": [span]}]}]}

    def handle(request: Request) -> Reply:
        return Reply("", 404) if "v2" in request.path else Reply(old)

    with served(handle) as url:
        tempo = connect(Config(Endpoint(url)), clock=StillClock())
        assert len(tempo.ask(ask_for(ID)).names["spans"]) == 1


# ---- search


def test_search_is_a_get_whose_times_are_whole_seconds_at_both_ends() -> None:
    window = Window(NOON - HOUR + timedelta(seconds=0.7), NOON - timedelta(seconds=0.3))
    with asking(trace(failed=True)) as at:
        at.tempo.ask(replace(ask_for(ERRORS), window=window))

    assert at.last.method == "GET"
    assert at.last.params["q"] == ERRORS
    assert at.last.params["start"] == str(NOW - 3600)
    assert at.last.params["end"] == str(NOW)


def test_a_search_without_a_window_reads_the_last_hour() -> None:
    with asking(trace(failed=True), trace("a" * 32, ago=4000, failed=True)) as at:
        answer = at.ask(ERRORS)

    assert len(answer.names["traces"]) == 1
    assert "last hour" in answer.infos[0]


def test_ids_of_search_have_all_their_digits() -> None:
    with asking(trace(SHORT_ID, failed=True)) as at:
        answer = at.ask(ERRORS, over=HOUR)

    assert answer.names["traces"][0]["trace_id"] == SHORT_ID
    assert answer.names["spans"][0]["trace_id"] == SHORT_ID
    assert answer.names["spans"][0]["span_id"] == "00f067aa0ba902b7"


def test_traces_come_with_the_newest_first_whatever_the_servers_order() -> None:
    traces = [trace(f"{n:032x}", ago=n * 60, failed=True) for n in (3, 1, 2)]
    with asking(*traces) as at:
        answer = at.ask(ERRORS, over=HOUR)

    ids = [int(each["trace_id"], 16) for each in answer.names["traces"]]
    assert ids == [1, 2, 3]
    assert answer.data_as_of == NOON - timedelta(minutes=1)


def test_a_single_trace_has_a_duration_even_when_it_is_zero() -> None:
    with asking(trace(failed=True, milliseconds=0)) as at:
        one = at.ask(ERRORS, over=HOUR)
    with asking(trace(failed=True), trace("a" * 32, failed=True)) as at:
        two = at.ask(ERRORS, over=HOUR)

    assert one.names["duration_ms"] == 0
    assert "duration_ms" not in two.names


def test_traces_with_failed_spans_are_the_errors_of_a_search() -> None:
    with asking(trace(failed=True), trace("a" * 32)) as at:
        answer = at.ask("{ resource.service.name = `shop` }", over=HOUR)

    assert [each["trace_id"] for each in answer.names["errors"]] == [ID]


@pytest.mark.parametrize(("count", "full"), [(2, True), (3, True), (4, False)])
def test_a_full_page_is_called_truncated(count: int, full: bool) -> None:
    with asking(*(trace(f"{n:032x}", failed=True) for n in range(3))) as at:
        answer = at.ask(ERRORS, over=HOUR, limit=Limit(count, "traces"))

    assert bool(answer.truncated) is full
    assert at.last.params["limit"] == str(count)
    assert at.last.params["spss"] == "20"


def test_no_trace_at_all_is_not_worth_asking_for() -> None:
    with asking() as at, pytest.raises(QueryRejectedError, match="at least one"):
        at.ask(ERRORS, over=HOUR, limit=Limit(0, "traces"))

    assert not at.double.asked


def test_an_answer_says_until_when_search_knows() -> None:
    with asking() as at:
        now = at.ask(ERRORS, over=HOUR)
        then = at.tempo.ask(
            replace(ask_for(ERRORS), window=Window(NOON - 2 * HOUR, NOON - HOUR))
        )

    assert "data until 11:59:30 UTC" in now.infos[0]
    assert then.infos == ()


def test_a_trace_that_search_does_not_know_yet_is_there_by_its_id() -> None:
    with asking(trace(ago=5), searchable_until=NOW - 30) as at:
        searched = at.ask(f'{{ trace:id = "{ID}" }}', over=HOUR)
        by_id = at.ask(ID)

    assert searched.empty
    assert not by_id.empty


def test_a_number_in_quotes_that_finds_nothing_is_explained() -> None:
    with asking(trace()) as at:
        answer = at.ask('{ span.http.code = "500" }', over=HOUR)

    assert answer.empty
    assert "`span.http.code` is compared with a text" in answer.infos[-1]


@pytest.mark.parametrize("text", ["{ status = ", "{ foo = 1 "])
def test_a_query_that_fails_to_parse_is_the_querys_fault(text: str) -> None:
    with asking() as at, pytest.raises(QueryRejectedError, match="invalid TraceQL"):
        at.ask(text, over=HOUR)


def test_a_window_over_a_week_is_the_querys_fault() -> None:
    with asking() as at, pytest.raises(QueryRejectedError, match="168h"):
        at.ask(ERRORS, over=timedelta(days=8))


def test_an_unknown_tenant_looks_like_silence_and_is_said_so() -> None:
    with asking(trace(failed=True), tenants=("team-a",), tenant="team-b") as at:
        answer = at.ask(ERRORS, over=HOUR)

    assert answer.empty
    assert "tenant 'team-b'" in answer.infos[-1]


def test_a_missing_tenant_is_no_fault_of_the_query() -> None:
    with (
        asking(tenants=("team-a",)) as at,
        pytest.raises(
            BackendUnavailableError, match="401: no org id; check its tenant"
        ),
    ):
        at.ask(ERRORS, over=HOUR)


# ---- metrics


def test_a_metrics_query_is_never_sent_to_search() -> None:
    with asking(trace(failed=True), values={NOW - 600: 2}) as at:
        answer = at.ask(RATE, over=HOUR)
        newer = at.ask("{} | rate() | shiny_new_stage(3)", over=HOUR)

    assert answer.kind == newer.kind == "range"
    assert {each.path for each in at.double.asked} == {"/api/metrics/query_range"}


def test_a_missing_value_is_a_zero_and_times_are_seconds() -> None:
    with asking(values={NOW - 600: 2.5}) as at:
        (series,) = at.ask(RATE, over=HOUR).names["series"]

    assert [NOW - 600.0, 2.5] in series["points"]
    assert series["min"] == 0.0
    assert series["max"] == 2.5
    assert series["labels"] == {"name": "GET /", "p": "0.5"}


def test_points_that_are_not_complete_yet_are_left_out() -> None:
    values = dict.fromkeys(range(NOW - 3600, NOW - 60 + 1, 60), 4.0)
    with asking(values=values) as at:
        answer = at.ask(RATE, over=HOUR, step=timedelta(seconds=60))

    assert answer.names["series"][0]["last"] == 4.0
    assert answer.names["series"][0]["points"][-1][0] == NOW - 60
    assert "data until 11:59:00 UTC" in answer.infos[0]


@pytest.mark.parametrize("minutes", [3, 60, 1440])
def test_a_step_is_at_most_a_twentieth_of_the_window(minutes: int) -> None:
    with asking() as at:
        at.ask(RATE, over=timedelta(minutes=minutes))

    params = at.last.params
    step = int(params["step"].removesuffix("s"))
    assert step * 20 <= minutes * 60
    assert int(params["start"]) % step == int(params["end"]) % step == 0


def test_a_window_shorter_than_the_lag_holds_no_numbers() -> None:
    with asking() as at, pytest.raises(QueryRejectedError, match="60 s late"):
        at.ask(RATE, over=timedelta(seconds=45))


def test_metrics_that_are_not_set_up_look_like_no_data_and_are_said_so() -> None:
    with asking(has_metrics=False) as at:
        over = at.ask(RATE, over=HOUR)
        at_once = at.ask(RATE)

    assert over.empty
    assert at_once.empty
    for answer in (over, at_once):
        assert "not set up" in answer.infos[-1]


def test_zeros_alone_may_mean_that_there_is_no_data() -> None:
    with asking() as at:
        answer = at.ask(RATE, over=HOUR)

    assert not answer.empty
    assert "only zeros" in answer.infos[-1]


def test_a_metrics_query_without_a_window_gives_one_number() -> None:
    with asking(values={NOW - 600: 2.0, NOW - 540: 3.0}) as at:
        answer = at.ask("{ status = error } | count_over_time()")

    assert answer.kind == "instant"
    assert answer.names["value"] == 5.0
    assert at.last.path == "/api/metrics/query"


def test_a_part_of_the_series_is_not_judged() -> None:
    with asking(values={NOW - 600: 2.0}, partial=True) as at:
        answer = at.ask(RATE, over=HOUR)

    assert answer.voids == "maximum series limit of 1"
    assert not answer.empty


def test_numbers_of_more_than_a_day_are_the_querys_fault() -> None:
    with asking() as at, pytest.raises(QueryRejectedError, match="24h"):
        at.ask(RATE, over=timedelta(hours=26))


# ---- the rest


def test_attributes_and_the_types_of_their_values_are_known() -> None:
    window, soon = Window(NOON - HOUR, NOON), timedelta(seconds=5)
    with asking() as at:
        knowledge = at.tempo.knowledge

        assert knowledge.attributes(window, soon) == {"span": ("code", "route")}
        assert knowledge.values("span.code", window, soon) == {"500": "int"}
        assert knowledge.facts(soon).version == "v3.0.3"


def test_an_answer_from_a_part_of_the_store_says_so() -> None:
    body = {"traces": [], "metrics": {"completedJobs": 2, "totalJobs": 3}}
    with served(lambda _: Reply(body)) as url:
        tempo = connect(Config(Endpoint(url)), clock=StillClock())
        answer = tempo.ask(ask_for(ERRORS, over=HOUR))

    assert answer.infos[-1] == "2 of 3 parts of the store were read"
