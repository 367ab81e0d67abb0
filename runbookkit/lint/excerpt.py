"""The source line of a finding, with a mark under what it is about."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from runbookkit.lint.report import printable
from runbookkit.model.span import Span

_TAB = "    "
_CUT = "…"


class Excerpt(NamedTuple):
    """A source line and the line of marks under it."""

    line: int
    text: str
    marks: str


def excerpt(lines: tuple[str, ...], span: Span, width: int) -> Excerpt | None:
    """Return the first line of a span, cut to a width around what is marked.

    There is none when the source is not to be had.
    """
    if not 1 <= span.line <= len(lines):
        return None
    source = lines[span.line - 1]
    start = min(span.column - 1, len(source))
    end = span.end_column - 1 if span.end_line == span.line else len(source)
    end = min(max(end, start), len(source))
    before, marked, after = source[:start], source[start:end], source[end:]
    before, marked, after = _shown(before), _shown(marked), _shown(after)
    room = max(width, 20)
    if _cells(before) + _cells(marked) > room:
        before = _last(before, room // 3)
        marked = _first(marked, room - _cells(before))
    after = _first(after, room - _cells(before) - _cells(marked))
    marks = " " * _cells(before) + "^" * max(_cells(marked), 1)
    return Excerpt(span.line, (before + marked + after).rstrip(), marks)


def _shown(text: str) -> str:
    return printable(text.replace("\t", _TAB))


def _cells(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(_width(char) for char in text)


def _width(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def _first(text: str, room: int) -> str:
    if room <= 0 or _cells(text) <= room:
        return text if room > 0 else ""
    kept = text[: room - 1]
    while _cells(kept) >= room:
        kept = kept[:-1]
    return kept + _CUT


def _last(text: str, room: int) -> str:
    if _cells(text) <= room:
        return text
    return _CUT + _first(text[::-1], room)[:-1][::-1]
