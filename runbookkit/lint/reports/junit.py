"""JUnit XML: one suite for each file with findings, one failed case for each."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import Final

from junitparser import Error, Failure, JUnitXml, TestCase, TestSuite

from runbookkit.lint.report import Report, Style, counted, printable, rule_url
from runbookkit.model.finding import Finding, Unchecked

NAME: Final = "junit"

Subject = Finding | Unchecked


def render(report: Report, style: Style) -> str:
    """Return the XML; what could not be checked is an error, an info passes."""
    log = JUnitXml("runbook lint")
    subjects: list[Subject] = [*report.findings, *report.unchecked]
    subjects.sort(key=attrgetter("path"))
    if not subjects:
        log.append(_suite("runbook lint", [_passed(report)]))
    for path, found in groupby(subjects, attrgetter("path")):
        place = printable(style.located(path))
        log.append(_suite(place, [_case(place, each) for each in found]))
    log.update_statistics()
    text: bytes = log.tostring()
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + text.decode() + "\n"


def _suite(name: str, cases: list[TestCase]) -> TestSuite:
    suite = TestSuite(name)
    suite.add_testcases(cases)
    return suite


def _passed(report: Report) -> TestCase:
    return TestCase(counted(report.files, "file"), "runbook lint", 0.0)


def _case(place: str, subject: Subject) -> TestCase:
    at = f"{subject.span.line}:{subject.span.column}"
    case = TestCase(f"{subject.code} {subject.name} at {at}", place, 0.0)
    if isinstance(subject, Unchecked):
        reason = printable(subject.reason)
        result = Error(f"could not check: {reason}", "unchecked")
        result.text = f"{place}:{at}: could not check: {reason}"
        case.result = result
        return case
    message = printable(subject.message)
    detail = f"{place}:{at}: {message}\n{rule_url(subject.code)}"
    if subject.level == "info":
        case.system_out = detail
        return case
    failure = Failure(message, subject.level)
    failure.text = detail
    case.result = failure
    return case
