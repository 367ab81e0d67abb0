from __future__ import annotations

import math

import pytest
from hypothesis import given, strategies as st

from runbookkit.model.answer import ResultKind
from runbookkit.queries.cel import (
    RESULT_NAMES,
    Evaluated,
    NotEvaluated,
    check_expectation,
    check_expression,
    evaluate,
    names_used,
)


@pytest.mark.parametrize(
    ("kind", "expression"),
    [
        ("instant", "value > 1"),
        ("instant", "value > 1.5"),
        ("instant", "size(series) == 0"),
        ("instant", 'series.exists(s, s.labels.job == "a" && s.value > 1)'),
        ("instant", 'series[0].labels["job"] == "a"'),
        ("range", "series.filter(s, s.max > 1e6).size() == 1"),
        ("range", "series[0].last < 2e6"),
        ("range", "series.map(s, s.labels).size() > 0"),
        ("range", "value > limit"),
        ("logs", "lines.size() > 0 && !truncated"),
        ("logs", 'lines.all(l, l.line.contains("x") || l.fields.level == "error")'),
        ("traces", "traces.size() > 0"),
        ("trace", "duration_ms > 500 || errors.size() > 0"),
        ("bpftrace", 'maps["@reads"] > 10 && lost_events == 0'),
        ("shell", "exit_code == 0"),
        ("shell", "exit_code < 1.5"),
        ("shell", 'stdout.contains("ok") && stderr == ""'),
        ("shell", "json.items.size() > 3 && json.a.b.c == true"),
        ("shell", 'stdout.matches("^ok$")'),
    ],
)
def test_accepts_expectations_over_an_answer(kind: ResultKind, expression: str) -> None:
    checked = check_expectation(expression, kind, ("limit",))

    assert checked.problems == ()
    assert checked.return_type in {"BOOL", "DYN"}


@pytest.mark.parametrize(
    ("kind", "expression", "place", "message"),
    [
        (
            "instant",
            "valu > 1",
            "valu",
            "there is no `valu` here; did you mean `value`",
        ),
        ("instant", "nope > 1", "nope", "there is no `nope` here; there are value"),
        (
            *("instant", "exit_code == 0", "exit_code"),
            "`exit_code` belongs to the answer of a shell; here are value, series",
        ),
        (
            "instant",
            "series[0].vlue > 1",
            "vlue",
            "did you mean `value`? there are lab",
        ),
        ("instant", "series[0].max > 1", "max", "only a query over a stretch of time"),
        ("range", "series[0].lst > 1", "lst", "there is no `lst`; did you mean `last`"),
        ("range", 'series[0]["lst"] > 1', "lst", "there is no `lst`; did you mean"),
        ("range", "series.filter(s, s.mx > 1).size() > 0", "mx", "did you mean `max`"),
        ("range", "series.exists(s, s.value > 1)", "value", "there is no `value`"),
        ("range", "series.last > 1", "last", "pick it, as in `[0].last`"),
        ("range", "series.nope > 1", "nope", "a list has no `nope`"),
        ("range", "value.nope > 1", "nope", "there is no `nope` in a number"),
        ("range", "series > 1", ">", "`>` cannot be used with (list(dyn), int)"),
        ("logs", 'lines.all(l, l.lne == "x")', "lne", "did you mean `line`"),
        ("shell", "stdout > 1", ">", "`>` cannot be used with (string, int)"),
        ("shell", 'stdout.matches("[")', '"["', "invalid regular expression"),
        ("shell", "max(exit_code) > 1", "max", "there is no function `max`"),
        ("shell", "exit_code.max() > 1", "max", "there is no function `max`"),
        ("shell", "exit_code >", "", "the expression ends too early"),
        ("shell", "exit_code = 0", "=", "unexpected `=`; write `==`"),
        ("shell", "true and true", "and", "unexpected `and`; write `&&`"),
        ("shell", "exit_code == ]", "]", "unexpected `]`"),
        ("shell", "exit_code", "exit_code", "must be true or false; compare this"),
        ("shell", "exit_code + 1", "exit_code + 1", "must be true or false"),
        ("shell", "stdout", "stdout", "must be true or false"),
        ("shell", '"é" == stdout &&\n nope', "nope", "there is no `nope` here"),
    ],
)
def test_says_what_is_wrong_and_where(
    kind: ResultKind, expression: str, place: str, message: str
) -> None:
    (problem,) = check_expectation(expression, kind).problems

    assert message in problem.message
    assert expression[problem.start : problem.end] == place


