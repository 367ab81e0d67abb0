"""Small runbooks for tests: a part is completed to a runbook that is clean."""

from __future__ import annotations

from lint.examples import HERE, complete, lint_files, template
from runbookkit.lint.registry import rule_of
from runbookkit.markdown.runbook import parse_runbook
from runbookkit.model.finding import Finding
from runbookkit.model.runbook import Runbook
from runbookkit.queries.registry import fence_names


def completed(part: str) -> str:
    """Return the clean runbook with a part put in."""
    return complete(part, (HERE / "clean.md").read_text("utf-8"))


def runbook(part: str) -> Runbook:
    """Return the clean runbook with a part put in, parsed."""
    return parse_runbook(completed(part), "a.md", template("runbook"), fence_names())


def found(code: str, part: str) -> tuple[Finding, ...]:
    """Return what one rule finds in a part of a declared runbook."""
    return lint_files({"a.md": completed(part)}, [rule_of(code)]).findings


def found_in_draft(code: str, text: str) -> tuple[Finding, ...]:
    """Return what one rule finds in sections that declare no format."""
    whole = (
        f"# LokiDown\n\n## Meaning\n\nLoki is down.\n\n## Impact\n\nNo logs.\n\n{text}"
    )
    return lint_files({"a.md": whole}, [rule_of(code)]).findings


def fixed(code: str, part: str) -> str:
    """Return the part's runbook with the first finding's fix applied."""
    text = completed(part)
    fix = found(code, part)[0].fix
    assert fix is not None
    lines = text.split("\n")
    for edit in sorted(fix.edits, key=lambda each: each.span, reverse=True):
        span = edit.span
        before = lines[span.line - 1][: span.column - 1]
        behind = lines[span.end_line - 1][span.end_column - 1 :]
        lines[span.line - 1 : span.end_line] = (before + edit.text + behind).split("\n")
    return "\n".join(lines)
