"""The stable contract for programs: one object, one finding on a line.

``schemas/lint-report.json`` describes it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any, Final

from runbookkit.lint.report import Report, Style, rule_url, summarise
from runbookkit.model.finding import Edit, Finding, Unchecked
from runbookkit.model.span import Span

NAME: Final = "json"


def render(report: Report, style: Style) -> str:
    """Return findings, checks that could not run, and the counts."""
    return "".join(stream(report, style))


def stream(report: Report, style: Style) -> Iterator[str]:  # noqa: ARG001  outputs look alike
    """Yield the text finding by finding, so that it need not be held whole."""
    yield '{"findings": ['
    yield from _rows(map(_finding, report.findings))
    yield '],\n"unchecked": ['
    yield from _rows(map(_unchecked, report.unchecked))
    yield f'],\n"summary": {json.dumps(asdict(summarise(report)))}}}\n'


def _rows(values: Iterable[dict[str, Any]]) -> Iterator[str]:
    end = "\n"
    encode = json.JSONEncoder().encode
    for value in values:
        yield end + encode(value)
        end = ",\n"
    if end != "\n":
        yield "\n"


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "path": finding.path,
        **_place(finding.span),
        "code": finding.code,
        "name": finding.name,
        "level": finding.level,
        "message": finding.message,
        "fix": finding.fix
        and {
            "title": finding.fix.title,
            "safe": finding.fix.safe,
            "edits": [_edit(edit) for edit in finding.fix.edits],
        },
        "url": rule_url(finding.code),
        "related": [
            {"path": each.path, "line": each.line, "message": each.message}
            for each in finding.related
        ],
    }


def _unchecked(unchecked: Unchecked) -> dict[str, Any]:
    return {
        "path": unchecked.path,
        **_place(unchecked.span),
        "code": unchecked.code,
        "name": unchecked.name,
        "reason": unchecked.reason,
    }


def _edit(edit: Edit) -> dict[str, Any]:
    return {**_place(edit.span), "text": edit.text}


def _place(span: Span) -> dict[str, int]:
    return {
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }
