"""A small run: one fixable error, one warning to judge, one hint, one open question."""

from __future__ import annotations

from runbookkit.lint.report import Report
from runbookkit.lint.rule import Rule
from runbookkit.model.finding import (
    Edit,
    Finding,
    Fix,
    Level,
    Related,
    Unchecked,
)
from runbookkit.model.span import Span

SOURCES = {
    "docs/a.md": ("# Loki", "", "```", "kubectl get pods", "```"),
    "docs/b c.md": ("# Übersicht 日本 is slow", "\tuse \x1b[31m{{ x }}"),
}


def a_rule(code: str, name: str, level: Level, summary: str) -> Rule:
    def check(subject: object, context: object) -> None: ...

    check.__doc__ = f"{summary}.\n\n    ## Why is this bad?\n\n    It hurts.\n    "
    return Rule(code, name, level, "0.1.0", "runbook", "format", check)  # type: ignore[arg-type]


UNTAGGED = Finding(
    "docs/a.md",
    Span(3, 1, 5, 4),
    "RB202",
    "untagged-fence",
    "error",
    "this fence names no language",
    Fix("Name it `bash`", (Edit(Span(3, 4, 3, 4), "bash"),)),
)
VAGUE = Finding(
    "docs/b c.md",
    Span(1, 16, 1, 23),
    "RB404",
    "vague-condition",
    "warning",
    "slow is a mood; say <how many> ms | s",
    Fix("Write 500 ms", (Edit(Span(1, 19, 1, 23), "500 ms"),), safe=False),
    (Related("rules/loki.yaml", 7, "the alert says 5m"),),
)
HINT = Finding(
    "docs/b c.md",
    Span(2, 6, 2, 18),
    "RB905",
    "unknown-acronym",
    "info",
    "say what `X` is, @you",
)
OPEN = Unchecked(
    "docs/b c.md", Span(2, 1, 2, 4), "RB203", "bad-query", "bpftrace is not there"
)
RULES = (
    a_rule("RB202", "untagged-fence", "error", "A fence names no language"),
    a_rule("RB203", "bad-query", "error", "A query does not parse"),
    a_rule("RB404", "vague-condition", "warning", "A condition has no number"),
    a_rule("RB905", "unknown-acronym", "info", "An acronym is not explained"),
)
SMALL = Report(
    files=3,
    findings=(UNTAGGED, VAGUE, HINT),
    unchecked=(OPEN,),
    allowed=2,
    baselined=1,
    sources=lambda path: SOURCES[path],
    rules=RULES,
    version="0.1.0",
)
CLEAN = Report(files=3)


def many(number: int, level: Level, code: str = "RB202") -> tuple[Finding, ...]:
    return tuple(
        Finding(f"docs/{line:06}.md", Span(1, 1, 1, 2), code, "x", level, "y")
        for line in range(number)
    )
