"""Defects of steps that change something, and of how it ends."""

from __future__ import annotations

from collections.abc import Iterator

from runbookkit.audit.calibration.page import Edited, Page, defect, extent


@defect("no-rollback")
def drop_rollback(page: Page) -> Iterator[Edited]:
    """Do not say how a change is undone."""
    for step in page.steps:
        if step.rollback is None:
            continue
        first, last = step.rollback.span.line, step.rollback.span.end_line
        if step.rollback.command is not None:
            last = max(last, step.rollback.command.span.end_line)
        while last < step.end_line and not _is_part(page.line(last + 1)):
            last += 1
        at = tuple(n for n in extent(step) if not first <= n <= last)
        yield page.put(first, last, at=at)


def _is_part(line: str) -> bool:
    return line.startswith(("**", "- **", "#"))


@defect("unsafe-action")
def change_called_reading(page: Page) -> Iterator[Edited]:
    """Say that a step only reads, whose command changes something."""
    for step in page.steps:
        if step.changes is not None:
            first, last = step.changes.span.line, step.changes.span.end_line
            yield page.put(first, last, "**Reads only**", at=extent(step))


@defect("unsafe-action", "no-rollback")
def drop_reads_only(page: Page) -> Iterator[Edited]:
    """Do not say that a command only reads."""
    for step in page.steps:
        if step.reads_only is not None:
            number = step.reads_only.line
            at = tuple(n for n in extent(step) if n != number)
            yield page.drop(number, number, at=at)


@defect("unverifiable-end")
def stop_without_looking(page: Page) -> Iterator[Edited]:
    """Call it done right behind the change."""
    for step in page.steps:
        if step.changes is None:
            continue
        for branch in step.branches:
            if branch.kind == "met" and branch.target.kind != "stop":
                for expect in step.expectations:
                    number = expect.expression.span.line
                    spoilt = page.line(number).replace(
                        expect.expression.text, "exit_code == 0"
                    )
                    between = page.lines[number : branch.span.line - 1]
                    stop = "- **Met:** stop"
                    yield page.put(
                        number,
                        branch.span.line,
                        spoilt,
                        *between,
                        stop,
                        at=extent(step),
                    )
