"""The source line of a finding, and the marks under it."""

from __future__ import annotations

import unicodedata

from hypothesis import given, strategies as st

from runbookkit.lint.excerpt import excerpt
from runbookkit.model.span import Span


def test_a_long_line_is_cut_around_what_is_marked() -> None:
    line = "a" * 300 + "HERE" + "b" * 300

    found = excerpt((line,), Span(1, 301, 1, 305), 40)

    assert found is not None
    assert found.text == "…" + "a" * 12 + "HERE" + "b" * 22 + "…"
    assert found.marks == " " * 13 + "^^^^"


def test_wide_letters_are_cut_by_the_columns_they_take() -> None:
    found = excerpt(("日" * 40,), Span(1, 1, 1, 2), 21)

    assert found == (1, "日" * 10 + "…", "^^")


def test_a_letter_with_an_accent_takes_one_column() -> None:
    assert excerpt(("e\u0301x",), Span(1, 3, 1, 4), 40) == (1, "e\u0301x", " ^")


def test_an_empty_span_is_marked_once() -> None:
    assert excerpt(("ab",), Span(1, 2, 1, 2), 40) == (1, "ab", " ^")


def test_there_is_none_without_the_source() -> None:
    assert excerpt((), Span(1, 1, 1, 1), 40) is None


def test_no_source_line_moves_the_cursor_or_turns_the_text_around() -> None:
    found = excerpt(("\x1b[2J\u202edlrow\x9b",), Span(1, 1, 1, 2), 40)

    assert found is not None
    assert found.text == "␛[2J\ufffddlrow\ufffd"


@given(
    st.text(st.characters(exclude_characters="\r\n"), max_size=200),
    st.integers(1, 200),
    st.integers(1, 200),
    st.integers(1, 120),
)
def test_every_place_has_a_mark_that_fits(
    line: str, column: int, end: int, width: int
) -> None:
    found = excerpt((line,), Span(1, column, 1, end), width)

    assert found is not None
    assert "^" in found.marks
    assert len(found.marks) <= max(width, 20) + 1
    assert all(
        unicodedata.category(char) != "Cc" and not "\ud800" <= char <= "\udfff"
        for char in found.text
    )
