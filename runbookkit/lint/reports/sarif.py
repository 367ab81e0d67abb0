"""SARIF 2.1.0, for code scanning and for viewers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

from runbookkit.lint.fingerprint import fingerprints
from runbookkit.lint.report import PROJECT, Report, Style, counted, rule_url
from runbookkit.lint.rule import Rule
from runbookkit.model.finding import LEVELS, Finding, Fix, Level, Related, Unchecked
from runbookkit.model.span import Span

NAME: Final = "sarif"
SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
    "sarif-schema-2.1.0.json"
)
MOST: Final = 25_000
"""GitHub refuses a run with more results."""

_LEVELS: Final[dict[Level, str]] = {
    "error": "error",
    "warning": "warning",
    "info": "note",
}
_NOT_CHECKED: Final = "could-not-check"
_LEFT_OUT: Final = "results-left-out"

Json = dict[str, Any]


def render(report: Report, style: Style) -> str:
    """Return a log of one run."""
    rules = _rules(report)
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    driver: Json = {
        "name": "runbookkit",
        "informationUri": PROJECT,
        "rules": rules,
        "notifications": [
            {"id": _NOT_CHECKED, "shortDescription": _text("A check could not run.")},
            {"id": _LEFT_OUT, "shortDescription": _text("Results were left out.")},
        ],
    }
    if report.version:
        driver["version"] = report.version
    run: Json = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": _notifications(report, style, index),
            }
        ],
        "results": [
            _result(finding, mark, style, index)
            for finding, mark in fingerprints(_kept(report), report.sources)
        ],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log) + "\n"


def _kept(report: Report) -> tuple[Finding, ...]:
    """Return the findings that fit; when some do not, errors go first."""
    if len(report.findings) <= MOST:
        return report.findings
    by_level = sorted(report.findings, key=lambda each: LEVELS.index(each.level))
    return tuple(by_level[:MOST])


def _rules(report: Report) -> list[Json]:
    known = {rule.code: _rule(rule) for rule in report.rules}
    named: tuple[Finding | Unchecked, ...] = (*report.findings, *report.unchecked)
    for each in named:
        if each.code not in known:
            url = rule_url(each.code)
            known[each.code] = {"id": each.code, "name": each.name, "helpUri": url}
    return [known[code] for code in sorted(known)]


def _rule(rule: Rule) -> Json:
    url = rule_url(rule.code)
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": _text(f"{rule.summary}."),
        "help": _text(f"{rule.summary}. Why, and what to write instead: {url}"),
        "helpUri": url,
        "defaultConfiguration": {"level": _LEVELS[rule.level]},
    }


def _result(
    finding: Finding, mark: str, style: Style, index: Mapping[str, int]
) -> Json:
    result: Json = {
        "ruleId": finding.code,
        "ruleIndex": index[finding.code],
        "level": _LEVELS[finding.level],
        "message": _text(finding.message),
        "locations": [_location(finding.path, finding.span, style)],
        "partialFingerprints": {"lineHash/v1": mark},
    }
    if finding.related:
        result["relatedLocations"] = list(_related(finding.related, style))
    if finding.fix is not None and finding.fix.edits:
        result["fixes"] = [_fix(finding.fix, finding.path, style)]
    return result


def _related(related: tuple[Related, ...], style: Style) -> Iterator[Json]:
    for number, each in enumerate(related, 1):
        place = {
            "artifactLocation": _artifact(each.path, style),
            "region": {"startLine": max(each.line, 1)},
        }
        yield {
            "id": number,
            "physicalLocation": place,
            "message": _text(each.message),
        }


def _fix(fix: Fix, path: str, style: Style) -> Json:
    replacements = [
        {
            "deletedRegion": _region(edit.span),
            "insertedContent": {"text": edit.text},
        }
        for edit in fix.edits
    ]
    change = {
        "artifactLocation": _artifact(path, style),
        "replacements": replacements,
    }
    return {"description": _text(fix.title), "artifactChanges": [change]}


def _notifications(
    report: Report, style: Style, index: Mapping[str, int]
) -> list[Json]:
    found = [_notification(each, style, index) for each in report.unchecked]
    left = len(report.findings) - MOST
    if left > 0:
        found.append(
            {
                "descriptor": {"id": _LEFT_OUT},
                "level": "warning",
                "message": _text(
                    f"{counted(left, 'finding')} left out, the least grave ones: "
                    f"a run holds at most {MOST} results"
                ),
            }
        )
    return found


def _notification(unchecked: Unchecked, style: Style, index: Mapping[str, int]) -> Json:
    rule = {"id": unchecked.code, "index": index[unchecked.code]}
    return {
        "descriptor": {"id": _NOT_CHECKED},
        "associatedRule": rule,
        "level": "warning",
        "message": _text(f"could not check {unchecked.name}: {unchecked.reason}"),
        "locations": [_location(unchecked.path, unchecked.span, style)],
    }


def _location(path: str, span: Span, style: Style) -> Json:
    place = {"artifactLocation": _artifact(path, style), "region": _region(span)}
    return {"physicalLocation": place}


def _artifact(path: str, style: Style) -> Json:
    located = style.located(path)
    uri = quote(located.encode("utf-8", "replace"), safe="/")
    return {"uri": f"file://{uri}" if uri.startswith("/") else uri}


def _region(span: Span) -> Json:
    line, column = max(span.line, 1), max(span.column, 1)
    end_line = max(span.end_line, line)
    end_column = max(span.end_column, column if end_line == line else 1)
    return {
        "startLine": line,
        "startColumn": column,
        "endLine": end_line,
        "endColumn": end_column,
    }


def _text(text: str) -> Json:
    # a brace begins the number of an argument, so one that is meant is doubled
    return {"text": text.replace("{", "{{").replace("}", "}}")}
