"""One file of the handbook, and ways to put a defect into it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from random import Random

_FENCE = re.compile(r"^```(\w*)\s*$")
_BULLET = re.compile(r"^- \*\*")
_RULE = re.compile(r"^      - alert: (\w+)")


@dataclass(frozen=True)
class Planted:
    """Files with one defect in them, and the lines that it takes up."""

    changed: Mapping[str, str]
    path: str
    first: int
    """Counted from 1."""
    last: int

    def holds(self, path: str, line: int, *, slack: int = 2) -> bool:
        """Tell whether a place is the planted one, give or take a few lines."""
        return path == self.path and self.first - slack <= line <= self.last + slack


@dataclass(frozen=True)
class Step:
    """Lines ``first`` to ``end`` (exclusive, from 0) below a ``###`` heading."""

    page: Page
    first: int
    end: int

    @property
    def title(self) -> str:
        return self.page.lines[self.first].removeprefix("### ")

    @property
    def anchor(self) -> str:
        """What a link to the step is called."""
        kept = "".join(e for e in self.title.lower() if e.isalnum() or e in " -_")
        return kept.replace(" ", "-")

    @cached_property
    def opening(self) -> int | None:
        """The line that opens the first fence."""
        return self.page.first(_FENCE.pattern, self.first, self.end)

    @property
    def language(self) -> str:
        match = _FENCE.match(self.page.lines[self.opening or 0])
        return match[1] if match else ""

    @property
    def closing(self) -> int:
        assert self.opening is not None
        return self.page.lines.index("```", self.opening + 1, self.end)

    @property
    def body(self) -> range:
        """The lines inside the fence."""
        return range((self.opening or self.closing) + 1, self.closing)

    @property
    def lead(self) -> int | None:
        return self.page.first(r"^\*\*(?:In|With) ", self.first, self.end)

    def label(self, name: str) -> int | None:
        """The line of a paragraph such as ``**Expect:** …``."""
        return self.page.first(rf"^\*\*{name}(?::\*\*|\*\*)", self.first, self.end)

    @property
    def bullets(self) -> tuple[int, ...]:
        return tuple(
            at
            for at in range(self.first, self.end)
            if _BULLET.match(self.page.lines[at])
        )

    def bullet(self, label: str) -> int | None:
        wanted = f"- **{label}:**"
        return next(
            (at for at in self.bullets if self.page.lines[at].startswith(wanted)), None
        )

    @property
    def is_question(self) -> bool:
        return self.label("Ask") is not None


@dataclass(frozen=True)
class Page:
    """A file of the handbook, read by lines; line numbers count from 0 here."""

    path: str
    files: Mapping[str, str]
    pick: Random

    @cached_property
    def text(self) -> str:
        return self.files[self.path]

    @cached_property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    @cached_property
    def front_end(self) -> int:
        """The line that closes the front matter."""
        return self.lines.index("---", 1)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        marks = [*self.headings(3), *self.headings(2), len(self.lines)]
        return tuple(
            Step(self, at, min(mark for mark in marks if mark > at))
            for at in self.headings(3)
        )

    def actions(self, *languages: str) -> Iterator[Step]:
        """Yield the steps that run something, in one of the languages if named."""
        for step in self.steps:
            if step.opening is not None and (
                not languages or step.language in languages
            ):
                yield step

    def headings(self, level: int) -> list[int]:
        """Return the lines of headings; what stands in fences is none."""
        found: list[int] = []
        fenced = False
        for at, line in enumerate(self.lines):
            fenced ^= line.startswith("```")
            if not fenced and line.startswith("#" * level + " "):
                found.append(at)
        return found

    def section(self, title: str) -> range:
        """Return a section's lines, its heading first; empty when it is not there."""
        heading = f"## {title}"
        if heading not in self.lines:
            return range(0)
        at = self.lines.index(heading)
        later = [mark for mark in self.headings(2) if mark > at]
        return range(at, later[0] if later else len(self.lines))

    def alerts(self) -> Iterator[range]:
        """Yield the lines of each alert rule of a rule file."""
        starts = [at for at, line in enumerate(self.lines) if _RULE.match(line)]
        for at in starts:
            end = at + 1
            while end < len(self.lines) and self.lines[end].startswith("        "):
                end += 1
            yield range(at, end)

    def first(self, pattern: str, start: int = 0, end: int | None = None) -> int | None:
        """Return the first line that a pattern matches."""
        wanted = re.compile(pattern)
        stop = len(self.lines) if end is None else end
        return next(
            (at for at in range(start, stop) if wanted.search(self.lines[at])), None
        )

    def every(self, pattern: str, where: range | None = None) -> list[int]:
        """Return all lines that a pattern matches."""
        wanted = re.compile(pattern)
        lines = range(len(self.lines)) if where is None else where
        return [at for at in lines if wanted.search(self.lines[at])]

    def put(
        self,
        first: int,
        end: int,
        *new: str,
        at: int | None = None,
        to: int | None = None,
    ) -> Planted:
        """Replace lines ``first`` to ``end`` (exclusive).

        The defect takes up the new lines, or ``at`` to ``to`` when it shows
        elsewhere.
        """
        lines = [*self.lines[:first], *new, *self.lines[end:]]
        start = first if at is None else at
        stop = (
            (max(first + len(new) - 1, first) if at is None else start)
            if to is None
            else to
        )
        return Planted({self.path: "\n".join(lines)}, self.path, start + 1, stop + 1)

    def sub(self, line: int, pattern: str, new: str) -> Iterator[Planted]:
        """Replace the first match in a line, if there is one."""
        text = re.sub(
            pattern, lambda match: match.expand(new), self.lines[line], count=1
        )
        if text != self.lines[line]:
            yield self.put(line, line + 1, text)

    def insert(self, before: int, *new: str, at: int | None = None) -> Planted:
        """Put lines before a line."""
        return self.put(before, before, *new, at=at)
