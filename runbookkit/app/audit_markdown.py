"""The audit as a comment on a pull request: nothing in it is obeyed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from runbookkit.app.audit_text import WORDS, shown_gaps, totals, why_of
from runbookkit.lint.report import Style, counted
from runbookkit.lint.reports.markdown import escaped, in_code
from runbookkit.model.audit import AuditReport, Gap, RunbookAudit

MOST_BYTES: Final = 60_000
"""GitHub takes 65,536 characters in a comment."""
_QUOTE: Final = 300
_BLOCKED: Final = {
    "missing-command": "has nothing to run",
    "undefined-input": "needs a value that nothing gives",
    "ambiguous-decision": "cannot decide",
    "no-expected-result": "does not know which answer is healthy",
    "wrong-tool": "has a command that its tool does not understand",
    "dead-end": "is sent nowhere",
    "no-exit": "finds no end and nobody to call",
    "unsafe-action": "may do harm",
    "no-rollback": "has no way back",
    "missing-access": "may not get there",
    "stale-reference": "is sent to something that is not there",
    "assumed-knowledge": "would have to know more than the text says",
    "contradiction": "reads two things that cannot both be true",
    "unverifiable-end": "cannot tell whether it is over",
    "hidden-instruction": "is told something that a reader does not see",
}


def markdown(report: AuditReport, style: Style) -> str:
    """Return the comment; what does not fit is counted."""
    parts = ["## Runbook audit\n\n", *_table(report, style)]
    left = MOST_BYTES - sum(len(part.encode()) for part in parts) - 1_000
    parts += _fitting(_details(report, style), left)
    parts += [f"{escaped(note)}\n\n" for note in report.notes]
    parts.append(f"{escaped(totals(report))}\n")
    return "".join(parts)


def _fitting(parts: Iterable[str], limit: int) -> Iterator[str]:
    left_out = 0
    for part in parts:
        limit -= len(part.encode())
        if limit < 0:
            left_out += 1
        else:
            yield part
    if left_out:
        yield f"{counted(left_out, 'more entry')} left out here.\n\n"


def _table(report: AuditReport, style: Style) -> Iterator[str]:
    yield "| runbook | verdict | scenarios | paths |\n|---|---|---:|---:|\n"
    for audit in report.runbooks:
        passed = sum(each.verdict == "executable" for each in audit.scenarios)
        yield (
            f"| {in_code(style.located(audit.path))} | {WORDS[audit.verdict]}"
            f" | {passed} of {len(audit.scenarios)}"
            f" | {audit.paths_played} of {audit.paths} |\n"
        )
    yield "\n"


def _details(report: AuditReport, style: Style) -> Iterator[str]:
    for audit in report.runbooks:
        if audit.verdict == "executable":
            continue
        yield f"### {in_code(style.located(audit.path))}\n\n"
        for gap in shown_gaps(audit, everything=style.everything):
            yield _gap(gap, style)
        yield from _open_ends(audit)
        yield "\n"


def _gap(gap: Gap, style: Style) -> str:
    place = f"{style.located(gap.path)}:{gap.line}"
    stuck = "got stuck" if gap.blocking else "stumbles"
    where = f"at step {gap.number}" if gap.number else "outside of the steps"
    title = f" “{escaped(gap.step)}”" if gap.step else ""
    quote = f" {in_code(gap.quote[:_QUOTE])}" if gap.quote else ""
    return (
        f"- the runner {stuck} {where}{title}: it {_BLOCKED[gap.kind]}"
        f" ({gap.kind}, {gap.status}).  \n"
        f"  {in_code(place)}:{quote}  \n"
        f"  {escaped(gap.missing[:_QUOTE])}\n"
    )


def _open_ends(audit: RunbookAudit) -> Iterator[str]:
    if audit.why:
        yield f"- {escaped(audit.why)}\n"
    for scenario in audit.scenarios:
        if scenario.verdict in {"executable", "gaps"}:
            continue
        said = dict.fromkeys(filter(None, map(why_of, scenario.plays)))
        reasons = "; ".join([*said, *filter(None, [scenario.why])])
        yield (
            f"- {escaped(scenario.scenario)}: {WORDS[scenario.verdict]}"
            f" ({escaped(reasons[:_QUOTE])})\n"
        )
