"""Defects of values that commands need."""

from __future__ import annotations

import re
from collections.abc import Iterator

from runbookkit.audit.calibration.page import Edited, Page, defect, extent


@defect("undefined-input")
def drop_input(page: Page) -> Iterator[Edited]:
    """Forget to declare an input that steps use."""
    for given in page.runbook.metadata.inputs:
        uses = page.uses(given.name)
        heads = page.having(rf"^  {re.escape(given.name)}:")
        if uses and heads:
            last = heads[0]
            while page.line(last + 1).startswith("    "):
                last += 1
            alone = len(page.runbook.metadata.inputs) == 1
            first = heads[0] - 1 if alone else heads[0]
            yield page.put(first, last, at=uses)


@defect("undefined-input")
def drop_capture(page: Page) -> Iterator[Edited]:
    """Forget to say where a value comes from that later steps use."""
    for step in page.steps:
        for capture in step.captures:
            uses = tuple(
                each for each in page.uses(capture.name) if each > capture.span.line
            )
            if uses:
                yield page.drop(capture.span.line, capture.span.end_line, at=uses)


@defect("undefined-input")
def rename_placeholder(page: Page) -> Iterator[Edited]:
    """Misspell a name in a command."""
    for step in page.steps:
        if step.action is None:
            continue
        span = step.action.code.span
        for number in range(span.line, span.end_line + 1):
            yield from page.swap(number, r"\{\{ (\w+)", r"{{ \1_name")


@defect("undefined-input", "dead-end")
def use_before_capture(page: Page) -> Iterator[Edited]:
    """Move the step that brings a value behind the step that needs it."""
    for one, two in zip(page.steps, page.steps[1:], strict=False):
        for capture in one.captures:
            first, last = one.span.line, two.end_line
            needs = [n for n in page.uses(capture.name) if two.span.line <= n <= last]
            if needs and one.section == two.section:
                moved = page.lines[two.span.line - 1 : last]
                kept = page.lines[first - 1 : two.span.line - 1]
                text = page.put(first, last, *moved, "", *kept).text
                yield Edited(text, tuple(range(first, last + 2)))


@defect("ambiguous-decision", "undefined-input")
def unknown_name_in_condition(page: Page) -> Iterator[Edited]:
    """Judge a value that the answer does not have."""
    for step in page.steps:
        for expect in step.expectations:
            number = expect.expression.span.line
            yield from page.swap(number, r"`value ", "`error_rate ", extent(step))
