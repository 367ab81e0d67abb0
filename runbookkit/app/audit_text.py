"""What ``runbook audit`` prints for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from runbookkit.lint.report import Style, counted, printable
from runbookkit.model.audit import (
    AuditReport,
    Gap,
    PlayVerdict,
    RunbookAudit,
    ScenarioVerdict,
    Verdict,
)

SHOWN: Final = frozenset({"proven", "confirmed"})
WORDS: Final[dict[Verdict, str]] = {
    "executable": "executable",
    "gaps": "with gaps",
    "untrusted": "not proven",
    "error": "not audited",
}


def shown_gaps(audit: RunbookAudit, *, everything: bool = False) -> tuple[Gap, ...]:
    """Return the gaps that are shown: claims and void ones only when asked for."""
    return tuple(each for each in audit.gaps if everything or each.status in SHOWN)


def report_lines(report: AuditReport, style: Style) -> Iterator[str]:
    """Yield a line for each runbook, then what keeps a runner from executing it."""
    for audit in report.runbooks:
        yield from _runbook(audit, style)
    yield from report.notes
    yield totals(report)


def _runbook(audit: RunbookAudit, style: Style) -> Iterator[str]:
    colour = {"executable": "green", "gaps": "red"}.get(audit.verdict, "yellow")
    words = style.paint(WORDS[audit.verdict], colour)  # type: ignore[arg-type]
    yield f"{printable(audit.path)}: {words}{_extent(audit)}"
    for gap in shown_gaps(audit, everything=style.everything):
        yield from _gap(gap, audit)
    if audit.why:
        yield f"  {printable(audit.why)}"
    for scenario in audit.scenarios:
        if scenario.verdict != "executable" or style.everything:
            yield from _scenario(scenario)
    for each in audit.unchecked:
        yield f"  could not check: {printable(each)}"


def _extent(audit: RunbookAudit) -> str:
    if not audit.scenarios:
        return ""
    passed = sum(each.verdict == "executable" for each in audit.scenarios)
    parts = [f"{passed} of {counted(len(audit.scenarios), 'scenario')}"]
    derived = sum(each.derived for each in audit.scenarios)
    if derived:
        parts.append(f"{derived} of them derived from the graph")
    parts.append(f"{audit.paths_played} of {counted(audit.paths, 'path')}")
    parts.append(f"{audit.branches_played} of {audit.branches} branches")
    return f" ({', '.join(parts)})"


def _gap(gap: Gap, audit: RunbookAudit) -> Iterator[str]:
    code = f" {gap.code}" if gap.code else ""
    times = f", {gap.seen} times" if gap.seen > 1 else ""
    place = f"{printable(audit.path)}:{gap.line}"
    yield f"  {place}: {gap.kind} ({gap.status}{code}{times}): {printable(gap.missing)}"
    if gap.quote:
        yield f"      {printable(gap.quote[:160])}"


def _scenario(scenario: ScenarioVerdict) -> Iterator[str]:
    name = printable(scenario.scenario)
    times = ""
    if len(scenario.plays) > 1:
        times = f", {scenario.executed} of {len(scenario.plays)} times"
    yield f"  {name}: {WORDS[scenario.verdict]}{times}"
    said = dict.fromkeys(filter(None, map(why_of, scenario.plays)))
    yield from (f"      {printable(each)}" for each in said)
    if scenario.why:
        yield f"      {printable(scenario.why)}"


def why_of(play: PlayVerdict) -> str:
    """Return in words why a play is no pass; empty for one that is."""
    if play.verdict == "executable":
        return ""
    parts = [", ".join(play.flags), play.error]
    return ": ".join(part for part in parts if part)


def totals(report: AuditReport) -> str:
    """Return the last line: how many of which, and who played."""
    counts = {
        words: sum(each.verdict == verdict for each in report.runbooks)
        for verdict, words in WORDS.items()
    }
    told = ", ".join(f"{number} {words}" for words, number in counts.items() if number)
    number = counted(len(report.runbooks), "runbook")
    return f"{number}: {told}; player {report.player}"
