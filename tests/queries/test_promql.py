from __future__ import annotations

import pytest

from runbookkit.queries.promql import check_promql


@pytest.mark.parametrize(
    ("query", "metrics"),
    [
        ("up", ("up",)),
        ("sum by (job) (rate(a[5m])) / on (job) group_left (x) b", ("a", "b")),
        ('{__name__="a", job="x"} or {"b.c"}', ("a", "b.c")),
        ("count(up) unless sum without (a, b) (down offset 5m)", ("up", "down")),
        ("a and b or a @ end()", ("a", "b", "a")),
        ("time() > 5 * NaN", ()),
        ('{job="x"}', ()),
        ("sum / by_job:rate5m", ("sum", "by_job:rate5m")),
    ],
)
def test_names_the_metrics_that_a_query_selects(
    query: str, metrics: tuple[str, ...]
) -> None:
    assert check_promql(query).metrics == metrics


@pytest.mark.parametrize("query", ["up[5m]", "(up[5m])", "rate(up[5m])[1h:5m]"])
def test_a_range_at_the_end_is_a_shape_of_its_own(query: str) -> None:
    assert check_promql(query).kind == "range"


@pytest.mark.parametrize("query", ["up", "rate(up[5m])", "1", "(a) + (b)"])
def test_anything_else_leaves_the_kind_open(query: str) -> None:
    assert check_promql(query).kind is None


@pytest.mark.parametrize("query", ['{__name__=~".+"}', 'count({job!=""})'])
def test_a_selector_that_matches_everything_is_unbounded(query: str) -> None:
    assert "reads every series" in check_promql(query).unbounded


@pytest.mark.parametrize("query", ["up", '{job="x"}', '{__name__=~"http_.*"}'])
def test_a_name_or_a_label_bounds_a_selector(query: str) -> None:
    assert check_promql(query).unbounded == ""


def test_the_smallest_part_that_is_wrong_is_marked() -> None:
    query = "sum(rate(a[5m])) / sum(rate(b)) + histogram_quantile(0.9, rate(c[5m]))"

    (problem,) = check_promql(query).problems

    assert problem.start == query.index("rate(b)")
    assert problem.end - problem.start == len("rate")


def test_prometheus_2_still_smooths_by_its_old_name() -> None:
    query = "holt_winters(up[1h], 0.5, 0.5)"

    assert check_promql(query, "2.55").problems == ()
    assert check_promql(query, "3.0").problems != ()


def test_a_query_too_deep_for_the_parser_is_not_judged() -> None:
    result = check_promql("(" * 400 + "up" + ")" * 400)

    assert result.problems == ()
    assert "300 operators and brackets" in result.unchecked


def test_a_sum_of_a_hundred_metrics_is_judged() -> None:
    assert check_promql(" + ".join(["up"] * 100)).unchecked == ""
