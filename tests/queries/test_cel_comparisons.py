from __future__ import annotations

import pytest
from hypothesis import assume, given, strategies as st

from runbookkit.queries.cel import Evaluated, comparisons, evaluate, overlap


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("value > 1e6", [("value", ">", 1e6, "1e6")]),
        ("5 <= size(lines)", [("size(lines)", ">=", 5, "5")]),
        ("value == -2.5", [("value", "==", -2.5, "-2.5")]),
        ("value != 0x10", [("value", "!=", 16, "0x10")]),
        (
            "series.filter(s, s.max > 1e6).size() == 1",
            [
                ("series.filter(s, s.max > 1e6).size()", "==", 1, "1"),
                ("s.max", ">", 1e6, "1e6"),
            ],
        ),
        (
            "a > 1 && (b < 2 || c == 3)",
            [("a", ">", 1, "1"), ("b", "<", 2, "2"), ("c", "==", 3, "3")],
        ),
        ("value > limit", []),
        ("1 < 2", []),
        ('label == "5"', []),
        ("value >", []),
    ],
)
def test_finds_the_thresholds_where_they_stand(
    expression: str, expected: list[tuple[str, str, float, str]]
) -> None:
    found = comparisons(expression)

    assert [
        (each.left, each.operator, each.number, expression[each.start : each.end])
        for each in found
    ] == expected


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        (["value > 80", "value <= 80"], ""),
        (["value > 80", "value < 70"], "no condition holds at 75"),
        (["value > 80", "value < 80"], "no condition holds at 80"),
        (["80 < value", "80 >= value"], ""),
        (
            ["value >= 80", "value <= 80"],
            "`value >= 80` and `value <= 80` both hold at 80",
        ),
        (
            ["value > 80", "value > 50 && value < 90"],
            "`value > 80` and `value > 50 && value < 90` both hold at 85",
        ),
        (["v < 10", "v >= 10 && v < 20", "v >= 20"], ""),
        (["v < 10", "v >= 10 && v < 20", "v > 20"], "no condition holds at 20"),
        (["v == 0", "v > 0"], ""),
        (["v > 0", "v == 0"], ""),
        (["v < 0", "v > 0"], "no condition holds at 0"),
        (["v < -1", "v > 1"], "no condition holds at 0"),
        (["v > 5 && v < 3", "v < 2"], "`v > 5 && v < 3` can never hold"),
        (["size(series) == 0", "size(series) > 0"], ""),
        (["size(series) == 0", "size( series ) > 1"], "no condition holds at 1"),
        (["lines.size() == 0", "lines.size() >= 1"], ""),
        (["exit_code == 0", "exit_code != 0"], ""),
        (["exit_code == 0", "exit_code > 0"], ""),
        (["v > 1", "w <= 1"], ""),
        (["v > 1 || v < 0", "v == 1"], ""),
        (["v > limit", "v <= 1"], ""),
        (['label == "a"', 'label == "b"'], ""),
        (["v > 1", "v >"], ""),
        (["v > 1"], ""),
        ([], ""),
    ],
)
def test_finds_a_value_that_branches_share_or_miss(
    conditions: list[str], expected: str
) -> None:
    assert overlap(conditions) == expected


_BOUND = st.tuples(
    st.sampled_from(["<", "<=", ">", ">=", "=="]), st.integers(-3, 3)
).map(lambda bound: f"v {bound[0]} {bound[1]}")
_CONDITION = st.lists(_BOUND, min_size=1, max_size=2).map(" && ".join)


@given(st.lists(_CONDITION, min_size=2, max_size=4))
def test_the_example_it_gives_is_true(conditions: list[str]) -> None:
    message = overlap(conditions)
    assume(" at " in message)

    value = float(message.rpartition(" at ")[2])
    holding = [evaluate(each, {"v": value}) == Evaluated(True) for each in conditions]

    assert sum(holding) >= 2 if "both" in message else not any(holding)
    assert message.count("`") == (4 if "both" in message else 0)


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=4))
def test_ranges_that_meet_share_and_miss_nothing(cuts: list[tuple[int, bool]]) -> None:
    cuts = sorted(dict(cuts).items())
    below = [f"v {'<' if above else '<='} {cut}" for cut, above in cuts]
    beyond = [f"v {'>=' if above else '>'} {cut}" for cut, above in cuts]
    middle = [f"{low} && {high}" for low, high in pairwise_of(beyond, below)]

    assert overlap([below[0], *middle, beyond[-1]]) == ""


def pairwise_of(lows: list[str], highs: list[str]) -> list[tuple[str, str]]:
    return list(zip(lows[:-1], highs[1:], strict=True))
