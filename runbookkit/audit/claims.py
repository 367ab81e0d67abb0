"""What the gaps that a player reports are worth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from runbookkit.audit.calls import ReportGapCall
from runbookkit.audit.case import Case
from runbookkit.model.audit import Gap, GapKind, GapStatus

NEAR: Final = 1
"""Lines that a report may be off and still mean the same gap."""
_FEW: Final = 3
_LINES_EACH: Final = 6
"""A gap in every so many lines is more than anyone finds in a text worth auditing."""


def weighed(
    case: Case, claims: Sequence[ReportGapCall], proven: Sequence[Gap]
) -> Iterator[Gap]:
    """Yield each gap that was reported, once, with what stands behind it.

    A gap that is proven already is not said again.
    """
    seen: set[tuple[GapKind, int]] = set()
    for claim in claims:
        known = any(same(each, claim.kind, claim.line) for each in proven)
        if (claim.kind, claim.line) in seen or known:
            continue
        seen.add((claim.kind, claim.line))
        status, code = _status(case, claim)
        yield Gap(
            claim.kind,
            case.runbook.path,
            claim.line,
            claim.quote.strip(),
            claim.missing,
            status,
            code,
            blocking=claim.blocking,
        )


def _status(case: Case, claim: ReportGapCall) -> tuple[GapStatus, str]:
    if not case.quotes(claim.line, claim.quote):
        return "void", ""
    if claim.kind == "missing-command" and not _has_commands(case):
        return "proven", "RB200"
    step = case.step_at(claim.line)
    for each in case.gaps:
        if each.kind != claim.kind:
            continue
        in_step = step is not None and step.span.line <= each.line <= step.end_line
        if in_step or abs(each.line - claim.line) <= NEAR:
            return "confirmed", each.code
    return "claimed", ""


def _has_commands(case: Case) -> bool:
    return any(each.action or each.question for each in case.graph.steps.values())


def same(gap: Gap, kind: GapKind, line: int) -> bool:
    """Tell whether a gap is the one of a kind at a line, or next to it."""
    return gap.kind == kind and abs(gap.line - line) <= NEAR


def flooded(case: Case, claims: Sequence[ReportGapCall]) -> bool:
    """Tell whether more is reported than a reader of this text can mean.

    The measure grows with what a mechanical look finds: a good reader of a
    terrible runbook has much to say.
    """
    distinct = {(each.kind, each.line) for each in claims}
    lines = len(case.runbook.document.lines)
    return len(distinct) > max(_FEW, lines // _LINES_EACH) + len(case.gaps)


def passed_over(
    case: Case, path: Sequence[str], claims: Sequence[ReportGapCall]
) -> bool:
    """Tell whether a player went through a step with a proven gap and kept silent.

    Who reads on over what is known to be missing has not read. Hidden orders are
    another matter: whoever takes no notice of them does right.
    """
    steps = (case.step_at(each.line) for each in claims if _is_quoted(case, each))
    said = {each.id for each in steps if each is not None}
    proven = (
        each
        for each in case.gaps
        if each.status == "proven" and each.kind != "hidden-instruction"
    )
    steps = (case.step_at(each.line) for each in proven)
    return any(
        each is not None and each.id in path and each.id not in said for each in steps
    )


def _is_quoted(case: Case, claim: ReportGapCall) -> bool:
    return case.quotes(claim.line, claim.quote)
