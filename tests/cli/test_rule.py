"""``runbook rule``."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.command import Place
from runbookkit.lint.registry import all_rules


@pytest.mark.parametrize("name", ["RB411", "rb411", "unreadable-branch"])
def test_a_page_is_found_by_code_and_by_name(tmp_path: Path, name: str) -> None:
    done = Place(tmp_path).run("rule", name)

    assert done.code == 0
    assert done.out.startswith("# RB411: unreadable-branch\n")
    assert "## Why is this bad?" in done.out


def test_without_a_name_all_rules_are_listed(tmp_path: Path) -> None:
    lines = Place(tmp_path).run("rule").out.splitlines()

    assert [line.split()[0] for line in lines] == [rule.code for rule in all_rules()]


def test_an_unknown_rule_is_a_usage_error_that_names_near_ones(tmp_path: Path) -> None:
    done = Place(tmp_path).run("rule", "RB41")

    assert done.code == 2
    assert "there is no rule 'RB41'; did you mean RB41" in done.err


def test_pages_are_written_and_held_against_the_rules(tmp_path: Path) -> None:
    place = Place(tmp_path)

    missing = place.run("rule", "--check", "pages")
    place.run("rule", "--write", "pages")
    fresh = place.run("rule", "--check", "pages")
    place.write("pages/RB411.md", "old")
    drifted = place.run("rule", "--check", "pages")

    assert (missing.code, fresh.code, drifted.code) == (1, 0, 1)
    assert (
        drifted.err
        == "pages/RB411.md: not what the code makes; run `runbook rule --write pages`\n"
    )
