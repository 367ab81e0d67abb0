"""Questions about the way through a runbook that several rules ask."""

from __future__ import annotations

from runbookkit.model.document import Link
from runbookkit.model.remembered import remembered
from runbookkit.model.runbook import Branch, Changes, Question, Rollback, Runbook, Step
from runbookkit.model.span import Span


@remembered
def half_read(runbook: Runbook) -> frozenset[str]:
    """Return the steps with a branch that could not be read.

    What such a step lacks may stand in that branch, so that only the branch is
    reported.
    """
    lines = [
        problem.span.line
        for problem in runbook.problems
        if problem.kind == "unreadable-branch"
    ]
    return frozenset(
        step.id
        for step in runbook.steps
        if any(step.span.line <= line <= step.end_line for line in lines)
    )


def link_of(branch: Branch, runbook: Runbook) -> Link | None:
    """Return the link that a *go to* branch names."""
    return next(
        (
            link
            for link in runbook.document.links
            if link.target == branch.target.href and within(link.span, branch.span)
        ),
        None,
    )


def within(inner: Span, outer: Span) -> bool:
    """Tell whether a stretch of the text lies in another."""
    return (outer.line, outer.column) <= (inner.line, inner.column) and (
        inner.end_line,
        inner.end_column,
    ) <= (outer.end_line, outer.end_column)


def end_of_step(step: Step) -> Span:
    """Return the empty span behind the last thing that a step says."""
    blocks = [step.span, *(each.span for each in step.prose)]
    blocks.extend(each.block for each in step.illustrations)
    blocks.extend(expectation.span for expectation in step.expectations)
    blocks.extend(capture.span for capture in step.captures)
    blocks.extend(branch.span for branch in step.branches)
    parts: tuple[Changes | Question | Rollback | None, ...]
    parts = (step.changes, step.question, step.rollback)
    blocks.extend(part.span for part in parts if part is not None)
    if step.action is not None:
        blocks.append(step.action.code.block)
    if step.reads_only is not None:
        blocks.append(step.reads_only)
    line, column = max((span.end_line, span.end_column) for span in blocks)
    return Span(line, column, line, column)
