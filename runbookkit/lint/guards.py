"""What stands between a reader and a command that cannot be undone."""

from __future__ import annotations

import re
from typing import Final

from runbookkit.lint.commands import Program
from runbookkit.model.document import Heading, Html, Prose
from runbookkit.model.graph import reachable, step_graph
from runbookkit.model.runbook import Runbook, Step

_WARNS: Final = re.compile(
    r"\b(?:back(?:ed)?[- ]?up|backups?|snapshot|caution|danger(?:ous)?|destructive"
    r"|irreversibl[ey]|data loss|lose|lost|loss|permanent(?:ly)?|only if|unless"
    r"|no longer (?:needed|used|required|in use)|not (?:needed|in use|used|required)"
    r"|unused|last resort|dry[- ]run|restored?|re-?created?|roll(?:ed)? ?back|undo"
    r"|revert)\b",
    re.IGNORECASE,
)
_CHECKS: Final = re.compile(
    r"\b(?:make sure|ensure|verify|confirm|(?:double[- ])?check|careful(?:ly)?|warning"
    r"|if you are sure)\b",
    re.IGNORECASE,
)
_DRY: Final = re.compile(r"--dry-run|\bplan\b|--simulate|\bdiff\b")


def is_guarded(step: Step, runbook: Runbook) -> bool:
    """Tell whether every way to a step passes a question or a check.

    The guard stands in the step's own section, or names the step as its target.
    """
    if step.question is not None:
        return True
    graph = step_graph(runbook)
    guards = {
        each.id
        for each in runbook.steps
        if each.id != step.id
        and (each.question or each.expectations)
        and (each.section == step.section or _leads(each, step, runbook))
    }
    if step.id not in reachable(graph):
        return bool(guards)
    return step.id not in reachable(graph, without=frozenset(guards))


def _leads(guard: Step, step: Step, runbook: Runbook) -> bool:
    """Tell whether a guard names the step as the place to go to."""
    return any(
        edge.target == step.id
        and edge.branch is not None
        and edge.branch.target.kind == "go to"
        for edge in step_graph(runbook).leaving.get(guard.id, ())
    )


def is_warned(program: Program, runbook: Runbook) -> bool:
    """Tell whether the prose around a command says what to make sure of first."""
    if _DRY.search(program.source.text):
        return True
    start, end = _surroundings(program, runbook)
    around = [
        block
        for block in runbook.document.blocks
        if isinstance(block, (Heading, Html, Prose)) and start <= block.span.line <= end
    ]
    line = program.source.span.line
    before = [block for block in around if block.span.line <= line][-2:]
    return any(_WARNS.search(block.text) for block in around) or any(
        _CHECKS.search(block.text) for block in before
    )


def _surroundings(program: Program, runbook: Runbook) -> tuple[int, int]:
    """Return the lines from the heading above a program to the next heading."""
    line = program.source.span.line
    start, end = 1, max(len(runbook.document.lines), 1)
    for block in runbook.document.blocks:
        if isinstance(block, Heading):
            if block.span.line <= line:
                start = block.span.line
            else:
                end = block.span.line - 1
                break
    return start, end
