from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from runbookkit.errors import QuotingError
from runbookkit.queries.go_strings import quote, unquote


@given(value=st.text())
def test_a_quoted_value_reads_back_as_itself(value: str) -> None:
    assert unquote(f'"{quote(value)}"').value == value


@given(value=st.text(alphabet="\"'`\\\n\r\0\u2028\ufffda"))
def test_quoted_text_ends_no_string_of_any_kind(value: str) -> None:
    quoted = quote(value)

    assert not set(quoted) & set("\"'`\n\r\0\u2028\ufffd")
    assert (len(quoted) - len(quoted.rstrip("\\"))) % 2 == 0


def test_half_of_a_surrogate_pair_cannot_be_quoted() -> None:
    with pytest.raises(QuotingError, match=r"U\+DC80.*correct the value"):
        quote("a\udc80")


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        (r'"a\tb\\c\"d"', 'a\tb\\c"d'),
        (r"'it\'s'", "it's"),
        (r"`\d+\n`", r"\d+\n"),
        (r'"\x41\101\u00e9\U0001F600"', "AAé😀"),
        (r'"\xff"', "\udcff"),
        (r'"\xc3\xa9"', "é"),
    ],
)
def test_reads_literals_as_go_does(literal: str, value: str) -> None:
    assert unquote(literal).value == value


@pytest.mark.parametrize(
    ("literal", "piece"),
    [
        (r'"a\d"', r"\d"),
        (r'"\'"', r"\'"),
        (r"'\"'", r"\""),
        (r'"\x4"', r"\x"),
        (r'"\400"', r"\400"),
        (r'"\ud800"', r"\ud800"),
        (r'"\U00110000"', r"\U00110000"),
    ],
)
def test_marks_an_escape_that_go_refuses(literal: str, piece: str) -> None:
    read = unquote(literal)

    assert read.problem
    assert literal[read.at : read.end] == piece
