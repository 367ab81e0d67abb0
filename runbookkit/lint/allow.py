"""Allow comments: ``<!-- runbookkit: allow RB501 until=2026-12-01 reason="…" -->``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from runbookkit.model.document import Document, Heading
from runbookkit.model.span import Span

_MARK = re.compile(
    r"\brunbookkit:\s*(?P<scope>allow-file|allow)\b(?P<rest>.*)", re.DOTALL
)
_CODE = re.compile(r"\b(?:RB|AL|PM)\d{3}\b")
_UNTIL = re.compile(r"\buntil=(\S+)")
_REASON = re.compile(r"\breason=(?:\"([^\"]*)\"|'([^']*)'|(\S+))")


@dataclass(frozen=True, slots=True)
class Allow:
    """One allow comment.

    It covers lines ``first`` to ``last``. ``problem`` says what is wrong with
    the comment itself; such a comment allows nothing.
    """

    span: Span
    codes: tuple[str, ...]
    first: int
    last: int
    until: date | None = None
    reason: str = ""
    problem: str = ""

    def covers(self, code: str, line: int, today: date) -> bool:
        """Tell whether a finding is allowed today."""
        return (
            not self.problem
            and code in self.codes
            and self.first <= line <= self.last
            and (self.until is None or today <= self.until)
        )


@dataclass(frozen=True, slots=True)
class AllowUse:
    """An allow comment, and whether it allowed anything."""

    allow: Allow
    used: bool
    judged: bool = True
    """Whether all of its rules ran, so that being unused means something."""


def allows_of_document(document: Document) -> Iterator[Allow]:
    """Yield the allow comments of a markdown document.

    A comment covers the block below it; above a heading, all that the heading
    opens; ``allow-file`` covers the file.
    """
    for comment in document.comments:
        match = _MARK.search(comment.text)
        if match:
            last = _end_of_next(document, comment.span.end_line)
            yield _allow(match, comment.span, comment.span.line, last, document.lines)


def allows_of_lines(lines: tuple[str, ...]) -> Iterator[Allow]:
    """Yield the allow comments of a YAML file.

    A comment covers its own line, or as a line of its own the rule below it.
    """
    for number, line in enumerate(lines, 1):
        if "runbookkit:" not in line or "#" not in line:
            continue
        start = line.index("#")
        match = _MARK.search(line, start)
        if match:
            span = Span(number, start + 1, number, len(line) + 1)
            alone = not line[:start].strip()
            last = _end_of_rule(lines, number) if alone else number
            yield _allow(match, span, number, last, lines)


def _allow(
    match: re.Match[str], span: Span, first: int, last: int, lines: tuple[str, ...]
) -> Allow:
    rest = match["rest"]
    if match["scope"] == "allow-file":
        first, last = 1, max(len(lines), 1)
    until = _UNTIL.search(rest)
    reason = _REASON.search(rest)
    words = next((each for each in reason.groups() if each), "") if reason else ""
    bare = _REASON.sub("", _UNTIL.sub("", rest))
    codes = tuple(_CODE.findall(bare))
    day: date | None = None
    problem = ""
    if not codes:
        problem = 'names no rule; write `allow RB501 reason="…"`'
    elif not words.strip():
        problem = 'gives no reason; add `reason="…"`'
    if until:
        try:
            day = date.fromisoformat(until[1].strip("\"'"))
        except ValueError:
            problem = f"until={until[1]} is no date; write it as 2026-12-01"
    return Allow(span, codes, first, last, day, words.strip(), problem)


def _end_of_next(document: Document, line: int) -> int:
    following = [block for block in document.blocks if block.span.line > line]
    if not following:
        return line
    block = following[0]
    if not isinstance(block, Heading):
        end = getattr(block, "block", block.span)
        return int(end.end_line)
    level = block.level
    for later in following[1:]:
        if isinstance(later, Heading) and later.level <= level:
            return later.span.line - 1
    return max(len(document.lines), 1)


def _end_of_rule(lines: tuple[str, ...], number: int) -> int:
    indent: int | None = None
    for later, line in enumerate(lines[number:], number + 1):
        if not line.strip():
            continue
        width = len(line) - len(line.lstrip())
        if indent is None:
            indent = width
        elif width < indent or (width == indent and line.lstrip().startswith("-")):
            return later - 1
    return max(len(lines), 1)
