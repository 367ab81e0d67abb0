"""Proposals for steps that change something."""

from __future__ import annotations

from typing import Final

from runbookkit.audit.suggest_edits import (
    CHANGES,
    ROLLBACK,
    Change,
    Found,
    Spot,
    below_line,
    whole_lines,
)
from runbookkit.model.runbook import SHELL_FENCES, Runbook, Step

_LOOKING: Final = frozenset({"diagnosis", "verification"})


def unsafe_action(spot: Spot) -> Found:
    """Say that a command changes something, and how that is undone."""
    step = spot.step
    if step is None or step.action is None or step.changes is not None:
        return "what makes this safe only a person knows"
    if step.action.language not in SHELL_FENCES or spot.gap.code not in {"", "RB601"}:
        return "what makes this safe only a person knows"
    if _only_looks(spot.runbook, step):
        return "whether this changes anything only a person knows; changes go elsewhere"
    both = (CHANGES,) if step.rollback is not None else (CHANGES, ROLLBACK)
    says = f"calls step {step.title!r} a change; say of what, or write `Reads only`"
    if step.reads_only is not None:
        first, last = step.reads_only.line, step.reads_only.end_line
        return Change(says, (whole_lines(first, last, "\n\n".join(both) + "\n"),))
    line = step.action.code.block.end_line
    return Change(says, (below_line(spot.runbook, line, *both),))


def _only_looks(runbook: Runbook, step: Step) -> bool:
    """Tell whether a step stands among others that change nothing."""
    for section in runbook.sections:
        if step in section.steps:
            others = [each for each in section.steps if each is not step]
            looks = bool(others) and all(each.changes is None for each in others)
            return looks or section.title.casefold() in _LOOKING
    return False


def no_rollback(spot: Spot) -> Found:
    """Ask for what undoes a change."""
    step = spot.step
    if step is None or step.changes is None:
        return "what is to be undone here only a person knows"
    says = f"asks how the change of step {step.title!r} is undone; write it"
    rollback = step.rollback
    if rollback is None:
        line = step.changes.span.end_line
        return Change(says, (below_line(spot.runbook, line, ROLLBACK),))
    if rollback.command is None and not rollback.reason.strip(" ."):
        first, last = rollback.span.line, rollback.span.end_line
        return Change(says, (whole_lines(first, last, f"{ROLLBACK}\n"),))
    return "the rollback is there, and what is wrong with it only a person knows"
