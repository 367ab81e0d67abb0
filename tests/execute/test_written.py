"""Answers as a scenario writes them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from execute.fakes import NOON
from runbookkit.execute.written import written_answer
from runbookkit.model.answer import Answer, Ask, Window
from runbookkit.model.scenario import ScenarioAnswer

HOUR = Window(NOON - timedelta(hours=1), NOON)


def answer(
    language: str, text: str, names: dict[str, Any], window: Window | None = None
) -> Answer:
    ask = Ask(language, text, NOON, timedelta(seconds=10), window)
    return written_answer(ScenarioAnswer(names=names), ask, NOON)


def test_a_value_is_one_series() -> None:
    found = answer("promql", "up", {"value": 1})

    assert found.kind == "instant"
    assert found.names == {"series": [{"labels": {}, "value": 1.0}], "value": 1.0}


def test_one_series_has_a_value_and_several_have_none() -> None:
    one = answer("promql", "up", {"series": [{"labels": {"n": 1}, "value": 2}]})
    two = answer("promql", "up", {"series": [{"value": 1}, {"value": 2}]})

    assert one.names["series"][0]["labels"] == {"n": "1"}
    assert one.names["value"] == 2.0
    assert "value" not in two.names


def test_a_curve_has_its_statistics() -> None:
    found = answer("promql", "up", {"series": [{"points": [[0, 1], [30, 4]]}]}, HOUR)

    assert found.kind == "range"
    series = found.names["series"][0]
    assert [series[name] for name in ("first", "last", "min", "max", "avg")] == [
        *(1.0, 4.0, 1.0, 4.0, 2.5)
    ]


def test_a_curve_can_be_given_by_its_last_value() -> None:
    found = answer("promql", "up", {"value": 3}, HOUR)

    assert found.names["series"][0]["max"] == 3.0
    assert found.names["value"] == 3.0


def test_a_query_decides_whether_it_answers_with_lines_or_numbers() -> None:
    lines = answer("logql", '{app="a"}', {"lines": [{"fields": {"n": 7}}]}, HOUR)
    rate = answer("logql", 'sum(rate({app="a"}[5m]))', {"value": 7}, HOUR)

    assert (lines.kind, lines.names["lines"][0]["fields"]) == ("logs", {"n": "7"})
    assert (rate.kind, rate.names["value"]) == ("range", 7.0)


def test_json_and_what_a_command_printed_follow_from_each_other() -> None:
    from_json = answer("bash", "curl x", {"json": {"a": 1}})
    from_text = answer("bash", "curl x", {"stdout": '{"a": 1}'})
    failed = answer("bash", "curl x", {"exit_code": 7})

    assert from_json.names["stdout"] == '{"a": 1}\n'
    assert from_json.names["exit_code"] == 0
    assert from_text.names["json"] == {"a": 1}
    assert "json" not in failed.names


def test_a_name_that_no_such_answer_has_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'instant' has no 'lines'; it has value"):
        answer("promql", "up", {"lines": []})
