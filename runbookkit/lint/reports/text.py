"""For a person at a terminal: excerpts, then what to do next."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

from runbookkit.lint.excerpt import excerpt
from runbookkit.lint.report import (
    Colour,
    Report,
    Style,
    Summary,
    counted,
    next_fixes,
    printable,
    summarise,
)
from runbookkit.model.finding import LEVELS, Finding, Level, Unchecked

NAME: Final = "text"
DETAILED: Final = 50
"""Up to this many findings are shown with their source; beyond, errors alone."""

_COLOURS: Final[dict[Level, Colour]] = {
    "error": "red",
    "warning": "yellow",
    "info": "cyan",
}


def render(report: Report, style: Style) -> str:
    """Return the findings with their source, and the three best next fixes."""
    return "".join(f"{line}\n" for line in _lines(report, style))


def _lines(report: Report, style: Style) -> Iterator[str]:
    shown, rest = _split(report.findings, style)
    lines: dict[str, tuple[str, ...]] = {}
    for finding in shown:
        if finding.path not in lines:
            lines = {finding.path: report.sources(finding.path)}
        yield from _detail(finding, lines[finding.path], style)
        yield ""
    if rest:
        more = "And" if shown else "There are"
        yield f"{more} {counted(len(rest), 'finding')} not shown; `--all` shows each:"
        yield from _by_rule(rest, style)
        yield ""
    if report.unchecked:
        yield style.paint("Could not check:", "bold")
        yield from _unchecked(report.unchecked, style)
        yield ""
    yield from _verdict(summarise(report), style)
    yield from _next(report, style)


def _split(
    findings: Sequence[Finding], style: Style
) -> tuple[Sequence[Finding], Sequence[Finding]]:
    """Return what is shown in detail, and what is only counted."""
    if style.everything or len(findings) <= DETAILED:
        return findings, ()
    errors = [each for each in findings if each.level == "error"]
    others = [each for each in findings if each.level != "error"]
    return errors[:DETAILED], errors[DETAILED:] + others


def _detail(finding: Finding, lines: tuple[str, ...], style: Style) -> Iterator[str]:
    colour = _COLOURS[finding.level]
    span = finding.span
    place = f"{printable(finding.path)}:{span.line}:{span.column}:"
    yield (
        f"{style.paint(place, 'bold')} {style.paint(finding.level, colour)}"
        f" {style.paint(finding.code, 'bold')} {finding.name}"
    )
    yield from _wrapped("", finding.message, style)
    found = excerpt(lines, span, style.width - 10)
    if found is not None:
        gutter = " " * len(str(found.line))
        bar = style.paint("|", "blue")
        yield f"  {style.paint(str(found.line), 'blue')} {bar} {found.text}".rstrip()
        goes_on = f" … to line {span.end_line}" if span.end_line > span.line else ""
        yield f"  {gutter} {bar} {style.paint(found.marks + goes_on, colour)}"
    for other in finding.related:
        yield from _wrapped(
            "note: ", f"{other.path}:{other.line}: {other.message}", style
        )
    if finding.fix is not None:
        how = "`--fix`" if finding.fix.safe else "`--unsafe-fixes`, to be read after"
        yield from _wrapped("help: ", f"{finding.fix.title} ({how})", style)


def _wrapped(label: str, text: str, style: Style) -> Iterator[str]:
    lines = textwrap.wrap(
        label + printable(text),
        max(style.width, 40),
        initial_indent="  ",
        subsequent_indent="  " + " " * len(label),
        break_long_words=False,
        break_on_hyphens=False,
    )
    if label and lines:
        lines[0] = lines[0].replace(label, style.paint(label[:-1], "green") + " ", 1)
    yield from lines


def _by_rule(findings: Sequence[Finding], style: Style) -> Iterator[str]:
    groups: dict[tuple[int, str], list[Finding]] = {}
    for each in findings:
        groups.setdefault((LEVELS.index(each.level), each.code), []).append(each)
    order = sorted(groups, key=lambda key: (key[0], -len(groups[key]), key[1]))
    wide = len(str(max(map(len, groups.values()))))
    for key in order:
        found = groups[key]
        first = found[0]
        level = style.paint(f"{first.level:<7}", _COLOURS[first.level])
        files = counted(len({each.path for each in found}), "file")
        place = f"{printable(first.path)}:{first.span.line}:{first.span.column}"
        yield (
            f"  {len(found):>{wide}} {level} {style.paint(first.code, 'bold')}"
            f" {first.name} in {files}, first {place}"
        )


def _unchecked(unchecked: Sequence[Unchecked], style: Style) -> Iterator[str]:
    """Yield each reason once, with the first place it holds for."""
    groups: dict[tuple[str, str], list[Unchecked]] = {}
    for each in unchecked:
        groups.setdefault((each.code, each.reason), []).append(each)
    shown = list(groups.values())[: None if style.everything else DETAILED]
    for found in shown:
        first = found[0]
        place = f"{printable(first.path)}:{first.span.line}:{first.span.column}"
        others = f" and {counted(len(found) - 1, 'other place')}" if found[1:] else ""
        yield from _wrapped(
            "",
            f"{place}{others}: {first.code} {first.name}: {first.reason}",
            style,
        )
    if len(groups) > len(shown):
        left = counted(len(groups) - len(shown), "more reason")
        yield f"  and {left}; `--all` shows each"


def _verdict(summary: Summary, style: Style) -> Iterator[str]:
    counts: tuple[tuple[int, Level], ...] = (
        (summary.errors, "error"),
        (summary.warnings, "warning"),
        (summary.infos, "info"),
    )
    found = [
        style.paint(counted(number, level), _COLOURS[level])
        for number, level in counts
        if number
    ]
    files = counted(summary.files, "file")
    said = f"Found {_listed(found)} in {files}" if found else f"No findings in {files}"
    if summary.unchecked:
        said += f"; could not check {summary.unchecked}"
    quiet = [
        f"{number} {how}"
        for number, how in (
            (summary.allowed, "allowed by comments"),
            (summary.baselined, "in the baseline"),
        )
        if number
    ]
    yield f"{said} ({_listed(quiet)})." if quiet else f"{said}."
    if summary.fixable:
        yield f"{summary.fixable} fixable with `--fix`."


def _listed(parts: Sequence[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def _next(report: Report, style: Style) -> Iterator[str]:
    fixes = next_fixes(report)
    if not fixes:
        return
    yield ""
    yield style.paint("Best next fixes:", "bold")
    for number, fix in enumerate(fixes, 1):
        yield f"  {number}. {style.paint(fix.command, 'bold')}"
        yield f"     {fix.reach}: {printable(fix.summary or fix.name)}"
