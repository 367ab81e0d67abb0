from __future__ import annotations

import pytest

from runbookkit.queries.logql import check_logql


@pytest.mark.parametrize(
    "query",
    ['{app="x"}', '{app="x"} | json', '({app="x"} |= "y")', '{app="x"} | x = "y"'],
)
def test_a_query_for_lines_gives_logs(query: str) -> None:
    assert check_logql(query).kind == "logs"


@pytest.mark.parametrize(
    "query",
    ['rate({app="x"}[5m])', "1 + 1", 'variants(rate({a="b"}[1m])) of ({a="b"}[1m])'],
)
def test_a_query_for_numbers_leaves_the_kind_open(query: str) -> None:
    result = check_logql(query)

    assert result.kind is None
    assert result.problems == ()


@pytest.mark.parametrize(
    "query",
    ['{app=~".+"}', '{app!="", env!="dev"}', 'sum(rate({app=~".+|x"} |= "a" [5m]))'],
)
def test_a_selector_that_matches_everything_is_unbounded(query: str) -> None:
    assert "reads every log stream" in check_logql(query).unbounded


@pytest.mark.parametrize(
    "query",
    ['{app="x", env!=""}', '{app=~"x.*"}', '{app=~".+", env=~"a|b"}', "vector(1)"],
)
def test_one_label_held_to_values_bounds_a_query(query: str) -> None:
    assert check_logql(query).unbounded == ""


def test_finds_every_bad_stage_at_once() -> None:
    query = '{app="x"} |~ "(" | pattern "y" | line_format "{{.z"'

    starts = [problem.start for problem in check_logql(query).problems]

    assert starts == [query.index('"("'), query.index('"y"'), query.index('"{{')]


def test_nesting_without_end_is_no_danger() -> None:
    query = "(" * 4_000 + '{app="x"}' + ")" * 4_000

    assert check_logql(query).problems == ()
