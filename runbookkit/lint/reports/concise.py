"""One line for each finding, for editors and pipes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from runbookkit.lint.report import Report, Style, printable

NAME: Final = "concise"


def render(report: Report, style: Style) -> str:
    """Return one line for each finding and for each check that could not run."""
    return "".join(stream(report, style))


def stream(report: Report, style: Style) -> Iterator[str]:
    """Yield the lines."""
    for each in report.findings:
        place = f"{printable(each.path)}:{each.span.line}:{each.span.column}:"
        code = style.paint(each.code, "bold")
        yield f"{place} {code} {printable(each.message)}\n"
    for other in report.unchecked:
        place = f"{printable(other.path)}:{other.span.line}:{other.span.column}:"
        code = style.paint(other.code, "bold")
        yield f"{place} {code} could not check: {printable(other.reason)}\n"
