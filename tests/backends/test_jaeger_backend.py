from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from backends.asks import HOUR, ask_for, backend_at
from doubles.clocks import NOON
from doubles.jaeger import JaegerDouble, Trace
from doubles.served import Reply, Request, served
from runbookkit.errors import BackendUnavailableError, QueryRejectedError
from runbookkit.model.answer import Answer
from runbookkit.model.runbook import Limit
from runbookkit.moments import nanoseconds

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
AT = nanoseconds(NOON - timedelta(minutes=5)) // 1000
OLD = Trace("a1", AT - 60_000_000)
NEW = Trace("f00d", AT, failed=True)
SHOP = 'service="shop"'


def asked(
    handle: Callable[[Request], Reply],
    text: str,
    over: timedelta | None = HOUR,
    limit: int = 20,
) -> Answer:
    with served(handle) as url:
        ask = ask_for(text, language="jaeger", over=over, limit=Limit(limit, "traces"))
        return backend_at("jaeger", url).ask(ask)


def test_a_search_asks_for_a_window_in_microseconds_and_whole_words() -> None:
    double = JaegerDouble()

    asked(double, 'service="shop" operation="GET /" minDuration=5ms tag.error="true"')

    assert dict(double.asked[0].params) == {
        "service": "shop",
        "operation": "GET /",
        "minDuration": "5ms",
        "tags": '{"error": "true"}',
        "start": str(nanoseconds(NOON - HOUR) // 1000),
        "end": str(nanoseconds(NOON) // 1000),
        "limit": "20",
    }


def test_traces_come_newest_first_and_say_who_took_part() -> None:
    answer = asked(JaegerDouble([OLD, NEW]), SHOP)

    newest, oldest = answer.names["traces"]
    assert newest["trace_id"] == "f00d".zfill(32)
    assert oldest["trace_id"] == "a1".zfill(32)
    assert (newest["root_service"], newest["root_name"]) == ("shop", "GET /")
    assert newest["services"] == ["cart", "shop"]
    assert (newest["duration_ms"], newest["errors"]) == (50.0, 1)
    assert answer.names["errors"] == [newest]
    assert answer.warnings == ("clock skew adjusted",)


def test_spans_are_told_as_those_of_other_tracers() -> None:
    root, child = asked(JaegerDouble([NEW]), 'trace="F00D"').names["spans"]

    assert (root["kind"], root["status"], root["parent_id"]) == ("server", "error", "")
    assert (child["kind"], child["status"]) == ("client", "unset")
    assert child["parent_id"] == root["span_id"] == "00f067aa0ba902b7"
    assert child["start"] == "2026-11-20T11:55:00.001000000Z"
    assert child["duration_ms"] == 2.0
    assert root["attributes"] == {"code": 500}
    assert child["resource"] == {"service.name": "cart", "pod": "cart-1"}
    assert child["events"][0]["name"] == "retry"


@pytest.mark.parametrize("victoria", [False, True])
def test_a_trace_that_is_not_there_is_empty_and_no_error(victoria: bool) -> None:
    answer = asked(JaegerDouble(victoria=victoria), 'trace="abc"')

    assert answer.kind == "trace"
    assert answer.empty
    assert answer.names["traces"] == []
    assert "does not have this trace" in answer.infos[0]


def test_a_path_without_the_api_is_no_missing_trace() -> None:
    def page(_: Request) -> Reply:
        return Reply("404 page not found\n", 404)

    with pytest.raises(BackendUnavailableError, match="/api/traces is not there"):
        asked(page, 'trace="abc"')


@pytest.mark.parametrize("victoria", [False, True])
def test_what_the_server_refuses_is_rejected_in_its_words(victoria: bool) -> None:
    with pytest.raises(QueryRejectedError, match="'service' is required"):
        asked(JaegerDouble(victoria=victoria), 'service=""')


@pytest.mark.parametrize("text", ["{ status = error }", 'trace="xyz"', "", "a=b"])
def test_what_cannot_be_read_is_never_sent(text: str) -> None:
    double = JaegerDouble()

    with pytest.raises(QueryRejectedError):
        asked(double, text)

    assert double.asked == []


def test_a_full_page_is_said_to_be_cut() -> None:
    assert asked(JaegerDouble([OLD, NEW]), SHOP, limit=2).truncated
    assert not asked(JaegerDouble([OLD, NEW]), SHOP, limit=3).truncated


def test_a_search_without_a_window_reads_the_last_hour_and_says_so() -> None:
    answer = asked(JaegerDouble([NEW]), SHOP, over=None)

    assert len(answer.names["traces"]) == 1
    assert "the last hour was read" in answer.infos[0]


def test_errors_beside_traces_void_the_answer() -> None:
    answer = asked(JaegerDouble([NEW], errors=("shard 3 did not answer",)), SHOP)

    assert "shard 3 did not answer" in answer.voids


def test_errors_in_place_of_traces_are_an_error() -> None:
    with pytest.raises(BackendUnavailableError, match="shard 3"):
        asked(JaegerDouble(errors=("shard 3 did not answer",)), SHOP)


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"data": 5},
        {"data": [{"spans": [{}]}]},
        {"data": [7]},
        {"data": {"a": 1}},
    ],
)
def test_what_no_jaeger_answers_is_an_error(body: object) -> None:
    with pytest.raises(BackendUnavailableError, match="Jaeger"):
        asked(lambda _: Reply(body), SHOP)


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ('trace="F00D"', "http://jaeger:16686/trace/f00d"),
        (SHOP, "http://jaeger:16686/search?service=shop&start=1795172400000000"),
        ("{}", ""),
    ],
)
def test_links_open_jaegers_own_page(text: str, link: str) -> None:
    backend = backend_at("jaeger", "http://jaeger:16686")

    found = backend.link(ask_for(text, language="jaeger", over=HOUR))

    assert found.startswith(link)
    assert bool(found) == bool(link)
