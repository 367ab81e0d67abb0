"""Annotations on a pull request, as workflow commands of GitHub Actions.

GitHub keeps ten of each kind for a step and drops the rest without a word, so
the worst come first and a last line says how many are not there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from runbookkit.lint.report import Report, Style, counted, printable, rule_url
from runbookkit.model.finding import Finding, Level, Unchecked

NAME: Final = "github"
KEPT: Final = 10
"""Annotations of one kind that GitHub shows for a step."""

Subject = Finding | Unchecked


def render(report: Report, style: Style) -> str:
    """Return one command for each annotation, errors first."""
    return "".join(f"{line}\n" for line in _lines(report, style))


def _lines(report: Report, style: Style) -> Iterator[str]:
    # What could not be checked may hide an error, so it precedes the warnings.
    kinds: dict[str, list[Subject]] = {
        "error": _of(report, "error"),
        "warning": [*report.unchecked, *_of(report, "warning")],
        "notice": _of(report, "info"),
    }
    kept = {kind: subjects[:KEPT] for kind, subjects in kinds.items()}
    total = sum(map(len, kinds.values()))
    if total > sum(map(len, kept.values())):
        kept["notice"] = kept["notice"][: KEPT - 1]  # the last line is a notice too
    for kind, subjects in kept.items():
        for subject in subjects:
            yield _annotation(kind, subject, style)
    left = total - sum(map(len, kept.values()))
    if left:
        yield (
            f"::notice title=runbook lint::{counted(left, 'more finding')} not shown"
            " here; the log or the job summary of `runbook lint` has all"
        )


def _of(report: Report, level: Level) -> list[Subject]:
    return [each for each in report.findings if each.level == level]


def _annotation(kind: str, subject: Subject, style: Style) -> str:
    title = f"{subject.code} {subject.name}"
    if isinstance(subject, Unchecked):
        title = f"could not check {title}"
        message = printable(subject.reason)
    else:
        message = f"{printable(subject.message)}\n{rule_url(subject.code)}"
    span = subject.span
    places: dict[str, str | int] = {
        "file": printable(style.located(subject.path)),
        "line": span.line,
        "endLine": span.end_line,
    }
    if span.line == span.end_line:
        # GitHub takes columns only within one line
        places |= {"col": span.column, "endColumn": span.end_column}
    listed = [f"{key}={_property(str(value))}" for key, value in places.items()]
    listed.append(f"title={_property(title)}")
    return f"::{kind} {','.join(listed)}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
