"""A clean runbook, and ways to change its text that keep track of the place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from runbookkit.model.audit import GapKind
from runbookkit.model.runbook import Runbook, Step


@dataclass(frozen=True, slots=True)
class Edited:
    """A changed text, and the lines at which the change is to be noticed."""

    text: str
    lines: tuple[int, ...]
    """From 1, in the changed text."""


@dataclass(frozen=True, slots=True)
class Operator:
    """Yields every way to make one change to a page."""

    name: str
    kinds: tuple[GapKind, ...]
    """What it is to be reported as; none where nothing was spoiled."""
    ways: Callable[[Page], Iterator[Edited]]

    @property
    def benign(self) -> bool:
        """Whether a report about it is a false alarm."""
        return not self.kinds


def defect(*kinds: GapKind) -> Callable[[Callable[[Page], Iterator[Edited]]], Operator]:
    """Make an operator that plants a defect of these kinds."""

    def wrap(ways: Callable[[Page], Iterator[Edited]]) -> Operator:
        return Operator(ways.__name__.replace("_", "-"), kinds, ways)

    return wrap


def benign(ways: Callable[[Page], Iterator[Edited]]) -> Operator:
    """Make an operator that spoils nothing."""
    return Operator(ways.__name__.replace("_", "-"), (), ways)


@dataclass(frozen=True, slots=True)
class Page:
    """A runbook that nothing is wrong with; lines count from 1."""

    runbook: Runbook

    @property
    def lines(self) -> tuple[str, ...]:
        """The text as it is written."""
        return self.runbook.document.lines

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps in the order of the text."""
        return self.runbook.steps

    def line(self, number: int) -> str:
        """Return one line."""
        return self.lines[number - 1]

    def put(self, first: int, last: int, *new: str, at: tuple[int, ...] = ()) -> Edited:
        """Replace lines; ``last`` before ``first`` only inserts.

        ``at`` are lines of the unchanged text at which it is to be noticed, where
        those are not the new ones.
        """
        lines = [*self.lines[: first - 1], *new, *self.lines[last:]]
        grown = len(new) - (last - first + 1)
        moved = tuple(each + grown if each > last else each for each in at)
        here = tuple(range(first, first + max(len(new), 1)))
        return Edited("\n".join(lines) + "\n", moved or here)

    def drop(self, first: int, last: int, at: tuple[int, ...] = ()) -> Edited:
        """Remove lines, and the empty one behind them."""
        if last < len(self.lines) and not self.line(last + 1).strip():
            last += 1
        return self.put(first, last, at=at)

    def swap(
        self, number: int, pattern: str, new: str, at: tuple[int, ...] = ()
    ) -> Iterator[Edited]:
        """Replace the first match in a line, if there is one."""
        text = re.sub(
            pattern, lambda match: match.expand(new), self.line(number), count=1
        )
        if text != self.line(number):
            yield self.put(number, number, text, at=at)

    def having(self, pattern: str) -> tuple[int, ...]:
        """Return the lines that a pattern matches somewhere."""
        wanted = re.compile(pattern)
        return tuple(
            number
            for number, line in enumerate(self.lines, 1)
            if wanted.search(line) is not None
        )

    def uses(self, name: str) -> tuple[int, ...]:
        """Return the lines that hold a placeholder of that name."""
        return self.having(rf"\{{\{{[^}}]*\b{re.escape(name)}\b[^}}]*\}}\}}")


def extent(step: Step) -> tuple[int, ...]:
    """Return the lines of a step."""
    return tuple(range(step.span.line, step.end_line + 1))
