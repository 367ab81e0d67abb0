"""What ``runbook test`` prints for people."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import ndiff

from runbookkit.model.tested import (
    Coverage,
    Difference,
    NotTaken,
    ScenarioReport,
    ScenarioResult,
)

_TITLES = {
    "path": "path",
    "verdict": "verdict",
    "capture": "captured value",
    "end": "end",
    "sent": "what is sent",
    "answer": "answer",
}


def report_lines(report: ScenarioReport, *, everything: bool) -> Iterator[str]:
    """Yield the lines of a report: failures, then coverage, then a summary."""
    for result in report.scenarios:
        if not result.passed:
            yield from _failure(result)
        elif result.changed:
            yield f"ok    {_place(result)}"
            yield "      the runbook changed since; it still comes to the same"
        elif everything:
            yield f"ok    {_place(result)}"
    for each in report.could_not_check:
        yield f"?     {each.file}:{each.line}: could not be tested: {each.reason}"
    if report.scenarios or report.least_coverage is not None:
        yield from _coverage(report, everything=everything)
    yield _summary(report)


def difference_lines(each: Difference, runbook: str) -> Iterator[str]:
    """Yield what one difference says, expected lines before actual ones."""
    where = f"{runbook}:{each.line}: {each.step}" if each.line else each.step
    yield f"  {_TITLES[each.what]}{f' at {where}' if where else ''}"
    if each.what == "answer" and not any(each.expected):
        yield f"    {' '.join(each.actual)}"
        return
    for line in ndiff(each.expected, each.actual):
        if not line.startswith("?"):
            yield f"    {line}".rstrip()


def _failure(result: ScenarioResult) -> Iterator[str]:
    yield f"FAIL  {_place(result)}"
    first = result.differences[0]
    if result.changed:
        yield "  the runbook changed since this was recorded"
    if first.line:
        yield f"  {result.runbook}:{first.line}: {first.step} behaves differently"
    for each in result.differences:
        yield from difference_lines(each, result.runbook)


def _place(result: ScenarioResult) -> str:
    return f"{result.file}:{result.line}: {result.name}"


def _coverage(report: ScenarioReport, *, everything: bool) -> Iterator[str]:
    low = report.uncovered
    for each in report.coverage:
        mark = "LOW   " if each in low else "      "
        yield f"{mark}{coverage_words(each)}"
        if each in low or everything:
            for missing in each.not_taken:
                yield f"        not taken: {not_taken_words(each, missing)}"


def coverage_words(each: Coverage) -> str:
    """Return one line about the coverage of a runbook.

    >>> coverage_words(Coverage("a.md", 2, 4, 3, 3, 2, ()))
    'a.md: 3 of 4 branches (75.0 %), 2 of 3 paths, 2 scenarios'
    """
    share = f"{each.ratio * 100:.1f} %"
    return (
        f"{each.runbook}: {each.branches_taken} of {each.branches} branches ({share}),"
        f" {each.paths_taken} of {each.paths} paths, {_counted(each.scenarios)}"
    )


def not_taken_words(coverage: Coverage, missing: NotTaken) -> str:
    """Return one line about a way that no scenario takes."""
    where = f"{coverage.runbook}:{missing.line}"
    return f"{where}: {missing.label!r} of {missing.step} -> {missing.leads}"


def _summary(report: ScenarioReport) -> str:
    failed = len(report.failed)
    parts = [
        f"{_counted(len(report.scenarios))}: {len(report.scenarios) - failed} passed"
    ]
    if failed:
        parts.append(f"{failed} failed")
    if report.could_not_check:
        parts.append(f"{len(report.could_not_check)} could not be tested")
    if report.uncovered:
        least = (report.least_coverage or 0) * 100
        parts.append(f"{len(report.uncovered)} runbooks below {least:g} % of branches")
    return ", ".join(parts)


def _counted(number: int) -> str:
    return f"{number} scenario" if number == 1 else f"{number} scenarios"
