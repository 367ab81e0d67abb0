from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from runbookkit.app.cardinality import (
    Budget,
    Series,
    budget_of,
    judge_series,
    read_budgets,
    stored,
)
from runbookkit.clock import SystemClock
from runbookkit.errors import ConfigError, UsageError
from runbookkit.model.answer import Answer, Ask

HANDBOOK = Path(__file__).parents[2] / "ops-handbook" / "budgets.yaml"


def series(name: str, count: int, label: str = "user") -> list[Series]:
    return [(name, (("code", "200"), (label, str(each)))) for each in range(count)]


def test_a_service_over_its_budget_names_the_label_to_drop() -> None:
    found = [*series("carts", 500), ("up", ())]

    verdict = judge_series("shop", Budget(100), found)

    assert verdict.over
    assert verdict.series == 501
    worst = verdict.top[0]
    assert (worst.name, worst.label, worst.values, worst.without) == (
        "carts",
        "user",
        500,
        1,
    )


def test_a_metric_over_its_own_budget_is_over_though_the_service_is_not() -> None:
    budget = Budget(1000, metrics={"carts": 10})

    assert judge_series("shop", budget, series("carts", 11)).over
    assert not judge_series("shop", budget, series("carts", 10)).over


def test_a_metric_with_a_budget_and_no_series_is_shown() -> None:
    verdict = judge_series("shop", Budget(10, metrics={"gone": 5}), [])

    assert [(each.name, each.series) for each in verdict.top] == [("gone", 0)]
    assert not verdict.over


labels = st.dictionaries(st.sampled_from("abc"), st.sampled_from("12"), max_size=3)


@given(st.lists(st.tuples(st.sampled_from(["m", "n"]), labels), max_size=30))
def test_a_series_that_is_exposed_twice_counts_once(
    found: list[tuple[str, dict[str, str]]],
) -> None:
    once = {(name, tuple(sorted(each.items()))) for name, each in found}

    verdict = judge_series("shop", Budget(10), [*once, *once])

    assert verdict.series == len(once)
    assert all(0 <= each.without <= each.series for each in verdict.top)


class Stored:
    """Prometheus, as far as the questions go."""

    name = "prometheus"
    languages: tuple[str, ...] = ("promql",)

    def __init__(self, answers: dict[str, list[dict[str, object]]]) -> None:
        self._answers = answers

    def ask(self, ask: Ask) -> Answer:
        found = next((v for k, v in self._answers.items() if k in ask.text), [])
        return Answer(
            "instant", {"series": found}, "prometheus", ask.text, ask.now, timedelta(0)
        )

    def link(self, ask: Ask) -> str:
        return ask.text


def test_what_is_stored_is_counted_for_one_instance_with_its_growth() -> None:
    carts = [
        {"labels": {"__name__": "carts", "user": str(n)}, "value": 1.0}
        for n in range(6)
    ]
    answers: dict[str, list[dict[str, object]]] = {
        "count(up": [{"labels": {}, "value": 2.0}],
        "offset 1h": [{"labels": {"__name__": "carts"}, "value": 2.0}],
        "count by": [{"labels": {"__name__": "carts"}, "value": 6.0}],
        "topk": [dict(each) for each in carts],
    }

    verdict = stored("shop", Budget(2), Stored(answers), SystemClock())

    carts_use = verdict.top[0]
    assert (verdict.series, carts_use.series, carts_use.grown) == (3, 3, 2)
    assert carts_use.label == "user"
    assert verdict.over


def test_the_handbooks_budgets_are_read() -> None:
    assert budget_of(read_budgets(HANDBOOK), "checkout").series > 0
    with pytest.raises(UsageError, match="has no budget"):
        budget_of(read_budgets(HANDBOOK), "nobody")


@pytest.mark.parametrize("text", ["services: [", "services: {a: {seris: 3}}", "- 1"])
def test_a_wrong_file_is_an_error_that_names_it(tmp_path: Path, text: str) -> None:
    file = tmp_path / "budgets.yaml"
    file.write_text(text)

    with pytest.raises(ConfigError, match=r"budgets\.yaml"):
        read_budgets(file)
