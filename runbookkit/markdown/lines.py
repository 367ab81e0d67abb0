"""Split a source into lines and tell the place of a piece of it."""

from __future__ import annotations

from runbookkit.model.span import Span

MAX_BYTES = 512 * 1024


def split_lines(text: str) -> tuple[str, ...]:
    """Return the lines without their ends; a byte-order mark is left out.

    Only the line ends of CommonMark count: a form feed or U+2028 is text. A null
    character becomes U+FFFD, as CommonMark demands.
    """
    text = text.removeprefix("\ufeff").replace("\0", "\ufffd")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return tuple(text.split("\n"))


def place_of(
    lines: tuple[str, ...], first: int, content: list[str]
) -> tuple[Span, tuple[int, ...]]:
    """Return the span of consecutive content lines, and the column of each."""
    if len(content) == 1 and first <= len(lines):
        source, text = lines[first - 1], content[0]
        if source.endswith(text):  # as nearly all lines do
            column = len(source) - len(text) + 1
            return Span(first, column, first, len(source) + 1), (column,)
    columns = columns_of(lines, first, content)
    return span_of_lines(lines, first, content, columns), columns


def columns_of(
    lines: tuple[str, ...], first: int, content: list[str]
) -> tuple[int, ...]:
    """Return the source column at which each content line begins.

    ``first`` is the source line, from 1, of ``content[0]``. A column may be
    less than 1 where markdown reads a tab as several spaces: the words behind
    it still come out at their place.
    """
    columns: list[int] = []
    for number, text in enumerate(content, first):
        source = lines[number - 1] if number <= len(lines) else ""
        if source.endswith(text):
            columns.append(len(source) - len(text) + 1)
        else:
            words = text.strip()
            end = len(source.rstrip())
            found = end - len(words)
            if source[found:end] != words:
                found = max(source.find(words), 0)
            columns.append(found - (len(text) - len(text.lstrip())) + 1)
    return tuple(columns) or (1,)


def span_of_lines(
    lines: tuple[str, ...], first: int, content: list[str], columns: tuple[int, ...]
) -> Span:
    """Return the span of consecutive content lines, clipped to the source."""
    last = min(first + max(len(content), 1) - 1, max(len(lines), 1))
    first = min(first, last)
    width = len(lines[last - 1]) if lines else 0
    end = columns[min(last - first, len(columns) - 1)] + (
        len(content[-1]) if content else 0
    )
    start = min(max(columns[0], 1), (len(lines[first - 1]) if lines else 0) + 1)
    return Span(first, start, last, min(max(end, 1), width + 1))
