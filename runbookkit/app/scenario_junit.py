"""What ``runbook test`` prints for build servers: one suite for each runbook."""

from __future__ import annotations

from collections.abc import Iterable

from junitparser import Error, Failure, JUnitXml, TestCase, TestSuite

from runbookkit.app.scenario_text import (
    coverage_words,
    difference_lines,
    not_taken_words,
)
from runbookkit.model.tested import Coverage, ScenarioReport, ScenarioResult, Untested


def junit(report: ScenarioReport) -> str:
    """Return the XML; coverage below what is asked for is a failed case."""
    log = JUnitXml("runbook test")
    names = dict.fromkeys(each.runbook for each in report.coverage)
    for name in names:
        cases = [_case(each) for each in report.scenarios if each.runbook == name]
        cases += [_covered(each) for each in report.uncovered if each.runbook == name]
        if cases:
            log.append(_suite(name, cases))
    if report.could_not_check:
        cases = [_untested(each) for each in report.could_not_check]
        log.append(_suite("could not be tested", cases))
    log.update_statistics()
    text: bytes = log.tostring()
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + text.decode() + "\n"


def _suite(name: str, cases: Iterable[TestCase]) -> TestSuite:
    suite = TestSuite(name)
    suite.add_testcases(list(cases))
    return suite


def _case(result: ScenarioResult) -> TestCase:
    case = TestCase(f"{result.name} ({result.file}:{result.line})", result.runbook, 0.0)
    if not result.passed:
        first = result.differences[0]
        failure = Failure(
            f"{first.what} differs at {first.step or 'the end'}", "differs"
        )
        lines = (
            line
            for each in result.differences
            for line in difference_lines(each, result.runbook)
        )
        failure.text = "\n".join(lines)
        case.result = failure
    return case


def _covered(coverage: Coverage) -> TestCase:
    case = TestCase("branch coverage", coverage.runbook, 0.0)
    failure = Failure(coverage_words(coverage), "coverage")
    failure.text = "\n".join(not_taken_words(coverage, e) for e in coverage.not_taken)
    case.result = failure
    return case


def _untested(each: Untested) -> TestCase:
    case = TestCase(f"{each.file}:{each.line}", each.file, 0.0)
    case.result = Error(each.reason, "could not be tested")
    return case
