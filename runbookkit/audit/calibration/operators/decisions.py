"""Defects of what is expected, and of where it leads."""

from __future__ import annotations

from collections.abc import Iterator

from runbookkit.audit.calibration.page import Edited, Page, defect, extent


@defect("no-expected-result", "ambiguous-decision")
def drop_expect(page: Page) -> Iterator[Edited]:
    """Do not say which answer is healthy."""
    for step in page.steps:
        for expect in step.expectations:
            at = tuple(n for n in extent(step) if n != expect.span.line)
            yield page.drop(expect.span.line, expect.span.end_line, at=at)


@defect("ambiguous-decision", "no-expected-result")
def vague_threshold(page: Page) -> Iterator[Edited]:
    """Say "too high" where a number was."""
    for step in page.steps:
        for expect in step.expectations:
            new = "**Expect:** it is not too high"
            first, last = expect.span.line, expect.span.end_line
            moved = page.put(first, last, new, at=extent(step))
            yield moved


@defect("ambiguous-decision")
def unreadable_condition(page: Page) -> Iterator[Edited]:
    """Break a condition, as when half of it was deleted."""
    for step in page.steps:
        for expect in step.expectations:
            number = expect.expression.span.line
            yield from page.swap(number, r"`([^`]*[<>=]=?) [^`]*`$", r"`\1`")


@defect("ambiguous-decision")
def drop_else(page: Page) -> Iterator[Edited]:
    """Do not say what to do when it is not so."""
    for step in page.steps:
        for branch in step.branches:
            if branch.kind == "not met":
                at = tuple(n for n in extent(step) if n != branch.span.line)
                yield page.put(branch.span.line, branch.span.end_line, at=at)


@defect("dead-end", "stale-reference")
def dangling_branch(page: Page) -> Iterator[Edited]:
    """Lead to a step that is not there."""
    for step in page.steps:
        for branch in step.branches:
            yield from page.swap(
                branch.span.line, r"go to \[([^]]*)\]\(#[^)]*\)", r"go to [\1](#gone)"
            )


@defect("dead-end", "ambiguous-decision")
def renamed_step(page: Page) -> Iterator[Edited]:
    """Rename a step, and forget what leads to it."""
    for step in page.steps:
        at = page.having(rf"\(#{step.id}\)")
        if at:
            number = step.span.line
            new = "### Do something else first"
            yield page.put(number, number, new, at=(*at, number))


@defect("dead-end", "no-exit")
def continue_behind_the_last(page: Page) -> Iterator[Edited]:
    """Go on behind the last step."""
    if not page.steps:
        return
    step = page.steps[-1]
    for branch in step.branches:
        if branch.kind == "met" and branch.target.kind == "stop":
            yield from page.swap(
                branch.span.line, r":\*\* stop.*", ":** continue", extent(step)
            )


@defect("no-exit")
def step_for_ever(page: Page) -> Iterator[Edited]:
    """Lead back to the same step whenever it is not as it should be."""
    for step in page.steps:
        for branch in step.branches:
            if branch.kind == "not met" and branch.target.kind != "go to":
                here = f":** go to [{step.title}](#{step.id})"
                yield from page.swap(branch.span.line, r":\*\* .*", here, extent(step))


@defect("no-exit")
def drop_escalation(page: Page) -> Iterator[Edited]:
    """Do not say whom to call."""
    for section in page.runbook.sections:
        if section.key == "escalation" or section.title == "Escalation":
            escalates = page.having(r":\*\* escalate")
            first = page.having(r"^# ")[:1]
            at = (*first, *escalates)
            yield page.drop(section.span.line, section.end_line, at=at)


@defect("contradiction")
def other_unit_in_words(page: Page) -> Iterator[Edited]:
    """Say another unit in words than the condition means."""
    for step in page.steps:
        for expect in step.expectations:
            number = expect.span.line
            at = extent(step)
            yield from page.swap(number, r"(\*\*Expect:.*\d) %(.*: `)", r"\1 s\2", at)
            yield from page.swap(number, r"(\*\*Expect:.*\d) ms(.*: `)", r"\1 s\2", at)


@defect("contradiction")
def other_number_in_words(page: Page) -> Iterator[Edited]:
    """Change the threshold of a condition, and forget the words."""
    for step in page.steps:
        for expect in step.expectations:
            if not any(char.isdigit() for char in expect.prose):
                continue
            number = expect.expression.span.line
            yield from page.swap(
                number, r"`value ([<>]=?) 0\.(\d+)`", r"`value \1 0.7\2`", extent(step)
            )
