"""Answers held against expectations."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

import pytest

from execute.books import book, query
from execute.fakes import NOON, value
from runbookkit.execute.judge import Judgement, judge
from runbookkit.model.answer import Answer, ResultKind


def judged(
    expect: str, names: Any, kind: ResultKind = "instant", *rest: str, voids: str = ""
) -> Judgement:
    step = book(query("Ask", "up", expect, *rest)).steps[0]
    answer = Answer(kind, names, "fake", "up", NOON, timedelta(), voids=voids)
    return judge(step, answer, {"limit": 5})


def series(*numbers: float) -> dict[str, Any]:
    return {"series": [{"labels": {}, "value": number} for number in numbers]}


@pytest.mark.parametrize(
    ("expect", "number", "verdict", "words"),
    [
        ("value < 0.01", 0.034, "not met", "0.034 is not below 0.01"),
        ("value > 3e6", 4.2e6, "met", "4,200,000 is above 3,000,000"),
        ("value < limit", 4.0, "met", "4 is below 5"),
        ("value > 1 && value < 9", 12.0, "not met", "12 is not below 9"),
        ("value == 0.0", 0.0, "met", "0 is equal to 0"),
    ],
)
def test_a_verdict_names_the_number_and_the_threshold(
    expect: str, number: float, verdict: str, words: str
) -> None:
    found = judged(expect, value(number))

    assert (found.verdict, found.message) == (verdict, words)


def test_a_verdict_on_equality_names_what_is_compared() -> None:
    met = judged("limit == 5 && series.size() == 0", series())
    not_met = judged("limit == 6", series())

    assert met.message == "limit is 5 and series.size() is 0"
    assert not_met.message == "limit is 5, not 6"


@pytest.mark.parametrize(
    "expect", ["value < 1", "value > 1", "!(value > 1)", "value != 0", "value == value"]
)
def test_nan_is_no_data_and_never_decides(expect: str) -> None:
    assert judged(expect, value(math.nan)).verdict == "error"


def test_a_nan_beside_the_value_that_decides_does_no_harm() -> None:
    found = judged("series.exists(s, s.value > 1.0)", series(math.nan, 2.0))

    assert found.verdict == "met"


def test_value_of_none_or_many_says_how_many_there_were() -> None:
    assert "the answer has 0" in judged("value > 1", series()).message
    assert "the answer has 2" in judged("value > 1", series(1, 2)).message


def test_a_partial_answer_is_not_judged() -> None:
    found = judged("value > 1", value(5), voids="one store was away")

    assert found.verdict == "error"
    assert "one store was away" in found.message


def test_an_expectation_that_is_no_question_is_an_error() -> None:
    assert judged("value", value(1)).verdict == "error"


def test_captures_of_an_error_are_not_taken() -> None:
    found = judged(
        "value > 0",
        value(1),
        "instant",
        "**Capture:** `a` = `value`",
        "**Capture:** `b` = `series[3]`",
    )

    assert found.verdict == "error"
    assert found.captures == {}
