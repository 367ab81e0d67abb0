"""Workflow commands of GitHub Actions."""

from __future__ import annotations

from dataclasses import replace

from lint.reports.samples import CLEAN, OPEN, SMALL, VAGUE, many
from runbookkit.lint.report import Report, Style
from runbookkit.lint.reports.github import render

PAGES = "https://github.com/runbookkit/runbookkit/blob/main/docs/rules"


def test_each_finding_is_a_command_and_errors_come_first() -> None:
    report = replace(SMALL, findings=tuple(reversed(SMALL.findings)))

    assert render(report, Style(base="ops")) == (
        "::error file=ops/docs/a.md,line=3,endLine=5,title=RB202 untagged-fence"
        f"::this fence names no language%0A{PAGES}/RB202.md\n"
        "::warning file=ops/docs/b c.md,line=2,endLine=2,col=1,endColumn=4,"
        "title=could not check RB203 bad-query::bpftrace is not there\n"
        "::warning file=ops/docs/b c.md,line=1,endLine=1,col=16,endColumn=23,"
        "title=RB404 vague-condition::slow is a mood; say <how many> ms | s"
        f"%0A{PAGES}/RB404.md\n"
        "::notice file=ops/docs/b c.md,line=2,endLine=2,col=6,endColumn=18,"
        f"title=RB905 unknown-acronym::say what `X` is, @you%0A{PAGES}/RB905.md\n"
    )


def test_what_separates_properties_is_escaped() -> None:
    finding = replace(VAGUE, path="a:b,c%.md", message="100 %: a, b\n::error::c")

    line = render(Report(1, (finding,)), Style()).splitlines()[0]

    assert line.startswith("::warning file=a%3Ab%2Cc%25.md,line=1,")
    assert "::100 %25: a, b␊::error::c%0A" in line


def test_github_gets_no_more_than_it_keeps_and_is_told_of_the_rest() -> None:
    findings = many(12, "error") + many(30, "warning") + many(20, "info")

    lines = render(Report(9, findings, (OPEN,) * 3), Style()).splitlines()

    kinds = [line.split(" ")[0] for line in lines]
    assert kinds.count("::error") == 10
    assert kinds.count("::warning") == 10
    assert kinds.count("::notice") == 10
    assert "::36 more findings not shown here" in lines[-1]


def test_nothing_is_said_of_the_rest_when_there_is_none() -> None:
    findings = many(10, "error") + many(10, "warning") + many(10, "info")

    assert "not shown" not in render(Report(9, findings), Style())


def test_a_clean_run_is_empty() -> None:
    assert render(CLEAN, Style()) == ""
