from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from runbookkit.queries.jaeger import check_jaeger, read_jaeger
from runbookkit.queries.quoting import UnsafeValueError, render


def test_reads_what_the_search_form_asks_for() -> None:
    text = (
        'service="check out"\n  operation="POST /pay" minDuration=500ms'
        ' maxDuration="1m30s" tag.error="true" tag.http.status_code=502'
    )

    search = read_jaeger(text).search

    assert (search.service, search.operation) == ("check out", "POST /pay")
    assert search.durations == {"minDuration": "500ms", "maxDuration": "1m30s"}
    assert search.tags == {"error": "true", "http.status_code": "502"}
    assert check_jaeger(text).kind == "traces"


def test_one_trace_is_asked_for_by_its_id() -> None:
    read = read_jaeger('trace="4BF92F35-77b3"')

    assert read.problems == ()
    assert read.search.trace == "4bf92f3577b3"
    assert check_jaeger('trace="4bf9"').kind == "trace"


@pytest.mark.parametrize(
    ("text", "wrong", "message"),
    [
        ("", "", "say which service"),
        ('operation="x"', 'operation="x"', "say which service"),
        ('service="a" service="b"', "service", "given twice"),
        ('service="a" span="b"', "span", "unknown"),
        ('service="a" tag.="b"', "tag.", "unknown"),
        ('service="a" minDuration="5"', '"5"', "no duration"),
        ('trace="ab" service="a"', 'trace="ab" service="a"', "its id alone"),
        ("service = a", "service", "cannot be read"),
        ('service="a', 'service="a', "cannot be read"),
        (r'service="a\d"', r"\d", "no escape"),
        ("{ status = error }", "{", "cannot be read"),
    ],
)
def test_what_is_wrong_is_said_and_shown(text: str, wrong: str, message: str) -> None:
    (problem,) = read_jaeger(text).problems

    assert message in problem.message
    assert text[problem.start : problem.end] == wrong


@given(st.text(max_size=20))
def test_no_value_adds_a_word_to_the_form(value: str) -> None:
    text = 'service="{{ x }}" operation="b" tag.c="{{ x }}"'
    try:
        rendered = render(text, "jaeger", {"x": value})
    except UnsafeValueError:
        return

    read = read_jaeger(rendered)

    assert read.problems == ()
    assert (read.search.operation, list(read.search.tags)) == ("b", ["c"])
    assert read.search.service == read.search.tags["c"]
