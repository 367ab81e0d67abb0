"""From gaps to a better runbook: a proposal for each, put together into one text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from runbookkit.audit.suggest_changes import no_rollback, unsafe_action
from runbookkit.audit.suggest_edits import Change, Found, Spot, Suggest
from runbookkit.audit.suggest_front import missing_access, undefined_input
from runbookkit.audit.suggest_steps import (
    ambiguous_decision,
    missing_command,
    no_expected_result,
    wrong_tool,
)
from runbookkit.audit.suggest_text import (
    assumed_knowledge,
    contradiction,
    hidden_instruction,
    stale_reference,
)
from runbookkit.audit.suggest_ways import dead_end, no_exit, unverifiable_end
from runbookkit.lint.fixes import apply_fixes, diff
from runbookkit.model.audit import Gap, GapKind
from runbookkit.model.finding import Finding, Fix
from runbookkit.model.runbook import Runbook
from runbookkit.model.span import Span
from runbookkit.model.suggestion import Proposal, Suggestions

SUGGEST: Final[Mapping[GapKind, Suggest]] = {
    "missing-command": missing_command,
    "undefined-input": undefined_input,
    "ambiguous-decision": ambiguous_decision,
    "no-expected-result": no_expected_result,
    "wrong-tool": wrong_tool,
    "dead-end": dead_end,
    "no-exit": no_exit,
    "unsafe-action": unsafe_action,
    "no-rollback": no_rollback,
    "missing-access": missing_access,
    "stale-reference": stale_reference,
    "assumed-knowledge": assumed_knowledge,
    "contradiction": contradiction,
    "unverifiable-end": unverifiable_end,
    "hidden-instruction": hidden_instruction,
}
"""What makes the proposal for each kind of gap."""
_SHOWN: Final = frozenset({"proven", "confirmed"})
Fixes = Mapping[tuple[str, int], Fix]
"""What the linter itself would do, by code and line."""


def proposals_of(
    gaps: Iterable[Gap], runbook: Runbook, fixes: Fixes
) -> tuple[Proposal, ...]:
    """Return a proposal for each gap that is proven or confirmed.

    What the linter knows how to mend goes before what is made of the kind alone.
    """
    found = (
        _proposal(gap, runbook, fixes.get((gap.code, gap.line)))
        for gap in gaps
        if gap.status in _SHOWN
    )
    return tuple(found)


def _proposal(gap: Gap, runbook: Runbook, fix: Fix | None) -> Proposal:
    found: Found
    # to a step of nearly that name the way may lead past what is needed there
    guessed = gap.kind == "dead-end" and fix is not None and not fix.safe
    if fix is not None and not guessed:
        found = Change(fix.title, fix.edits)
    else:
        found = SUGGEST[gap.kind](Spot(gap, runbook))
    if isinstance(found, str):
        return Proposal(gap.path, gap.line, gap.kind, found, code=gap.code)
    return Proposal(gap.path, gap.line, gap.kind, found.says, found.edits, gap.code)


def suggested(text: str, path: str, proposals: Sequence[Proposal]) -> Suggestions:
    """Return proposals for one file as a diff of its text.

    The first of two that touch the same text wins; equal ones count once.
    """
    nothing = tuple(each for each in proposals if not each.edits)
    wanted = {each.edits: each for each in reversed(proposals) if each.edits}
    in_order = [each for each in proposals if wanted.get(each.edits) is each]
    findings = [_finding(each) for each in in_order]
    fixed = apply_fixes(text, findings, unsafe=True)
    applied = {id(each) for each in fixed.applied}
    pairs = list(zip(in_order, findings, strict=True))
    return Suggestions(
        diff(path, text, fixed.text) if fixed.text != text else "",
        tuple(each for each, finding in pairs if id(finding) in applied),
        tuple(each for each, finding in pairs if id(finding) not in applied),
        nothing,
    )


def _finding(proposal: Proposal) -> Finding:
    span = Span(proposal.line, 1, proposal.line, 1)
    fix = Fix(proposal.says, proposal.edits, safe=False)
    return Finding(
        proposal.path, span, proposal.code, proposal.about, "info", proposal.says, fix
    )


def together(parts: Iterable[Suggestions]) -> Suggestions:
    """Return what is suggested for several files."""
    found = list(parts)
    return Suggestions(
        "".join(each.diff for each in found),
        tuple(each for part in found for each in part.proposed),
        tuple(each for part in found for each in part.waiting),
        tuple(each for part in found for each in part.nothing),
    )
