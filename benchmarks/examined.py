"""Do to one input all that the tool does with a file, and say what went wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from runbookkit.app.graphs import dot, mermaid, outline
from runbookkit.lint.context import Context, Handbook
from runbookkit.lint.engine import (
    FileResult,
    lint_handbook,
    lint_markdown,
    lint_rules,
    settle,
)
from runbookkit.lint.facts_json import decode, encode
from runbookkit.lint.fixes import apply_fixes
from runbookkit.lint.formats import rendered
from runbookkit.lint.registry import all_rules
from runbookkit.lint.report import Report, Style
from runbookkit.markdown.document import parse_document
from runbookkit.markdown.lines import split_lines
from runbookkit.markdown.postmortem import postmortem_of
from runbookkit.markdown.rulefile import parse_rule_file
from runbookkit.markdown.runbook import runbook_of
from runbookkit.markdown.template import parse_template
from runbookkit.model.finding import Finding
from runbookkit.model.graph import step_graph
from runbookkit.model.span import Span
from runbookkit.model.template import Template
from runbookkit.queries.registry import fence_names

META = Path(__file__).parents[1] / "meta"
FORMS = ("text", "concise", "json", "sarif", "github", "junit", "markdown")
TODAY = date(2026, 11, 20)


class MisplacedError(Exception):
    """A place that the input does not have."""


@cache
def _template(name: str) -> Template:
    path = META / f"{name}-template.md"
    return parse_template(path.read_text(encoding="utf-8"), path.name)


@cache
def _context() -> Context:
    return Context(_template("runbook"), TODAY)


def examine(content: bytes, path: str, *, reports: bool = False) -> int:
    """Parse, lint and fix one input; return how many findings it has.

    Raises:
        MisplacedError: Something was found at a place that is not there.
    """
    text = content.decode("utf-8", "replace")
    lines = split_lines(text)
    _parse(text, path, lines)
    findings = _lint(text, path)
    for finding in findings:
        _check(finding, lines)
    apply_fixes(text, findings, unsafe=True)
    if reports:
        report = Report(1, tuple(findings), sources=lambda _: lines, rules=all_rules())
        for form in FORMS:
            for piece in rendered(form, report, Style(everything=True)):
                piece.encode("utf-8", "replace")
    return len(findings)


def _parse(text: str, path: str, lines: Sequence[str]) -> None:
    if path.endswith(".yaml"):
        _check(parse_rule_file(text, path), lines)
        return
    document = parse_document(text, path)
    _check(document, lines)
    _check(postmortem_of(document, _template("postmortem")), lines)
    runbook = runbook_of(document, _template("runbook"), fence_names())
    _check(runbook, lines)
    graph = step_graph(runbook)
    for draw in (mermaid, dot, outline):
        draw(graph)


def _lint(text: str, path: str) -> list[Finding]:
    rules, context = all_rules(), _context()
    result: FileResult
    if path.endswith(".yaml"):
        result = lint_rules(text, path, rules, context)
    else:
        result = lint_markdown(text, path, rules, context, _template("postmortem"))
    if decode(encode(result)) != result:
        raise MisplacedError("what is kept of the file is not what was found")
    others, unchecked = lint_handbook(Handbook({path: result.facts}), rules, context)
    return list(settle(result, others, unchecked, rules, context).findings)


def _check(value: Any, lines: Sequence[str]) -> None:
    for span in _spans(value):
        inside = 1 <= span.line <= span.end_line <= max(len(lines), 1)
        if not inside or not (
            1 <= span.column <= len(lines[span.line - 1]) + 1
            and 1 <= span.end_column <= len(lines[span.end_line - 1]) + 1
            and (span.line < span.end_line or span.column <= span.end_column)
        ):
            raise MisplacedError(
                f"{span} lies outside of {len(lines)} lines: {value!r:.300}"
            )


def _spans(value: Any) -> Iterator[Span]:
    """Yield every place in a value, however deep."""
    if isinstance(value, Span):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from _spans(getattr(value, field.name))
    elif isinstance(value, (tuple, list)):
        for each in value:
            yield from _spans(each)
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _spans(each)