def test_a_capture_may_have_any_type() -> None:
    checked = check_expression("series[0].labels.job", "range")

    assert (checked.problems, checked.return_type) == ((), "DYN")


def test_a_capture_that_hides_a_name_has_fields_of_its_own() -> None:
    assert check_expectation("series[0].any == 1", "range", ("series",)).problems == ()


def test_without_an_answer_only_names_in_scope_are_known() -> None:
    checked = check_expectation("tenants > 3 && value > 1", None, ("tenants",))

    assert checked.problems == ()
    assert checked.names_used == ("tenants", "value")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("value > limit", ("value", "limit")),
        ("series.filter(s, s.max > limit).size() == 1", ("series", "limit")),
        ("size(series) == int(count)", ("series", "count")),
        ("type(value) == int", ("value",)),
        ('{"a": b}[c]', ("b", "c")),
        ("x ? y : z", ("x", "y", "z")),
        ("1 +", ()),
        ("a[b, c]", ()),
        ("a.1", ()),
        ("a.", ()),
        ('{"a": b, "c": d}', ("b", "d")),
        ("(" * 100 + "a" + ")" * 100, ()),
    ],
)
def test_names_what_an_expression_needs(
    expression: str, expected: tuple[str, ...]
) -> None:
    assert names_used(expression) == expected


SERIES = [{"labels": {"job": "a"}, "value": 2.5, "last": 3, "max": 1.5e6}]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("value > 1", True),
        ("value > 2.5", False),
        ("value == 2", True),
        ("series.filter(s, s.max > 1e6).size() == 1", True),
        ("series[0].labels.job", "a"),
        ("series.map(s, s.last)", [3]),
        ("nothing == null", True),
        ("nan > 1 || nan < 1 || nan == nan", False),
        ("huge > 1", True),
        ("pair[1]", 2),
    ],
)
def test_evaluates_over_plain_values(expression: str, expected: object) -> None:
    names = {
        "value": 2.0,
        "series": SERIES,
        "nothing": None,
        "nan": math.nan,
        "huge": 10**30,
        "pair": (1, 2),
    }

    assert evaluate(expression, names) == Evaluated(expected)


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("value > 1", "there is no `value` here"),
        ("series[3].last > 1", "there is no element [3]: the list has 1 elements"),
        ("empty[0].last > 1", "there is no element [0]: the list is empty"),
        ("series[0].labels.nope == 1", "there is no `nope` in the answer"),
        ("nothing > 1", "No matching overloads found"),
        ("text > 1", "No matching overloads found"),
        ("text.nope", "Applying SELECT to non-message type"),
        ("1 / 0 > 1", "divide by zero"),
        ("1 +", "the expression ends too early"),
        ("odd == 1", "Non-CEL value type for 'odd': set."),
        ("text == '\ud800'", "the expression is no valid Unicode"),
    ],
)
def test_tells_no_value_apart_from_false(expression: str, reason: str) -> None:
    names = {
        "series": SERIES,
        "empty": [],
        "nothing": None,
        "text": "a\ud800",
        "odd": {1},
    }

    result = evaluate(expression, names)

    assert isinstance(result, NotEvaluated)
    assert reason in result.reason


def test_every_kind_of_answer_has_names() -> None:
    assert all(RESULT_NAMES.values())
    assert RESULT_NAMES["range"] == ("series", "value")
    assert RESULT_NAMES["shell"] == ("exit_code", "stdout", "stderr", "json")


_PIECES = st.sampled_from(
    [
        *("value", "series", "s", " ", ".", ".size()", "[0]", ">", "1", "1e3", "&&"),
        *("(", ")", "'a'", '"é"', ",", "filter", "!", "-", "?", ":", "{", "}", "\n"),
        *("in", "true", "null", ".max", "[", "]", "\\", "'", "//x", "\ud800"),
    ]
)


@given(st.lists(_PIECES, max_size=15).map("".join))
def test_any_expression_is_judged_and_a_problem_lies_inside_it(text: str) -> None:
    for kind in ("range", None):
        for problem in check_expectation(text, kind, ("limit",)).problems:
            assert 0 <= problem.start <= problem.end <= len(text)

    assert isinstance(evaluate(text, {"value": 1}), Evaluated | NotEvaluated)
