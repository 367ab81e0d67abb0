from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from runbookkit.queries.placeholders import (
    FILTERS,
    Filter,
    placeholder_problems,
    placeholders,
    with_samples,
)


def test_finds_each_placeholder_where_it_stands() -> None:
    text = 'rate({tenant="{{ tenant }}"}[{{window}}])'

    found = placeholders(text)

    assert [text[each.start : each.end] for each in found] == [
        *("{{ tenant }}", "{{window}}")
    ]
    assert [each.name for each in found] == ["tenant", "window"]


@pytest.mark.parametrize(
    ("text", "name", "filters"),
    [
        ("{{ a }}", "a", ()),
        ("{{a}}", "a", ()),
        ("{{ labels.pod }}", "labels.pod", ()),
        ("{{ annotations.summary }}", "annotations.summary", ()),
        ("{{ a | upper }}", "a", (Filter("upper"),)),
        ("{{ a|trim|lower }}", "a", (Filter("trim"), Filter("lower"))),
        ("{{ a | default('b c') }}", "a", (Filter("default", "('b c')"),)),
        ("{{ a | round(2) }}", "a", (Filter("round", "(2)"),)),
        ("{{ a | replace('x', \"y\") }}", "a", (Filter("replace", "('x', \"y\")"),)),
        ("{{ a | round(precision=1) }}", "a", (Filter("round", "(precision=1)"),)),
        ("{{ a | join() }}", "a", (Filter("join", "()"),)),
    ],
)
def test_reads_the_name_and_its_filters(
    text: str, name: str, filters: tuple[Filter, ...]
) -> None:
    (found,) = placeholders(text)

    assert (found.name, found.filters) == (name, filters)
    assert placeholder_problems(text) == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ a.b }}", "`a.b` is not a plain name"),
        ("{{ labels['a'] }}", "`labels['a']` is not a plain name"),
        ("{{ a() }}", "`a()` is not a plain name"),
        ("{{ a + 1 }}", "`a + 1` is not a plain name"),
        ("{{ 1 }}", "`1` is not a plain name"),
        ("{{ a | upper | }}", "`a | upper |` is not a plain name"),
        ("{{ a b }}", "`a b` is not a plain name"),
        ("{{ a | default(b) }}", "`a | default(b)` is not a plain name"),
        ("{{ a | default('x' ~ 'y') }}", "is not a plain name"),
        ("{{ }}", "there is no name between `{{` and `}}`"),
        ("{{ a", "`{{` is never closed with `}}`"),
        ("{{ .Name }}", "looks like a Go template"),
        ("{{range .items}}", "looks like a Go template"),
        ('{{"\\n"}}', "looks like a Go template"),
    ],
)
def test_refuses_whatever_is_not_a_name_with_filters(text: str, message: str) -> None:
    (problem,) = placeholder_problems(text)

    assert message in problem.message
    assert placeholders(text) == ()


def test_points_at_the_filter_that_is_not_known() -> None:
    text = "é {{ a | attr('x') }}"

    (problem,) = placeholder_problems(text)

    assert text[problem.start : problem.end] == "attr"
    assert all(name in problem.message for name in FILTERS)


@pytest.mark.parametrize(
    ("text", "sample", "expected"),
    [
        ("{{ tenant }}", "x", "xxxxxxxxxxxx"),
        ("{{ count }}", "1", "00000000001"),
        ("{{ ratio }}", "0.5", "000000000.5"),
        ("[{{ window }}]", "5m", "[00000000005m]"),
        ("{{ a }}", "prod", "proddddd"[:7]),
        ("{{a}}", "much-longer", "much-longer"),
        ("{{ a }} {{ b }}", "x", "xxxxxxx xxxxxxx"),
        ("{{ a.b }}", "1", "xxxxxxxxx"),
        ("{{ a }}", "", "xxxxxxx"),
        ("no name", "x", "no name"),
    ],
)
def test_a_sample_takes_the_place_and_length_of_a_placeholder(
    text: str, sample: str, expected: str
) -> None:
    assert with_samples(text, lambda _: sample) == expected


def test_each_name_has_its_own_sample() -> None:
    samples = {"a": "x", "b": "1"}

    assert with_samples("{{ a }}{{ b }}", samples.__getitem__) == "xxxxxxx0000001"


@given(st.text(alphabet="{}ab |()'\"\n.é1", max_size=40))
def test_short_samples_never_move_anything(text: str) -> None:
    sampled = with_samples(text, lambda _: "x")

    assert len(sampled) == len(text)
    for each in placeholders(text):
        assert set(sampled[each.start : each.end]) == {"x"}
    for problem in placeholder_problems(text):
        assert 0 <= problem.start <= problem.end <= len(text)
