from __future__ import annotations

import pytest

from runbookkit.queries.traceql import check_traceql


@pytest.mark.parametrize("query", ["{ }", "{ .a } >> { .b }", "{ } | count() > 2"])
def test_a_search_gives_traces(query: str) -> None:
    assert check_traceql(query).kind == "traces"


@pytest.mark.parametrize(
    "query",
    ["{ .a } | rate()", "{ .a } | rate() | topk(5)", "{ .a } | compare({ .b })"],
)
def test_metrics_leave_the_kind_open(query: str) -> None:
    result = check_traceql(query)

    assert result.kind is None
    assert result.problems == ()


@pytest.mark.parametrize("query", ["{}", "{ } | rate()", "{ } >> { }"])
def test_filters_that_ask_nothing_are_unbounded(query: str) -> None:
    assert "reads every trace" in check_traceql(query).unbounded


@pytest.mark.parametrize("query", ["{ .a }", "{ } >> { .a }", "count() > 1"])
def test_one_filter_that_asks_something_bounds_a_query(query: str) -> None:
    assert check_traceql(query).unbounded == ""


def test_one_mistake_gives_one_message() -> None:
    result = check_traceql('{ (status + 1) > "x" && span.a = 1 }')

    assert [problem.message for problem in result.problems] == [
        "`+` joins numbers, and this is a status"
    ]


def test_a_pattern_may_be_an_attribute_in_tempo_2() -> None:
    query = "{ span.a =~ span.b }"

    assert check_traceql(query, "2.10").problems == ()
    assert check_traceql(query, "3.0").problems != ()


def test_nesting_without_end_is_no_danger() -> None:
    query = "{ " + "(" * 4_000 + ".a" + ")" * 4_000 + " }"

    assert check_traceql(query).problems == ()
