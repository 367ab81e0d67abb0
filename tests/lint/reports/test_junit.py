"""JUnit XML for build servers."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from lint.reports.samples import CLEAN, SMALL
from runbookkit.lint.report import Style
from runbookkit.lint.reports.junit import render

PAGE = "https://github.com/runbookkit/runbookkit/blob/main/docs/rules/RB404.md"


def test_the_counts_tell_failures_from_what_could_not_be_checked() -> None:
    root = ET.fromstring(render(SMALL, Style()))

    counts = {key: root.get(key) for key in ("tests", "failures", "errors")}
    assert root.tag == "testsuites"
    assert counts == {"tests": "4", "failures": "2", "errors": "1"}
    assert [suite.get("name") for suite in root] == ["docs/a.md", "docs/b c.md"]


def test_a_failure_says_where_what_and_why() -> None:
    root = ET.fromstring(render(SMALL, Style(base="ops")))

    case = root.find(".//testcase[@name='RB404 vague-condition at 1:16']")
    assert case is not None
    failure = case.find("failure")
    assert failure is not None
    assert case.get("classname") == "ops/docs/b c.md"
    assert failure.get("type") == "warning"
    assert failure.get("message") == "slow is a mood; say <how many> ms | s"
    assert failure.text == (
        f"ops/docs/b c.md:1:16: slow is a mood; say <how many> ms | s\n{PAGE}"
    )


def test_an_info_does_not_fail() -> None:
    root = ET.fromstring(render(SMALL, Style()))

    case = root.find(".//testcase[@name='RB905 unknown-acronym at 2:6']")
    assert case is not None
    assert [child.tag for child in case] == ["system-out"]


def test_a_clean_run_is_one_passed_case() -> None:
    root = ET.fromstring(render(CLEAN, Style()))

    assert root.get("tests") == "1"
    assert root.get("failures") == root.get("errors") == "0"
    assert [case.get("name") for case in root.iter("testcase")] == ["3 files"]
