"""Markdown text to a :class:`Document`: blocks and links with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from markdown_it.token import Token

from runbookkit.markdown import inline
from runbookkit.markdown.anchors import (
    AnchorNames,
    anchor_text,
    plain_text,
    split_explicit,
)
from runbookkit.markdown.blocks import block_tokens
from runbookkit.markdown.frontmatter import front_matter_end, parse_front_matter
from runbookkit.markdown.lines import (
    MAX_BYTES,
    place_of,
    span_of_lines,
    split_lines,
)
from runbookkit.markdown.tables import parse_table
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

_HASHES = re.compile(r"#{1,6}(?:[ \t]+|$)")
_FIELD = re.compile(r"[\w-]+:(?:\s|$)")
_NAMED = re.compile(r"<(?:a|\w+)\s[^<>]*?\b(?:id|name)\s*=\s*[\"']?([^\s\"'<>]+)")


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
    elif lines[0].rstrip() == "---" and _FIELD.match(lines[1] if lines[1:] else ""):
        problems = (
            ParseProblem(
                "unreadable-front-matter",
                "front matter is not closed; add a line `---` after it",
                Span(1, 1, 1, len(lines[0]) + 1),
            ),
        )
    body = "\n" * end + "\n".join(lines[end:])
    environment: dict[str, dict[str, dict[str, str]]] = {}
    blocks = tuple(_Reader(lines).blocks(block_tokens(body, environment)))
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
        if isinstance(block, (Heading, Prose)):
            links.extend(inline.links(block, references))
        elif isinstance(block, Table):
            for cell in (*block.header, *(c for row in block.rows for c in row)):
                links.extend(inline.links(cell, references))
        if isinstance(block, Heading):
            anchors.add(block.anchor)
        elif isinstance(block, (Html, Prose)) and "<" in block.text:
            comments.extend(inline.comments(block))
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
                yield parse_table(tokens[position:end], self.lines)
                position = end
            elif token.type == "heading":
                yield self._heading(token, token.content)
            elif token.type == "heading_open":
                yield self._heading(token, tokens[position + 1].content)
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

    def _heading(self, token: Token, content: str) -> Heading:
        rows = content.split("\n")
        first = self._first_text(token, rows[0])
        source = self.lines[first - 1]
        if token.markup.startswith("#") and (hashes := _HASHES.search(source)):
            # closing hashes may hide the end of the line
            columns: tuple[int, ...] = (source.find(rows[0], hashes.end()) + 1,)
            span = span_of_lines(self.lines, first, rows, columns)
        else:
            span, columns = place_of(self.lines, first, rows)
        text, explicit = split_explicit(content)
        text = text.replace("\n", " ")
        title = plain_text(text)
        anchor = explicit or self.names.name(anchor_text(text))
        level = int(token.tag[1])
        return Heading(content, span, columns, level, title, anchor)

    def _prose(self, token: Token) -> Prose:
        rows = token.content.split("\n")
        first = self._first_text(token, rows[0])
        span, columns = place_of(self.lines, first, rows)
        return Prose(token.content, span, columns, self._item(), self.quotes > 0)

    def _first_text(self, token: Token, text: str) -> int:
        # markdown-it strips lines of exotic blanks, such as U+2028, off a paragraph
        first, last = _first(token), token.map[1] if token.map else 1
        while first < last and text.rstrip() not in self.lines[first - 1]:
            first += 1
        return first

    def _code(self, token: Token) -> CodeBlock:
        fenced = token.type == "fence"
        first = _first(token)
        last = token.map[1] if token.map else first
        content = token.content.removesuffix("\n")
        rows = content.split("\n")
        start = min(first + 1 if fenced else first, len(self.lines))
        span, columns = place_of(self.lines, start, rows)
        opening = self.lines[first - 1]
        begin = opening.find(token.markup) if fenced else span.column - 1
        last = min(max(last, first), len(self.lines))
        block = Span(first, begin + 1, last, len(self.lines[last - 1]) + 1)
        info = token.info.strip() if fenced else ""
        return CodeBlock(content, span, columns, block, info, fenced, self._item())

    def _html(self, token: Token) -> Html:
        first = _first(token)
        rows = token.content.removesuffix("\n").split("\n")
        span, columns = place_of(self.lines, first, rows)
        return Html("\n".join(rows), span, columns)


def _first(token: Token) -> int:
    # markdown-it gives every block token a map, [first line, line after], from 0.
    return token.map[0] + 1 if token.map else 1
