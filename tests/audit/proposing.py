"""Defects planted in the handbook, what is proposed for them, and what that does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random

from lint.examples import template
from runbookkit.audit.dry_run import gaps_of
from runbookkit.audit.suggest import proposals_of, suggested
from runbookkit.lint.registry import all_rules
from runbookkit.markdown.lines import split_lines
from runbookkit.markdown.runbook import parse_runbook
from runbookkit.model.finding import Edit, Finding
from runbookkit.model.runbook import Runbook
from runbookkit.model.suggestion import Proposal
from runbookkit.queries.registry import fence_names
from seeded.handbook import files, kind_of, lint
from seeded.page import Page
from seeded.planting import Operator, all_operators

OPERATORS = tuple(each for each in all_operators() if "runbook" in each.kinds)
BOOKS = tuple(path for path in files() if kind_of(path) == "runbook")


@dataclass(frozen=True)
class Proposed:
    """A proposal for a text with a defect, put in alone."""

    proposal: Proposal
    before: str
    after: str
    diff: str

    @property
    def runbook(self) -> Runbook:
        return read(self.after, self.proposal.path)

    def new_errors(self) -> list[Finding]:
        """Return errors of a new kind that stand on no line to fill in."""
        known = {each.code for each in found(self.before, self.proposal.path)}
        lines = split_lines(self.after)
        return [
            each
            for each in found(self.after, self.proposal.path)
            if each.level == "error" and each.code not in known
            and not any("<" in line for line in _lines(lines, each))
        ]  # fmt: skip


def _lines(lines: tuple[str, ...], finding: Finding) -> tuple[str, ...]:
    return lines[finding.span.line - 1 : finding.span.end_line]


@cache
def found(text: str, path: str) -> tuple[Finding, ...]:
    return tuple(lint({path: text}, all_rules()))


def read(text: str, path: str) -> Runbook:
    return parse_runbook(text, path, template("runbook"), fence_names())


def with_defect(operator: Operator, path: str, seed: int) -> str:
    """Return a runbook with one defect; empty where the operator does not fit."""
    pick = Random(f"{seed} {operator.name} {path}")
    ways = list(operator.ways(Page(path, files(), pick)))
    return pick.choice(ways).changed.get(path, "") if ways else ""


def proposed(text: str, path: str) -> tuple[Proposal, ...]:
    findings = found(text, path)
    fixes = {(f.code, f.span.line): f.fix for f in findings if f.fix is not None}
    gaps = gaps_of(findings, split_lines(text))
    return proposals_of(gaps, read(text, path), fixes)


def put_in(text: str, path: str) -> Iterator[Proposed]:
    """Yield every proposal for a text, each put in alone."""
    for proposal in proposed(text, path):
        if proposal.edits:
            made = suggested(text, path, [proposal])
            yield Proposed(proposal, text, edited(text, proposal.edits), made.diff)


def edited(text: str, edits: tuple[Edit, ...]) -> str:
    """Return a text with edits, by another way than the one under test."""
    lines = text.split("\n")
    starts = [sum(len(line) + 1 for line in lines[:n]) for n in range(len(lines) + 1)]
    for edit in sorted(edits, key=lambda each: each.span, reverse=True):
        first = starts[edit.span.line - 1] + edit.span.column - 1
        last = (
            starts[min(edit.span.end_line, len(lines)) - 1] + edit.span.end_column - 1
        )
        text = text[:first] + edit.text + text[last:]
    return text
