"""Proposals for where a step leads, and for how it ends."""

from __future__ import annotations

from runbookkit.audit.suggest_edits import (
    Change,
    Found,
    Spot,
    below_line,
    one_more_branch,
    target_instead,
)
from runbookkit.audit.suggest_steps import no_expected_result
from runbookkit.model.runbook import Runbook, Step


def dead_end(spot: Spot) -> Found:
    """Let a way that leads nowhere end: solved where it was met, else escalated."""
    step, branch = spot.step, spot.branch
    if step is None or not spot.runbook.declared:
        return "where this leads only a person knows"
    if branch is not None:
        target = "stop" if branch.kind == "met" and not branch.target.href else ""
        target = target or "escalate"
        edit = target_instead(spot.runbook, branch, target)
        says = f"ends {branch.label!r} of step {step.title!r} in {target}"
        return Change(f"{says}; lead elsewhere if not", (edit,)) if edit else says
    if spot.gap.code == "RB402":
        return "which way should lead to this step only a person knows"
    if step.branch("met") is None and step.question is None:
        edit = one_more_branch(step, "- **Met:** stop")
        return Change(f"stops where step {step.title!r} is met", (edit,))
    return "where this leads only a person knows"


def no_exit(spot: Spot) -> Found:
    """Say whom to call, or lead out of a step that leads back to itself."""
    step, branch = spot.step, spot.branch
    if step is not None and branch is not None and branch.target.kind == "go to":
        edit = target_instead(spot.runbook, branch, "escalate")
        if edit is not None:
            says = f"escalates instead of leading back from step {step.title!r}"
            return Change(says, (edit,))
    if any(each.title.casefold() == "escalation" for each in spot.runbook.sections):
        return "how this is bounded, and by whom, only a person knows"
    if not any(each in spot.gap.missing.lower() for each in ("call", "escalat")):
        return "how this is bounded only a person knows"
    lines = spot.runbook.document.lines
    last = max((n for n, line in enumerate(lines, 1) if line.strip()), default=1)
    who = "Page `<team or rota>` in `<channel>`; after `<minutes>` without an answer,"
    text = f"{who} `<who comes next>`."
    edit = below_line(spot.runbook, last, "## Escalation", text)
    return Change("adds a section that says whom to call; fill it in", (edit,))


def unverifiable_end(spot: Spot) -> Found:
    """Look at the effect before a run is over, and let it be over once it is seen."""
    step = spot.step
    unknown = "what shows that it is over only a person knows"
    if step is None:
        return unknown
    stops = [each for each in step.branches if each.target.kind == "stop"]
    looks = _verification(spot.runbook)
    if stops and looks is not None and looks.id != step.id:
        target = f"go to [{looks.title}](#{looks.id})"
        edit = target_instead(spot.runbook, stops[0], target)
        says = f"looks at {looks.title!r} before it stops"
        return Change(says, (edit,)) if edit else unknown
    if step.action is not None and not step.expectations:
        return no_expected_result(spot)
    return unknown if stops else _stop_at_last(spot.runbook) or unknown


def _stop_at_last(runbook: Runbook) -> Change | None:
    """Return what lets the last step stop where it is met; none where one does."""
    step = runbook.steps[-1]
    every = [branch for each in runbook.steps for branch in each.branches]
    if step.effect == "change" or not step.expectations:
        return None
    if any(each.target.kind == "stop" for each in every):
        return None
    met = step.branch("met")
    says = f"stops where {step.title!r} is met"
    if met is None:
        return Change(says, (one_more_branch(step, "- **Met:** stop"),))
    edit = target_instead(runbook, met, "stop")
    return Change(says, (edit,)) if edit else None


def _verification(runbook: Runbook) -> Step | None:
    for section in runbook.sections:
        if section.title.casefold() == "verification" and section.steps:
            return section.steps[0]
    return None
