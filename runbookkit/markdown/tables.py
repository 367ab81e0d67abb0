"""Tables with the place of each cell."""

from __future__ import annotations

import re

from markdown_it.token import Token

from runbookkit.model.document import Prose, Table
from runbookkit.model.span import Span

_QUOTES = re.compile(r"[ \t>]*")
_CONTAINERS = re.compile(r"(?:[ \t>]|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))*")
_BAR = re.compile(r"(?<!\\)\|")


def parse_table(tokens: list[Token], lines: tuple[str, ...]) -> Table:
    """Return the table of markdown-it's tokens, the opening one first."""
    rows: list[tuple[int, list[str]]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append((token.map[0] + 1 if token.map else 1, []))
        elif token.type == "inline":
            rows[-1][1].append(token.content)
    cells = [_cells(lines[line - 1], line, contents) for line, contents in rows]
    first, after = tokens[0].map or (0, 1)
    last = min(max(after, first + 1), len(lines))
    span = Span(first + 1, 1, last, len(lines[last - 1]) + 1)
    return Table(span, cells[0] if cells else (), tuple(cells[1:]))


def _cells(source: str, line: int, contents: list[str]) -> tuple[Prose, ...]:
    # markdown-it drops the backslash before a bar; cells are markdown source
    texts = [content.replace("|", "\\|") for content in contents]
    cursor = _start(source, texts[0] if texts else "")
    cells: list[Prose] = []
    for text in texts:
        found = source.find(text, cursor) if text else cursor
        start = found if found >= 0 else cursor
        end = min(start + len(text), len(source))
        span = Span(line, start + 1, line, end + 1)
        cells.append(Prose(text, span, (start + 1,)))
        bar = _BAR.search(source, end)
        cursor = bar.end() if bar else len(source)
    return tuple(cells)


def _start(source: str, first: str) -> int:
    """Return where the first cell may begin: behind list marks and the first bar."""
    for before in (_CONTAINERS, _QUOTES):
        match = before.match(source)
        start = match.end() if match else 0
        start += source.startswith("|", start)
        if source.find(first, start) >= 0:
            return start
    return 0
