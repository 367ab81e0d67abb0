"""A job summary: counts, what to mend next, findings, and changed step graphs.

GitHub refuses a summary above 1 MiB, so what does not fit is counted instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from runbookkit.lint.report import (
    Report,
    Style,
    counted,
    next_fixes,
    printable,
    rule_url,
    summarise,
)
from runbookkit.model.finding import Finding, Unchecked

NAME: Final = "markdown"
MOST_BYTES: Final = 1_000_000

_FOR_FINDINGS: Final = 700_000
_FOR_UNCHECKED: Final = 100_000
# what markdown, HTML, math, mentions and emoji names begin or end with
_SYNTAX = re.compile(r"[\\`*_\[\]<>|~&@:#$!{}]")
_CODE = re.compile(r"`([^`]+)`")


def render(report: Report, style: Style) -> str:
    """Return the summary; text from outside is shown and never obeyed."""
    parts = ["## Runbook lint\n", "\n", *_counts(report), *_next(report)]
    parts += _fitting(_findings(report, style), _FOR_FINDINGS, "finding")
    parts += _fitting(_unchecked(report, style), _FOR_UNCHECKED, "open question")
    left = MOST_BYTES - sum(len(part.encode()) for part in parts)
    parts += _fitting(_graphs(report, style), left, "step graph")
    return "".join(parts)


def _fitting(parts: Iterable[str], limit: int, noun: str) -> Iterator[str]:
    """Yield parts up to a size, then how many were left out."""
    limit -= 100  # for the line that says so
    size = left = 0
    for part in parts:
        size += len(part.encode())
        if size > limit:
            left += 1
        else:
            yield part
    if left:
        yield f"\n{counted(left, f'more {noun}')} left out here; the log has all.\n\n"


def _counts(report: Report) -> Iterator[str]:
    summary = summarise(report)
    rows = (
        ("files", summary.files),
        ("errors", summary.errors),
        ("warnings", summary.warnings),
        ("infos", summary.infos),
        ("could not check", summary.unchecked),
        ("allowed by comments", summary.allowed),
        ("in the baseline", summary.baselined),
        ("fixable with `--fix`", summary.fixable),
    )
    yield "| | |\n|---|---:|\n"
    for name, number in rows:
        yield f"| {name} | {number} |\n"
    yield "\n"


def _next(report: Report) -> Iterator[str]:
    fixes = next_fixes(report)
    if not fixes:
        return
    yield "### Best next fixes\n\n"
    for number, fix in enumerate(fixes, 1):
        link = f"[{fix.code}]({rule_url(fix.code)})"
        yield f"{number}. {link} {escaped(fix.summary or fix.name)}: {fix.reach}  \n"
        yield f"   {in_code(fix.command)}\n"
    yield "\n"


def _findings(report: Report, style: Style) -> Iterator[str]:
    head = "### Findings\n\n| level | place | rule | finding |\n|---|---|---|---|\n"
    for finding in report.findings:
        yield f"{head}{_row(finding, finding.level, finding.message, style)}"
        head = ""
    if not head:
        yield "\n"


def _unchecked(report: Report, style: Style) -> Iterator[str]:
    head = "### Could not check\n\n| | place | rule | reason |\n|---|---|---|---|\n"
    for unchecked in report.unchecked:
        yield f"{head}{_row(unchecked, '', unchecked.reason, style)}"
        head = ""
    if not head:
        yield "\n"


def _row(subject: Finding | Unchecked, level: str, text: str, style: Style) -> str:
    place = f"{style.located(subject.path)}:{subject.span.line}"
    rule = f"[{subject.code}]({rule_url(subject.code)}) {subject.name}"
    return f"| {level} | {in_code(place)} | {rule} | {_prose(text)} |\n"


def _graphs(report: Report, style: Style) -> Iterator[str]:
    for path, graph in report.graphs.items():
        title = in_code(style.located(path))
        inner = [printable(line) for line in graph.splitlines()]
        ticks = max(map(len, re.findall("`+", graph)), default=0)
        fence = "`" * max(3, ticks + 1)
        lines = [f"{fence}mermaid", *inner, fence]
        text = "\n".join(lines)
        summary = f"<summary>Steps of {title}</summary>"
        yield f"<details>{summary}\n\n{text}\n\n</details>\n\n"


def _prose(text: str) -> str:
    """Return a message with its code spans, and nothing else of it obeyed."""
    parts = _CODE.split(text)
    return "".join(
        in_code(part) if number % 2 else escaped(part)
        for number, part in enumerate(parts)
    )


def in_code(text: str) -> str:
    """Return a text as code, none of which is obeyed."""
    # a code span would end at a backtick of the text, and a table cell at a pipe
    return f"<code>{escaped(text)}</code>"


def escaped(text: str) -> str:
    """Return a text none of which is obeyed: no markdown, no HTML, no mention."""
    return _SYNTAX.sub(_entity, printable(text))


def _entity(sign: re.Match[str]) -> str:
    # a mention is looked for in the rendered text: a word joiner breaks it
    return "&#64;&#8288;" if sign[0] == "@" else f"&#{ord(sign[0])};"
