"""What a person at a terminal reads."""

from __future__ import annotations

from dataclasses import replace

from lint.reports.samples import CLEAN, OPEN, SMALL, many
from runbookkit.lint.report import Report, Style
from runbookkit.lint.reports.text import render


def test_findings_come_with_their_source_and_the_next_steps() -> None:
    assert render(SMALL, Style()) == (
        "docs/a.md:3:1: error RB202 untagged-fence\n"
        "  this fence names no language\n"
        "  3 | ```\n"
        "    | ^^^ … to line 5\n"
        "  help: Name it `bash` (`--fix`)\n"
        "\n"
        "docs/b c.md:1:16: warning RB404 vague-condition\n"
        "  slow is a mood; say <how many> ms | s\n"
        "  1 | # Übersicht 日本 is slow\n"
        "    |                  ^^^^^^^\n"
        "  note: rules/loki.yaml:7: the alert says 5m\n"
        "  help: Write 500 ms (`--unsafe-fixes`, to be read after)\n"
        "\n"
        "docs/b c.md:2:6: info RB905 unknown-acronym\n"
        "  say what `X` is, @you\n"
        "  2 |     use ␛[31m{{ x }}\n"
        "    |         ^^^^^^^^^^^^\n"
        "\n"
        "Could not check:\n"
        "  docs/b c.md:2:1: RB203 bad-query: bpftrace is not there\n"
        "\n"
        "Found 1 error, 1 warning and 1 info in 3 files; could not check 1"
        " (2 allowed by comments and 1 in the baseline).\n"
        "1 fixable with `--fix`.\n"
        "\n"
        "Best next fixes:\n"
        "  1. runbook lint --select RB202 --fix\n"
        "     1 finding in 1 file, all fixable: A fence names no language\n"
        "  2. runbook lint --select RB404\n"
        "     1 finding in 1 file: A condition has no number\n"
        "  3. runbook lint --select RB905\n"
        "     1 finding in 1 file: An acronym is not explained\n"
    )


def test_a_clean_run_says_so() -> None:
    assert render(CLEAN, Style()) == "No findings in 3 files.\n"


def test_a_check_that_could_not_run_never_reads_as_clean() -> None:
    text = render(Report(files=1, unchecked=(OPEN,)), Style())

    assert "No findings in 1 file; could not check 1." in text
    assert "bpftrace is not there" in text


def test_a_reason_that_holds_in_many_places_is_told_once() -> None:
    text = render(Report(files=1, unchecked=(OPEN,) * 40), Style(width=200))

    assert text.count("bpftrace is not there") == 1
    assert "docs/b c.md:2:1 and 39 other places: RB203" in text


def test_very_many_reasons_are_counted() -> None:
    questions = tuple(replace(OPEN, reason=f"no {number}") for number in range(60))

    text = render(Report(files=1, unchecked=questions), Style())

    assert text.count("RB203 bad-query") == 50
    assert "  and 10 more reasons; `--all` shows each\n" in text
    assert "could not check 60." in text


def test_many_warnings_are_counted_by_rule_and_not_listed() -> None:
    findings = many(200, "warning") + many(7, "warning", "RB101")

    text = render(Report(files=300, findings=findings), Style())

    assert text.splitlines()[:3] == [
        "There are 207 findings not shown; `--all` shows each:",
        "  200 warning RB202 x in 200 files, first docs/000000.md:1:1",
        "    7 warning RB101 x in 7 files, first docs/000000.md:1:1",
    ]


def test_among_many_findings_errors_are_shown_first() -> None:
    findings = many(60, "warning", "RB101") + many(60, "error")

    text = render(Report(files=300, findings=findings), Style())

    assert text.count(": error RB202") == 50
    assert "And 70 findings not shown" in text
    assert "  10 error   RB202 x in 10 files, first docs/000050.md:1:1" in text


def test_everything_is_shown_when_asked_for() -> None:
    report = Report(files=300, findings=many(200, "warning"))

    text = render(report, Style(everything=True))

    assert text.count(": warning RB202") == 200
    assert "not shown" not in text


def test_suggested_commands_name_the_same_paths() -> None:
    text = render(replace(SMALL, paths=("docs", "b c.md")), Style())

    assert "runbook lint --select RB202 --fix docs 'b c.md'" in text


def test_colours_are_only_paint() -> None:
    painted = render(SMALL, Style(color=True))

    assert "\x1b[1;31merror\x1b[0m" in painted
    bare = painted.replace("\x1b[0m", "")
    for code in ("1", "1;31", "1;32", "1;33", "1;34", "1;36"):
        bare = bare.replace(f"\x1b[{code}m", "")
    assert bare == render(SMALL, Style())
