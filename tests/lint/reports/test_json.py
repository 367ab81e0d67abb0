"""The contract for programs."""

from __future__ import annotations

import json

from lint.reports.samples import CLEAN, SMALL, many
from runbookkit.lint.report import Report, Style
from runbookkit.lint.reports.json import render, stream

PAGES = "https://github.com/runbookkit/runbookkit/blob/main/docs/rules"


def test_a_finding_is_flat_and_complete() -> None:
    findings = json.loads(render(SMALL, Style()))["findings"]

    assert findings[1] == {
        "path": "docs/b c.md",
        "line": 1,
        "column": 16,
        "end_line": 1,
        "end_column": 23,
        "code": "RB404",
        "name": "vague-condition",
        "level": "warning",
        "message": "slow is a mood; say <how many> ms | s",
        "fix": {
            "title": "Write 500 ms",
            "safe": False,
            "edits": [
                {
                    "line": 1,
                    "column": 19,
                    "end_line": 1,
                    "end_column": 23,
                    "text": "500 ms",
                }
            ],
        },
        "url": f"{PAGES}/RB404.md",
        "related": [
            {"path": "rules/loki.yaml", "line": 7, "message": "the alert says 5m"}
        ],
    }
    assert findings[2]["fix"] is None


def test_what_could_not_be_checked_and_the_counts_follow() -> None:
    report = json.loads(render(SMALL, Style()))

    assert list(report) == ["findings", "unchecked", "summary"]
    assert report["unchecked"] == [
        {
            "path": "docs/b c.md",
            "line": 2,
            "column": 1,
            "end_line": 2,
            "end_column": 4,
            "code": "RB203",
            "name": "bad-query",
            "reason": "bpftrace is not there",
        }
    ]
    assert report["summary"] == {
        "files": 3,
        "errors": 1,
        "warnings": 1,
        "infos": 1,
        "unchecked": 1,
        "allowed": 2,
        "baselined": 1,
        "fixable": 1,
    }


def test_each_finding_stands_on_a_line_of_its_own() -> None:
    report = Report(files=9, findings=many(9, "error"))

    lines = render(report, Style()).splitlines()

    assert len(lines) == 13
    assert all(json.loads(line.rstrip(","))["level"] == "error" for line in lines[1:10])


def test_a_large_report_comes_in_small_pieces() -> None:
    report = Report(files=9, findings=many(1000, "error"))

    assert max(map(len, stream(report, Style()))) < 400


def test_a_clean_run_is_valid_json() -> None:
    report = json.loads(render(CLEAN, Style()))

    assert report["findings"] == report["unchecked"] == []
