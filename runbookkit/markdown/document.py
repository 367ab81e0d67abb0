"""Markdown text to a :class:`Document`: blocks and links with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from runbookkit.markdown import inline
from runbookkit.markdown.anchors import AnchorNames, plain_text, split_explicit
from runbookkit.markdown.frontmatter import front_matter_end, parse_front_matter
from runbookkit.markdown.lines import (
    MAX_BYTES,
    columns_of,
    span_of_lines,
    split_lines,
)
from runbookkit.model.document import (
    Block,
    CodeBlock,
    Comment,
    Document,
    FrontMatter,
    Heading,
    Html,
    Item,
    Link,
    ParseProblem,
    Prose,
    Table,
)
from runbookkit.model.span import Span

_NAMED = re.compile(r"<(?:a|\w+)\s[^<>]*?\b(?:id|name)\s*=\s*[\"']?([^\s\"'<>]+)")


@cache
def _parser() -> MarkdownIt:
    # Inline rules cost a third of the time, and they keep no places.
    return MarkdownIt("commonmark").enable("table").disable("inline")


def parse_document(text: str, path: str) -> Document:
    """Return the blocks of any text; nothing raises.

    A document over 512 KiB is not read: it comes back without blocks and with
    a problem that says so.
    """
    lines = split_lines(text)
    if len(text) > MAX_BYTES and len(text.encode("utf-8", "replace")) > MAX_BYTES:
        problem = ParseProblem(
            "oversized-document",
            f"the file is larger than {MAX_BYTES // 1024} KiB and was not read;"
            " split it",
            Span(1, 1, 1, 1),
        )
        return Document(path, lines, (), (), (), frozenset(), None, (problem,))
    end = front_matter_end(lines)
    front: FrontMatter | None = None
    problems: tuple[ParseProblem, ...] = ()
    if end:
        front, problems = parse_front_matter(lines, end)
    elif lines[0].rstrip() == "---" and any(":" in each for each in lines[1:3]):
        problems = (
            ParseProblem(
                "unreadable-front-matter",
                "front matter is not closed; add a line `---` after it",
                Span(1, 1, 1, len(lines[0]) + 1),
            ),
        )
    body = "\n" * end + "\n".join(lines[end:])
    environment: dict[str, dict[str, dict[str, str]]] = {}
    tokens = _parser().parse(body, environment)
    blocks = tuple(_Reader(lines).blocks(tokens))
    references = {
        inline.normal_label(label): entry["href"]
        for label, entry in environment.get("references", {}).items()
    }
    return _assemble(path, lines, blocks, references, front, problems)


def _assemble(
    path: str,
    lines: tuple[str, ...],
    blocks: tuple[Block, ...],
    references: dict[str, str],
    front: FrontMatter | None,
    problems: tuple[ParseProblem, ...],
) -> Document:
    anchors: set[str] = set()
    links: list[Link] = []
    comments: list[Comment] = []
    for block in blocks:
        if isinstance(block, Heading):
            anchors.add(block.anchor)
            links.extend(inline.links(block, references))
        elif isinstance(block, Prose):
            links.extend(inline.links(block, references))
            comments.extend(inline.comments(block))
        elif isinstance(block, Table):
            for cell in (*block.header, *(c for row in block.rows for c in row)):
                links.extend(inline.links(cell, references))
        elif isinstance(block, Html):
            comments.extend(inline.comments(block))
        if isinstance(block, (Html, Prose)) and "<" in block.text:
            anchors.update(match[1] for match in _NAMED.finditer(block.text))
    return Document(
        path,
        lines,
        blocks,
        tuple(links),
        tuple(comments),
        frozenset(anchors),
        front,
        problems,
    )


@dataclass
class _Reader:
    """Turns markdown-it's flat tokens into blocks; holds the open containers."""

    lines: tuple[str, ...]
    names: AnchorNames = field(default_factory=AnchorNames)
    lists: list[tuple[bool, int]] = field(default_factory=list)
    items: list[list[int]] = field(default_factory=list)
    quotes: int = 0

    def blocks(self, tokens: list[Token]) -> Iterator[Block]:
        position = 0
        while position < len(tokens):
            token = tokens[position]
            if token.type == "table_open":
                end = next(
                    at
                    for at in range(position, len(tokens))
                    if tokens[at].type == "table_close"
                )
                yield self._table(tokens[position:end])
                position = end
            elif token.type == "heading_open":
                yield self._heading(token, tokens[position + 1])
                position += 2
            elif token.type == "inline":
                yield self._prose(token)
            elif token.type in {"fence", "code_block"}:
                yield self._code(token)
            elif token.type == "html_block":
                yield self._html(token)
            else:
                self._container(token)
            position += 1

    def _container(self, token: Token) -> None:
        kind = token.type
        if kind in {"bullet_list_open", "ordered_list_open"}:
            self.lists.append((kind.startswith("ordered"), _first(token)))
            self.items.append([0, 0])
        elif kind in {"bullet_list_close", "ordered_list_close"}:
            self.lists.pop()
            self.items.pop()
        elif kind == "list_item_open":
            self.items[-1][0] += 1
            self.items[-1][1] = 0
        elif kind == "blockquote_open":
            self.quotes += 1
        elif kind == "blockquote_close":
            self.quotes -= 1

    def _item(self) -> Item | None:
        if not self.lists:
            return None
        ordered, line = self.lists[-1]
        number, seen = self.items[-1]
        self.items[-1][1] += 1
        return Item(ordered, number, len(self.lists), line, leads=not seen)

    def _heading(self, token: Token, content: Token) -> Heading:
        first = _first(token)
        rows = content.content.split("\n")
        columns = columns_of(self.lines, first, rows)
        span = span_of_lines(self.lines, first, rows, columns)
        text, explicit = split_explicit(content.content)
        title = plain_text(text.replace("\n", " "))
        anchor = explicit or self.names.name(title)
        level = int(token.tag[1])
        return Heading(content.content, span, columns, level, title, anchor)

    def _prose(self, token: Token) -> Prose:
        first = _first(token)
        rows = token.content.split("\n")
        columns = columns_of(self.lines, first, rows)
        span = span_of_lines(self.lines, first, rows, columns)
        return Prose(token.content, span, columns, self._item(), self.quotes > 0)

    def _code(self, token: Token) -> CodeBlock:
        fenced = token.type == "fence"
        first = _first(token)
        last = token.map[1] if token.map else first
        content = token.content.removesuffix("\n")
        rows = content.split("\n")
        start = min(first + 1 if fenced else first, len(self.lines))
        columns = columns_of(self.lines, start, rows)
        span = span_of_lines(self.lines, start, rows, columns)
        opening = self.lines[first - 1]
        indent = len(opening) - len(opening.lstrip(" \t>"))
        last = min(max(last, first), len(self.lines))
        block = Span(first, indent + 1, last, len(self.lines[last - 1]) + 1)
        info = token.info.strip() if fenced else ""
        return CodeBlock(content, span, columns, block, info, fenced, self._item())

    def _html(self, token: Token) -> Html:
        first = _first(token)
        rows = token.content.removesuffix("\n").split("\n")
        columns = columns_of(self.lines, first, rows)
        span = span_of_lines(self.lines, first, rows, columns)
        return Html("\n".join(rows), span, columns)

    def _table(self, tokens: list[Token]) -> Table:
        rows: list[list[Prose]] = []
        cursor = 0
        for token in tokens:
            if token.type == "tr_open":
                rows.append([])
                cursor = 0
            elif token.type == "inline":
                cell, cursor = self._cell(token, cursor)
                rows[-1].append(cell)
        first = _first(tokens[0])
        last = tokens[0].map[1] if tokens[0].map else first
        last = min(max(last, first), len(self.lines))
        span = Span(first, 1, last, len(self.lines[last - 1]) + 1)
        header = tuple(rows[0]) if rows else ()
        return Table(span, header, tuple(tuple(row) for row in rows[1:]))

    def _cell(self, token: Token, cursor: int) -> tuple[Prose, int]:
        line = _first(token)
        source = self.lines[line - 1]
        found = source.find(token.content, cursor)
        start = found if found >= 0 else min(cursor, len(source))
        end = min(start + len(token.content), len(source))
        bar = source.find("|", end)
        span = Span(line, start + 1, line, end + 1)
        text = token.content.replace("\n", " ")
        return Prose(text, span, (start + 1,)), bar + 1 if bar >= 0 else end


def _first(token: Token) -> int:
    # markdown-it gives every block token a map, [first line, line after], from 0.
    return token.map[0] + 1 if token.map else 1
