"""One line for each finding."""

from __future__ import annotations

from dataclasses import replace

from lint.reports.samples import CLEAN, SMALL, VAGUE
from runbookkit.lint.report import Report, Style
from runbookkit.lint.reports.concise import render


def test_each_finding_and_each_open_question_takes_one_line() -> None:
    assert render(SMALL, Style()) == (
        "docs/a.md:3:1: RB202 this fence names no language\n"
        "docs/b c.md:1:16: RB404 slow is a mood; say <how many> ms | s\n"
        "docs/b c.md:2:6: RB905 say what `X` is, @you\n"
        "docs/b c.md:2:1: RB203 could not check: bpftrace is not there\n"
    )


def test_a_message_of_two_lines_stays_on_one() -> None:
    finding = replace(VAGUE, message="one\ntwo\x1b[2J")

    assert render(Report(1, (finding,)), Style()).count("\n") == 1
    assert "one␊two␛[2J" in render(Report(1, (finding,)), Style())


def test_a_clean_run_is_empty() -> None:
    assert render(CLEAN, Style()) == ""
