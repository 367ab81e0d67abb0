"""Where something stands in a text."""

from __future__ import annotations

from dataclasses import dataclass

from runbookkit.model.base import Data


@dataclass(frozen=True, slots=True, order=True)
class Span(Data):
    """A stretch of text; lines and columns count from 1, the end is exclusive."""

    line: int
    """First line."""
    column: int
    """First column, in characters."""
    end_line: int
    """Line of the last character."""
    end_column: int
    """Column after the last character."""


@dataclass(frozen=True, slots=True)
class Located(Data):
    """Text with the place of each of its lines."""

    text: str
    """The text without its markdown container; lines end in a line feed."""
    span: Span
    """From the first to the last character in the source."""
    columns: tuple[int, ...]
    """Source column at which each line of the text begins; less than 1 where the
    line begins with spaces that a tab stands for."""

    @property
    def first_line(self) -> int:
        """Source line of the text's first line."""
        return self.span.line

    def span_of(self, start: int, end: int) -> Span:
        r"""Return the source span of ``text[start:end]``.

        >>> Located("a\nbc", Span(3, 5, 4, 4), (5, 2)).span_of(2, 4)
        Span(line=4, column=2, end_line=4, end_column=4)
        """
        size = len(self.text)
        start = min(max(start, 0), size)
        end = min(max(end, start), size)
        line, column = self._place(start)
        end_line, end_column = self._place(end)
        return Span(line, column, end_line, end_column)

    def _place(self, offset: int) -> tuple[int, int]:
        row = self.text.count("\n", 0, offset)
        within = offset - (self.text.rfind("\n", 0, offset) + 1)
        row = min(row, len(self.columns) - 1)
        # a tab that stands for several spaces puts the column before the line
        return self.first_line + row, max(self.columns[row] + within, 1)
