"""Counting, ranking and naming, which all outputs share."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from lint.reports.samples import HINT, RULES, SMALL, UNTAGGED, VAGUE, many
from runbookkit.lint.report import (
    Report,
    Style,
    in_order,
    next_fixes,
    printable,
    summarise,
)


def test_errors_are_mended_first_then_what_there_is_most_of() -> None:
    findings = (
        *many(9, "info", "RB905"),
        *many(5, "warning", "RB404"),
        *many(7, "warning", "RB101"),
        UNTAGGED,
    )

    fixes = next_fixes(Report(9, findings))

    assert [fix.code for fix in fixes] == ["RB202", "RB101", "RB404"]


def test_among_equals_what_mends_itself_goes_first() -> None:
    by_hand = many(1, "error", "RB101")

    fixes = next_fixes(Report(9, (*by_hand, UNTAGGED)))

    assert [fix.code for fix in fixes] == ["RB202", "RB101"]


def test_a_next_fix_says_how_far_it_reaches() -> None:
    twice = (UNTAGGED, replace(UNTAGGED, path="docs/b.md", fix=None))

    (fix,) = next_fixes(Report(9, twice, rules=RULES))

    assert fix.reach == "2 findings in 2 files, 1 fixable"
    assert fix.summary == "A fence names no language"
    assert fix.command == "runbook lint --select RB202 --fix"


def test_a_fix_to_judge_does_not_count_as_fixable() -> None:
    assert summarise(SMALL).fixable == 1
    assert next_fixes(Report(1, (VAGUE,)))[0].command == "runbook lint --select RB404"


def test_findings_are_sorted_by_path_place_and_code() -> None:
    first = replace(VAGUE, code="RB101")

    assert in_order([HINT, VAGUE, first, UNTAGGED]) == (UNTAGGED, first, VAGUE, HINT)


@pytest.mark.parametrize(
    ("base", "path", "located"),
    [
        ("", "a.md", "a.md"),
        ("", "./docs//a.md", "docs/a.md"),
        ("ops", "docs\\a.md", "ops/docs/a.md"),
        ("ops", "../a.md", "a.md"),
        ("ops", "/srv/a.md", "/srv/a.md"),
    ],
)
def test_paths_are_told_from_the_root_of_the_repository(
    base: str, path: str, located: str
) -> None:
    assert Style(base=base).located(path) == located


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_letters_of_all_scripts_stay(text: str) -> None:
    assert printable(text) == text


@given(st.text())
def test_no_sign_is_lost(text: str) -> None:
    assert len(printable(text)) == len(text)
