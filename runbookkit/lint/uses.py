"""Every place of a runbook where a value is put in: ``{{ name }}``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from runbookkit.lint.flow import within
from runbookkit.model.document import Block, CodeBlock, Heading, Html, Prose, Table
from runbookkit.model.remembered import remembered
from runbookkit.model.runbook import Runbook, Step
from runbookkit.model.span import Located, Span
from runbookkit.queries.placeholders import placeholder_problems, placeholders

Role = Literal[
    "action", "rollback", "host", "prose", "heading", "lead line",
    "expression", "condition", "effect", "branch",
]  # fmt: skip
"""What the place is for."""

_STRING: Final = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'")
_NAME: Final = re.compile(r"(?<!\.)\b[A-Za-z_]\w*")

Part = Heading | Prose | CodeBlock

SUBSTITUTED: frozenset[Role] = frozenset({"action", "rollback", "host", "prose"})
"""The places where a value is put in; elsewhere the braces would stay."""


@dataclass(frozen=True, slots=True)
class Use:
    """One ``{{ … }}``; ``problem`` says why it cannot be read, if so."""

    name: str
    span: Span
    role: Role
    step: Step | None
    problem: str = ""


@remembered
def uses(runbook: Runbook) -> tuple[Use, ...]:
    """Return the uses of names in a runbook, in order.

    Fences that nobody runs are left out: they show what others write.
    """
    found: list[Use] = []
    steps = list(runbook.steps)
    for block in runbook.document.blocks:
        for part in _parts(block):
            if "{{" in part.text:
                step = _step_at(part.span.line, steps)
                found.extend(_in_part(part, step))
    return tuple(found)


def _parts(block: Block) -> Iterator[Part]:
    if isinstance(block, Table):
        yield from (cell for row in (block.header, *block.rows) for cell in row)
    elif not isinstance(block, Html):
        yield block


def _step_at(line: int, steps: list[Step]) -> Step | None:
    return next(
        (step for step in steps if step.span.line <= line <= step.end_line), None
    )


def _in_part(part: Part, step: Step | None) -> Iterator[Use]:
    for name, start, end, problem in _braces(part):
        span = part.span_of(start, end)
        role = _role(part, span, step)
        if role is not None:
            yield Use(name, span, role, step, problem)


def _braces(source: Located) -> list[tuple[str, int, int, str]]:
    found = [
        (each.name, each.start, each.end, "") for each in placeholders(source.text)
    ]
    found += [
        ("", each.start, each.end, each.message)
        for each in placeholder_problems(source.text)
    ]
    return sorted(found, key=lambda each: each[1])


def _role(part: Part, span: Span, step: Step | None) -> Role | None:
    if isinstance(part, Heading):
        return "heading"
    if isinstance(part, CodeBlock):
        return _role_of_code(part, step)
    return _role_in_step(part, span, step) if step else "prose"


def _role_of_code(block: CodeBlock, step: Step | None) -> Role | None:
    if step is None:
        return None
    if step.action is not None and step.action.code is block:
        return "action"
    if step.rollback is not None and step.rollback.command is block:
        return "rollback"
    return None


def _role_in_step(block: Prose, span: Span, step: Step) -> Role:
    lead = step.action.lead if step.action else None
    if lead is not None and lead.span == block.span:
        return "host" if "{{" in lead.host + lead.at else "lead line"
    expressions = [each.expression.span for each in step.expectations]
    expressions += [each.expression.span for each in step.captures]
    if any(within(span, each) for each in expressions):
        return "expression"
    if step.changes is not None and step.changes.span == block.span:
        return "effect"
    if any(branch.span == block.span for branch in step.branches):
        return "branch"
    rollback = step.rollback
    if rollback is not None and rollback.span == block.span:
        return "rollback" if rollback.command is not None else "prose"
    return "prose"


@remembered
def used_names(runbook: Runbook) -> frozenset[str]:
    """Return the names that a runbook uses, in braces or in an expression."""
    found = {use.name for use in uses(runbook) if use.role in SUBSTITUTED}
    for step in runbook.steps:
        texts = [each.expression.text for each in step.expectations]
        texts += [each.expression.text for each in step.captures]
        texts += [each.condition.text for each in step.branches if each.condition]
        for text in texts:
            found.update(_NAME.findall(_STRING.sub("", text)))
    return frozenset(found)
