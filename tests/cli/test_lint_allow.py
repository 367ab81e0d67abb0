"""Comments that allow a finding, as the whole command line takes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.command import DIRTY, Done, Place

TODAY = datetime.now(UTC).date()
BRANCHES = "- **Met:** continue\n- **Not met:** call the database team"


def linted(folder: Path, comment: str) -> Done:
    place = Place(folder)
    place.write("a.md", DIRTY.replace(BRANCHES, f"{comment}\n\n{BRANCHES}"))
    return place.lint("a.md")


def test_a_comment_with_a_reason_allows_the_block_below(tmp_path: Path) -> None:
    text = '<!-- runbookkit: allow-file RB411 reason="they know" -->'

    done = linted(tmp_path, text)

    assert done.code == 0
    assert done.data["summary"]["allowed"] == 1


@pytest.mark.parametrize(
    ("days", "codes"), [(0, []), (30, []), (-1, ["RB192", "RB411"])]
)
def test_until_its_day_is_over_a_comment_allows(
    tmp_path: Path, days: int, codes: list[str]
) -> None:
    until = TODAY + timedelta(days=days)
    text = f'<!-- runbookkit: allow-file RB411 until={until} reason="they know" -->'

    assert [code for _, _, code in linted(tmp_path, text).found] == codes


@pytest.mark.parametrize(
    ("comment", "code"),
    [
        ("<!-- runbookkit: allow-file RB411 -->", "RB193"),
        ('<!-- runbookkit: allow-file reason="because" -->', "RB193"),
        ('<!-- runbookkit: allow-file RB411 until=soon reason="because" -->', "RB193"),
        ('<!-- runbookkit: allow-file RB606 reason="because" -->', "RB191"),
    ],
)
def test_a_comment_that_allows_nothing_is_found_itself(
    tmp_path: Path, comment: str, code: str
) -> None:
    codes = [each for _, _, each in linted(tmp_path, comment).found]

    assert codes == [code, "RB411"]


def test_a_comment_in_a_rule_file_allows_the_rule_below(tmp_path: Path) -> None:
    place = Place(tmp_path)
    rule = "  - alert: A\n    expr: up == 0\n"
    place.write(
        "rules.yaml",
        f"groups:\n- rules:\n  # runbookkit: allow AL101 reason='a test'\n{rule}{rule}",
    )

    found = place.lint("rules.yaml", "--select", "AL101").found

    assert found == [("rules.yaml", 6, "AL101")]
