"""The audit for programs: SARIF through the linter's writer, and JUnit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from junitparser import Error, Failure, JUnitXml, TestCase, TestSuite

from runbookkit import __version__
from runbookkit.app.audit_text import shown_gaps, why_of
from runbookkit.app.reading import read_text
from runbookkit.audit.together import fails
from runbookkit.errors import UsageError
from runbookkit.lint.registry import rule_of
from runbookkit.lint.report import Report, Style, printable
from runbookkit.lint.reports import sarif as lint_sarif
from runbookkit.markdown.lines import split_lines
from runbookkit.model.audit import (
    AuditReport,
    Gap,
    GapKind,
    RunbookAudit,
    ScenarioVerdict,
)
from runbookkit.model.finding import Finding, Unchecked
from runbookkit.model.span import Span

RULES: Final[dict[GapKind, str]] = {
    "missing-command": "RB201",
    "undefined-input": "RB301",
    "ambiguous-decision": "RB404",
    "no-expected-result": "RB501",
    "wrong-tool": "RB704",
    "dead-end": "RB406",
    "no-exit": "RB407",
    "unsafe-action": "RB601",
    "no-rollback": "RB602",
    "missing-access": "RB702",
    "stale-reference": "RB804",
    "assumed-knowledge": "RB902",
    "contradiction": "RB808",
    "unverifiable-end": "RB503",
    "hidden-instruction": "RB908",
}
"""The rule whose page explains a gap that no rule has found."""
_NOT_AUDITED: Final = "RB201"


def sarif(report: AuditReport, style: Style) -> str:
    """Return proven and confirmed gaps as a log of the linter's form."""
    findings = tuple(
        _finding(gap) for audit in report.runbooks for gap in shown_gaps(audit)
    )
    unchecked = tuple(each for audit in report.runbooks for each in _unchecked(audit))
    made = Report(
        len(report.runbooks),
        findings,
        unchecked,
        sources=_sources,
        version=__version__,
    )
    return lint_sarif.render(made, style)


def _finding(gap: Gap) -> Finding:
    code = gap.code or RULES[gap.kind]
    said = f"{gap.kind} ({gap.status}): {gap.missing}"
    level = "error" if gap.status == "proven" else "warning"
    name = rule_of(code).name
    return Finding(gap.path, _line(gap.line), code, name, level, said)  # type: ignore[arg-type]


def _unchecked(audit: RunbookAudit) -> Iterator[Unchecked]:
    for name, reason in open_ends(audit):
        said = f"{name}: {reason}" if reason else name
        rule = rule_of(_NOT_AUDITED)
        yield Unchecked(audit.path, _line(1), rule.code, "the audit", said)


def open_ends(audit: RunbookAudit) -> Iterator[tuple[str, str]]:
    """Yield what could not be audited, and why."""
    if audit.verdict == "error" and not audit.scenarios:
        yield "not audited", audit.why
    for scenario in audit.scenarios:
        if scenario.verdict in {"error", "untrusted"}:
            yield scenario.scenario, _reason(scenario)


def _reason(scenario: ScenarioVerdict) -> str:
    said = dict.fromkeys(filter(None, map(why_of, scenario.plays)))
    return "; ".join([*said, *filter(None, [scenario.why])])


def _line(number: int) -> Span:
    return Span(number, 1, number, 1)


def _sources(path: str) -> tuple[str, ...]:
    try:
        return split_lines(read_text(Path(path)))
    except UsageError:
        return ()  # judged again elsewhere: the marks are by path and line alone


def junit(report: AuditReport) -> str:
    """Return a suite for each runbook: the dry run, then each scenario."""
    log = JUnitXml("runbook audit")
    for audit in report.runbooks:
        suite = TestSuite(printable(audit.path))
        suite.add_testcases(list(_cases(audit, report)))
        log.append(suite)
    log.update_statistics()
    text: bytes = log.tostring()
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + text.decode() + "\n"


def _cases(audit: RunbookAudit, report: AuditReport) -> Iterator[TestCase]:
    for gap in shown_gaps(audit):
        case = TestCase(f"{gap.kind} at {gap.line}", printable(audit.path), 0.0)
        said = f"{audit.path}:{gap.line}: {gap.missing}\n{gap.quote}"
        if fails(gap, report.gate, advisory=report.advisory):
            failure = Failure(printable(gap.missing), gap.status)
            failure.text = "\n".join(map(printable, said.splitlines()))
            case.result = failure
        else:
            case.system_out = "\n".join(map(printable, said.splitlines()))
        yield case
    open_ones = dict(open_ends(audit))
    named = [each.scenario for each in audit.scenarios] or ["the audit"]
    for name in dict.fromkeys((*open_ones, *named)):
        case = TestCase(printable(name), printable(audit.path), 0.0)
        if name in open_ones:
            case.result = Error(printable(open_ones[name]), "not audited")
        yield case
