"""Put fixes into a text: what is not edited stays as it is, byte for byte."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import unified_diff
from typing import NamedTuple

from runbookkit.model.finding import Edit, Finding

_LINE_END = re.compile(r"\r\n?|\n")


@dataclass(frozen=True, slots=True)
class Fixed:
    """A text after one round of fixes."""

    text: str
    applied: tuple[Finding, ...] = ()
    """Findings whose fix is in the text."""
    waiting: tuple[Finding, ...] = ()
    """Findings whose fix touches what another one has changed: lint again first."""


class _Change(NamedTuple):
    start: int
    end: int
    text: str


def apply_fixes(
    text: str, findings: Iterable[Finding], *, unsafe: bool = False
) -> Fixed:
    """Return a text with the fixes of its findings, as far as they do not collide.

    The first of two that overlap wins. A fix is put in whole or not at all.
    Fixes that may change the meaning are left out unless ``unsafe``.
    """
    offsets = _Offsets(text)
    taken: list[_Change] = []
    applied: list[Finding] = []
    waiting: list[Finding] = []
    for finding in findings:
        if finding.fix is None or not (unsafe or finding.fix.safe):
            continue
        changes = [offsets.change(edit) for edit in finding.fix.edits]
        together = _joined(taken, changes)
        if together is None:
            waiting.append(finding)
        else:
            taken = together
            applied.append(finding)
    return Fixed("".join(_pieces(text, taken)), tuple(applied), tuple(waiting))


def diff(path: str, before: str, after: str) -> str:
    """Return the change as a unified diff that ``git apply`` and ``patch`` read."""
    lines = unified_diff(
        _kept_ends(before), _kept_ends(after), f"a/{path}", f"b/{path}"
    )
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for line in lines
    )


def _joined(taken: list[_Change], changes: list[_Change]) -> list[_Change] | None:
    """Return all changes in order; none if two of them collide."""
    together = taken.copy()
    for change in changes:
        at = bisect_left(together, change)
        together.insert(at, change)
        around = together[max(at - 1, 0) : at + 2]
        if change.end < change.start or any(map(_collide, around, around[1:])):
            return None
    return together if changes else None


def _collide(one: _Change, other: _Change) -> bool:
    """Tell whether two changes, in order, touch the same text.

    Two that begin in one place collide as well: nothing says which goes first.
    """
    return one.end > other.start or one.start == other.start


def _pieces(text: str, changes: list[_Change]) -> Iterator[str]:
    done = 0
    for change in changes:
        yield text[done : change.start]
        yield change.text
        done = change.end
    yield text[done:]


class _Offsets:
    """Where the lines of a text begin and end, counted as the parser does."""

    def __init__(self, text: str) -> None:
        ends = list(_LINE_END.finditer(text))
        self._text = text
        self._starts = [len(text) - len(text.removeprefix("\ufeff"))]
        self._starts += [end.end() for end in ends]
        self._stops = [end.start() for end in ends] + [len(text)]
        self._newline = ends[0][0] if ends else "\n"

    def change(self, edit: Edit) -> _Change:
        """Return an edit with offsets, its line ends like those of the text."""
        span = edit.span
        text = _LINE_END.sub(self._newline, edit.text)
        start = self._at(span.line, span.column)
        return _Change(start, self._at(span.end_line, span.end_column), text)

    def _at(self, line: int, column: int) -> int:
        if line > len(self._starts):
            return len(self._text)
        row = max(line, 1) - 1
        return min(self._starts[row] + max(column, 1) - 1, self._stops[row])


def _kept_ends(text: str) -> list[str]:
    # only a line feed ends a line of a diff; str.splitlines knows many more
    return [line for line in re.split(r"(?<=\n)", text) if line]
