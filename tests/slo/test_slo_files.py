from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from runbookkit.markdown.slofile import parse_slo_file
from runbookkit.model.slo import SloFile
from runbookkit.queries.promql_ranges import per_second

HANDBOOK = Path(__file__).parents[2] / "ops-handbook" / "slos"
SLOTH = """\
version: prometheus/v1
service: shop
slos:
  - name: orders
    objective: 99.9
    sli:
      events:
        error_query: sum(rate(orders_total{ok="no"}[{{ .window }}]))
        total_query: sum(rate(orders_total[{{.window}}]))
    alerting:
      name: Orders
"""
OPENSLO = """\
apiVersion: openslo/v1
kind: SLO
metadata:
  name: orders
spec:
  service: shop
  indicator:
    metadata: {name: orders}
    spec:
      ratioMetric:
        counter: true
        good:
          metricSource:
            type: Prometheus
            spec: {query: 'sum(orders_total{ok="yes"})'}
        total:
          metricSource:
            type: Prometheus
            spec: {query: 'orders_total'}
  timeWindow:
    - {duration: 28d, isRolling: true}
  budgetingMethod: Occurrences
  objectives:
    - {target: 0.99}
    - {target: 0.999}
"""


def read(text: str) -> SloFile:
    return parse_slo_file(text, "slos.yaml", per_second)


def told(text: str) -> list[tuple[int, str]]:
    return [(each.line, each.message) for each in read(text).problems]


@pytest.mark.parametrize("file", sorted(HANDBOOK.glob("*.yaml")), ids=lambda f: f.stem)
def test_our_objectives_are_read_without_a_remark(file: Path) -> None:
    found = read(file.read_text())

    assert found.objectives
    assert not found.problems


def test_a_target_and_what_it_leaves_are_not_rounded() -> None:
    (objective,) = read(SLOTH).objectives

    assert (objective.target, objective.budget) == (0.999, 0.001)


def test_the_window_is_spelled_in_one_way() -> None:
    (objective,) = read(SLOTH).objectives

    assert objective.error_query == 'sum(rate(orders_total{ok="no"}[{{.window}}]))'


def test_openslo_is_read_and_its_counters_get_a_window() -> None:
    first, second = read(OPENSLO).objectives

    assert first.total_query == "sum(rate(orders_total[{{.window}}]))"
    assert first.error_query.startswith("(sum(rate(orders_total[")
    assert (first.window, first.target) == (timedelta(days=28), 0.99)
    assert (second.id, second.target) == ("shop-orders-2", 0.999)


def test_a_key_that_is_not_read_is_named_with_its_line() -> None:
    found = told(
        SLOTH.replace("    objective: 99.9", "    objective: 99.9\n    foo: 1")
    )

    assert found == [(6, "`foo` is not read: it has no effect here")]


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("99.9", "ninety", 5, "`objective` must be a number between 0 and 100"),
        ("99.9", "100", 5, "`objective` must be a number between 0 and 100"),
        ("99.9", ".nan", 5, "`objective` must be a number between 0 and 100"),
        ("[{{.window}}]", "[5m]", 9, "`total_query` must hold `{{.window}}`"),
        ("{{.window}}", "{{.period}}", 9, "only `{{.window}}` is known"),
        ("      events:", "      plugin:", 7, "`plugin` is not supported"),
        ("service: shop", "service: 'a b'", 1, "`service` must be a name"),
        (
            "version: prometheus/v1",
            "version: v9",
            1,
            "neither `version: prometheus/v1`",
        ),
    ],
)
def test_what_cannot_be_used_is_said_where_it_stands(
    old: str, new: str, line: int, message: str
) -> None:
    found = read(SLOTH.replace(old, new))

    assert not found.objectives
    assert any(
        each.line == line and message in each.message for each in found.problems
    ), found.problems


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Occurrences", "Timeslices", "budgeting method 'Timeslices' is not supported"),
        ("isRolling: true", "isRolling: false", "only rolling windows are supported"),
        ("28d", "1M", "`duration` must be hours, days or weeks"),
        ("type: Prometheus", "type: Datadog", "'Datadog' is not supported"),
        ("'orders_total'", "'max(orders_total)'", "`query` cannot be given a window"),
        ("counter: true", "counter: false", "`query` cannot be given a window"),
        ("ratioMetric", "thresholdMetric", "only `ratioMetric` is supported"),
    ],
)
def test_what_openslo_offers_beyond_is_refused_by_name(
    old: str, new: str, message: str
) -> None:
    found = read(OPENSLO.replace(old, new))

    assert not found.objectives
    assert any(message in each.message for each in found.problems), found.problems


def test_other_kinds_of_openslo_are_named() -> None:
    more = "---\napiVersion: openslo/v1\nkind: AlertPolicy\nmetadata: {name: a}\n"

    found = read(OPENSLO + more)

    assert len(found.objectives) == 2
    assert "kind 'AlertPolicy' is not read" in found.problems[0].message


def test_a_few_aliases_cannot_become_gigabytes() -> None:
    bomb = "version: &a [1]\nservice: [*a, *a]\n"

    assert told(bomb) == [(2, "YAML aliases are not read; write the value out")]


@given(
    st.text() | st.from_regex(r"(version|slos|service): [\[{&*!]?.*\n", fullmatch=True)
)
def test_no_text_raises(text: str) -> None:
    found = read(text)

    assert not found.objectives
