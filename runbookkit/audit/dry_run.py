"""What a mechanical look at all branches proves: findings of the linter, as gaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from runbookkit.audit.view import shown_line
from runbookkit.lint.registry import rule_of
from runbookkit.model.audit import Gap, GapKind, GapStatus
from runbookkit.model.finding import Finding, Level
from runbookkit.model.runbook import Runbook

KINDS: Final[Mapping[str, GapKind]] = {
    "RB107": "missing-command",
    "RB200": "missing-command",
    "RB201": "missing-command",
    "RB209": "missing-command",
    "RB210": "missing-command",
    "RB207": "missing-command",
    "RB208": "missing-command",
    "RB211": "missing-command",
    "RB213": "missing-command",
    "RB203": "wrong-tool",
    "RB704": "wrong-tool",
    "RB301": "undefined-input",
    "RB302": "undefined-input",
    "RB305": "undefined-input",
    "RB308": "undefined-input",
    "RB309": "undefined-input",
    "RB310": "undefined-input",
    "RB311": "undefined-input",
    "RB508": "undefined-input",
    "RB403": "ambiguous-decision",
    "RB404": "ambiguous-decision",
    "RB409": "ambiguous-decision",
    "RB410": "ambiguous-decision",
    "RB411": "ambiguous-decision",
    "RB412": "ambiguous-decision",
    "RB507": "ambiguous-decision",
    "RB515": "ambiguous-decision",
    "RB106": "ambiguous-decision",
    "RB901": "ambiguous-decision",
    "RB903": "ambiguous-decision",
    "RB501": "no-expected-result",
    "RB401": "dead-end",
    "RB402": "dead-end",
    "RB406": "dead-end",
    "RB405": "no-exit",
    "RB407": "no-exit",
    "RB408": "no-exit",
    "RB805": "no-exit",
    "RB206": "no-exit",
    "RB205": "missing-access",
    "RB413": "unsafe-action",
    "RB601": "unsafe-action",
    "RB603": "unsafe-action",
    "RB604": "unsafe-action",
    "RB605": "unsafe-action",
    "RB606": "unsafe-action",
    "RB610": "unsafe-action",
    "RB611": "unsafe-action",
    "RB602": "no-rollback",
    "RB613": "no-rollback",
    "RB701": "missing-access",
    "RB702": "missing-access",
    "RB303": "stale-reference",
    "RB801": "stale-reference",
    "RB804": "stale-reference",
    "RB802": "stale-reference",
    "RB807": "stale-reference",
    "RB803": "assumed-knowledge",
    "RB902": "assumed-knowledge",
    "RB104": "assumed-knowledge",
    "RB304": "contradiction",
    "RB505": "contradiction",
    "RB509": "contradiction",
    "RB510": "contradiction",
    "RB512": "contradiction",
    "RB513": "contradiction",
    "RB808": "contradiction",
    "AL104": "contradiction",
    "AL105": "contradiction",
    "AL106": "contradiction",
    "AL107": "contradiction",
    "AL108": "contradiction",
    "AL109": "contradiction",
    "RB502": "unverifiable-end",
    "RB503": "unverifiable-end",
    "RB907": "hidden-instruction",
    "RB908": "hidden-instruction",
    "RB909": "hidden-instruction",
}
"""The kind of gap that each rule finds; a rule that is not here is about form."""
_PEOPLE: Final = "escalation"
_STATUS: Final[Mapping[Level, GapStatus]] = {
    # an error is what can be proven, a warning a mechanical test that may be wrong
    "error": "proven",
    "warning": "confirmed",
    "info": "claimed",
}


def gaps_of(findings: Iterable[Finding], lines: tuple[str, ...]) -> tuple[Gap, ...]:
    """Return the gaps that findings about one runbook are, in the order of the text.

    A finding about a page that does not declare the format is as grave as its
    rule: whoever has to execute the text is stuck all the same.
    """
    found = {(gap.kind, gap.line, gap.code): gap for gap in _gaps(findings, lines)}
    return tuple(sorted(found.values(), key=lambda each: (each.line, each.code)))


def nobody_to_call(runbook: Runbook) -> Iterator[Gap]:
    """Yield a gap for each way that leads to people whom the text does not name."""
    if any(section.title.casefold() == _PEOPLE for section in runbook.sections):
        return
    for step in runbook.steps:
        for branch in step.branches:
            if branch.target.kind == "escalate":
                line = branch.span.line
                quote = shown_line(runbook.document.lines[line - 1]).strip()
                missing = "leads to people, and no section `## Escalation` names them"
                yield Gap(
                    "no-exit", runbook.path, line, quote, missing, "proven", "RB102"
                )


def _gaps(findings: Iterable[Finding], lines: tuple[str, ...]) -> Iterator[Gap]:
    for finding in findings:
        kind = KINDS.get(finding.code)
        if kind is None:
            continue
        line = finding.span.line
        quote = shown_line(lines[line - 1]).strip() if line <= len(lines) else ""
        yield Gap(
            kind,
            finding.path,
            line,
            quote,
            finding.message,
            _STATUS[rule_of(finding.code).level],
            finding.code,
            blocking=rule_of(finding.code).level == "error",
        )
