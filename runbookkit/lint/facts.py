"""What other files need to know of one file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from runbookkit.lint.quantities import quantities
from runbookkit.model.alertrule import RuleFile
from runbookkit.model.document import CodeBlock, Document, Heading, Prose
from runbookkit.model.facts import Facts, FileKind, Named, Quantity
from runbookkit.model.runbook import Runbook, Section
from runbookkit.model.span import Span
from runbookkit.model.template import Template
from runbookkit.queries.metrics import metrics_of

if TYPE_CHECKING:
    from runbookkit.model.postmortem import Postmortem

_SCHEME = re.compile(r"^[a-zA-Z][\w+.-]*:")
# OSDDown and etcdNoLeader are names of alerts as well as KubePodNotReady.
_ALERT_LIKE = re.compile(r"\b(?=[A-Z]*[a-z])[A-Za-z]\w*[A-Z]\w*\b")

_CAPITAL_INSIDE = re.compile(r"[A-Z](?<=\w[A-Z])")


def document_facts(document: Document, kind: FileKind = "page") -> Facts:
    """Return the facts of any markdown file."""
    title = document.title
    return Facts(
        document.path,
        kind,
        title.title if title else "",
        bool(document.format),
        tuple(sorted(document.anchors)),
        tuple(
            Named(block.anchor, block.span)
            for block in document.blocks
            if isinstance(block, Heading)
        ),
        tuple(
            Named(link.target, link.span)
            for link in document.links
            if not _SCHEME.match(link.target) and not link.target.startswith("//")
        ),
        tuple(
            Named(link.target, link.span)
            for link in document.links
            if _SCHEME.match(link.target)
        ),
        words=tuple(sorted(_alert_like(document))),
    )


def postmortem_facts(postmortem: Postmortem) -> Facts:
    """Return the facts of a postmortem."""
    return document_facts(postmortem.document, "postmortem")


def runbook_facts(runbook: Runbook, template: Template) -> Facts:
    """Return the facts of a runbook."""
    held = runbook.declared or not template.demands_format
    base = document_facts(runbook.document, "runbook" if held else "draft")
    front = runbook.document.front_matter
    places = front.places if front else {}
    top = front.span if front else Span(1, 1, 1, 1)
    data = runbook.metadata

    def named(key: str, value: str) -> Named | None:
        return Named(value, places.get(key, top)) if value else None

    return Facts(
        base.path,
        base.kind,
        runbook.title,
        base.declared,
        base.anchors,
        base.headings,
        tuple(_links(runbook, base)),
        base.urls,
        tuple(
            Named(alert, places.get(f"alerts.{number}", top))
            for number, alert in enumerate(data.alerts)
        ),
        base.words,
        named("severity", data.severity),
        named("service", data.service),
        tuple(_meaning(runbook)),
        tuple(_metrics(runbook)),
        tuple(
            Named(branch.target.href, branch.span)
            for step in runbook.steps
            for branch in step.branches
            if branch.target.kind == "go to" and not branch.target.anchor
        ),
        any(
            branch.target.kind in {"stop", "escalate"}
            for step in runbook.steps
            for branch in step.branches
        ),
    )


def rules_facts(file: RuleFile) -> Facts:
    """Return the facts of a rule file."""
    language = file.language
    expressions = [
        *((rule.expr, rule.span) for rule in file.alerts),
        *((rule.expr, rule.span) for rule in file.recordings),
    ]
    found = [
        Named(metric, span)
        for expr, span in expressions
        for metric in metrics_of(language, expr)
    ]
    return Facts(
        file.path,
        "rules",
        metrics=tuple(found),
        rules=file.alerts,
        recordings=tuple(Named(rule.name, rule.span) for rule in file.recordings),
    )


def meaning_section(runbook: Runbook) -> Section | None:
    """Return the section that says what the alert means: the first one named."""
    return next((section for section in runbook.sections if section.key), None)


def _links(runbook: Runbook, base: Facts) -> Iterator[Named]:
    """Yield the links without the branches to a step of the same file.

    Those are edges of the step graph, and other rules hold them against it.
    """
    edges = [
        branch.span
        for step in runbook.steps
        for branch in step.branches
        if branch.target.anchor and runbook.declared
    ]
    for link in base.links:
        own = link.name.startswith("#") and any(
            edge.line <= link.span.line <= edge.end_line for edge in edges
        )
        if not own:
            yield link


def looks_like_alert(name: str) -> bool:
    """Tell whether an alert's name would be found among a file's ``words``."""
    return _ALERT_LIKE.fullmatch(name) is not None


def _meaning(runbook: Runbook) -> Iterator[Quantity]:
    section = meaning_section(runbook)
    for block in section.blocks if section else ():
        if isinstance(block, Prose):
            found = tuple(quantities(block))
            about = (
                tuple(dict.fromkeys(_ALERT_LIKE.findall(block.text))) if found else ()
            )
            for quantity in found:
                yield replace(quantity, about=about)


def _metrics(runbook: Runbook) -> Iterator[Named]:
    for block in runbook.document.blocks:
        if isinstance(block, CodeBlock) and block.language == "promql":
            for metric in metrics_of("promql", block.text):
                at = block.text.find(metric)
                if at >= 0:  # else a placeholder is part of the name
                    yield Named(metric, block.span_of(at, at + len(metric)))


def _alert_like(document: Document) -> set[str]:
    # few lines have a capital inside a word, and looking for one is fast
    lines = [line for line in document.lines if _CAPITAL_INSIDE.search(line)]
    return set(_ALERT_LIKE.findall("\n".join(lines)))
