"""Run rules over one file, over all facts, and settle what allow comments allow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from runbookkit.lint.allow import Allow, AllowUse, allows_of_document, allows_of_lines
from runbookkit.lint.context import Context, Handbook
from runbookkit.lint.facts import (
    document_facts,
    postmortem_facts,
    rules_facts,
    runbook_facts,
)
from runbookkit.lint.rule import CouldNotCheck, Group, Needs, Rule
from runbookkit.lint.ruleset import RuleSet, as_set
from runbookkit.markdown.document import parse_document
from runbookkit.markdown.rulefile import parse_rule_file
from runbookkit.markdown.runbook import runbook_of
from runbookkit.model.document import Document, Heading
from runbookkit.model.facts import Facts
from runbookkit.model.finding import Finding, Level, Unchecked
from runbookkit.model.formats import POSTMORTEM, RUNBOOK
from runbookkit.model.runbook import Runbook
from runbookkit.model.span import Span
from runbookkit.model.template import Template
from runbookkit.queries.registry import fence_names


@dataclass(frozen=True, slots=True)
class FileResult:
    """What one file yields on its own."""

    facts: Facts
    findings: tuple[Finding, ...] = ()
    unchecked: tuple[Unchecked, ...] = ()
    allows: tuple[Allow, ...] = ()


@dataclass(frozen=True, slots=True)
class Settled:
    """What is reported of one file after allow comments."""

    findings: tuple[Finding, ...]
    unchecked: tuple[Unchecked, ...]
    allowed: int = 0


def lint_markdown(
    text: str,
    path: str,
    rules: Iterable[Rule],
    context: Context,
    postmortem_template: Template,
) -> FileResult:
    """Lint one markdown file by the format that it declares, if any."""
    rules = as_set(rules)
    document = parse_document(text, path)
    collector = _Collector(path, document.lines)
    collector.run(("document", "nothing"), rules, document, context)
    if document.format == POSTMORTEM:
        # most runs meet no postmortem
        from runbookkit.markdown.postmortem import postmortem_of  # noqa: PLC0415

        context = replace(context, template=postmortem_template)
        postmortem = postmortem_of(document, postmortem_template)
        collector.run(("postmortem", "format"), rules, postmortem, context)
        facts = postmortem_facts(postmortem)
    elif is_runbook(document, context.template):
        runbook = runbook_of(document, context.template, fence_names())
        _lint_runbook(runbook, rules, context, collector)
        facts = runbook_facts(runbook, context.template)
    else:
        facts = document_facts(document)
    allows = tuple(allows_of_document(document))
    return FileResult(
        facts, tuple(collector.findings), tuple(collector.unchecked), allows
    )


def is_runbook(document: Document, template: Template) -> bool:
    """Tell whether a document is a runbook: declared, or shaped by the template."""
    if document.format or _is_template(document):
        return document.format == RUNBOOK
    named = {
        section.title
        for block in document.blocks
        if isinstance(block, Heading) and block.level == 2
        if (section := template.section(block.title)) is not None
    }
    return len(named) >= 2


def _is_template(document: Document) -> bool:
    """Tell whether a document states what others have to be like."""
    data = document.front_matter.data if document.front_matter else {}
    return str(data.get("template", "")).startswith(("runbook/", "postmortem/"))


def _lint_runbook(
    runbook: Runbook,
    rules: RuleSet,
    context: Context,
    collector: _Collector,
) -> None:
    held = runbook.declared or not context.template.demands_format
    needs: list[Needs] = ["nothing"]
    if held:
        needs.append("template")
    if runbook.declared:
        needs.append("format")
    for need in needs:
        group: Group = ("runbook", need)
        collector.run(group, rules, runbook, context, capped=not held)


def lint_rules(
    text: str, path: str, rules: Iterable[Rule], context: Context
) -> FileResult:
    """Lint one file of alert rules."""
    file = parse_rule_file(text, path)
    collector = _Collector(path, file.lines)
    collector.run(("rules", "nothing"), as_set(rules), file, context)
    return FileResult(
        rules_facts(file),
        tuple(collector.findings),
        tuple(collector.unchecked),
        tuple(allows_of_lines(file.lines)),
    )


def lint_handbook(
    handbook: Handbook, rules: Iterable[Rule], context: Context
) -> tuple[tuple[Finding, ...], tuple[Unchecked, ...]]:
    """Hold all files against each other."""
    collector = _Collector("", ())
    collector.run(("handbook", "nothing"), as_set(rules), handbook, context)
    return tuple(collector.findings), tuple(collector.unchecked)


def settle(
    result: FileResult,
    others: tuple[Finding, ...],
    other_unchecked: tuple[Unchecked, ...],
    rules: Iterable[Rule],
    context: Context,
) -> Settled:
    """Apply a file's allow comments to its findings, and judge the comments.

    ``others`` are handbook findings about the same file.
    """
    rules = as_set(rules)
    kept: list[Finding] = []
    used: set[Allow] = set()
    for finding in (*result.findings, *others):
        allow = _allowing(result.allows, finding, context.today)
        if allow is None:
            kept.append(finding)
        else:
            used.add(allow)
    collector = _Collector(result.facts.path, ())
    if result.allows:
        ran = {rule.code for rule in rules}
        uses = tuple(
            AllowUse(allow, allow in used, judged=ran.issuperset(allow.codes))
            for allow in result.allows
        )
        collector.run(("allowances", "nothing"), rules, uses, context)
    findings = sorted(
        (*kept, *collector.findings), key=lambda each: (each.span, each.code)
    )
    unchecked = tuple(
        each
        for each in (*result.unchecked, *other_unchecked)
        if not any(
            allow.covers(each.code, each.span.line, context.today)
            for allow in result.allows
        )
    )
    total = len(result.findings) + len(others)
    return Settled(tuple(findings), unchecked, total - len(kept))


def _allowing(allows: tuple[Allow, ...], finding: Finding, today: date) -> Allow | None:
    for allow in allows:
        if allow.covers(finding.code, finding.span.line, today):
            return allow
    return None


class _Collector:
    """Runs rules over one subject and keeps what they yield."""

    def __init__(self, path: str, lines: tuple[str, ...]) -> None:
        self.path = path
        self.lines = lines
        self.findings: list[Finding] = []
        self.unchecked: list[Unchecked] = []

    def run(
        self,
        group: Group,
        rules: RuleSet,
        value: Any,
        context: Context,
        *,
        capped: bool = False,
    ) -> None:
        for rule in rules.of(group):
            self._collect(rule, rule.check(value, context), capped=capped)

    def _collect(self, rule: Rule, outcomes: Iterator[Any], *, capped: bool) -> None:
        for outcome in outcomes:
            path = outcome.path or self.path
            span = self._inside(outcome.span)
            if isinstance(outcome, CouldNotCheck):
                self.unchecked.append(
                    Unchecked(path, span, rule.code, rule.name, outcome.reason)
                )
                continue
            level: Level = outcome.level or rule.level
            if capped and level == "error":
                level = "warning"
            self.findings.append(
                Finding(
                    path,
                    span,
                    rule.code,
                    rule.name,
                    level,
                    outcome.message,
                    outcome.fix,
                    outcome.related,
                )
            )

    def _inside(self, span: Span) -> Span:
        """Clip a span to the file: every position that is reported exists."""
        if not self.lines:
            return span
        last = len(self.lines)
        line = min(max(span.line, 1), last)
        end_line = min(max(span.end_line, line), last)
        column = min(max(span.column, 1), len(self.lines[line - 1]) + 1)
        end_column = min(max(span.end_column, 1), len(self.lines[end_line - 1]) + 1)
        if end_line == line:
            end_column = max(end_column, column)
        if (line, column, end_line, end_column) == (
            span.line,
            span.column,
            span.end_line,
            span.end_column,
        ):
            return span
        return Span(line, column, end_line, end_column)
