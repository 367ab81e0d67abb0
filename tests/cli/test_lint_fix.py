"""Mending: safely, on request unsafely, or only as a patch."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from cli.command import CLEAN, DIRTY, Place

BOTH = DIRTY.replace("## Impact", "## Consequences")
"""One finding with a safe fix, one with a fix that has to be read."""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    found = Place(tmp_path)
    found.write("a.md", BOTH)
    return found


def test_safe_fixes_are_put_in_and_the_rest_is_told(place: Place) -> None:
    done = place.lint("a.md", "--fix")

    assert [code for _, _, code in done.found] == ["RB411"]
    assert place.read("a.md") == DIRTY


def test_unsafe_fixes_are_put_in_on_request(place: Place) -> None:
    done = place.lint("a.md", "--unsafe-fixes")

    assert (done.code, done.found) == (0, [])
    assert "- **Not met:** escalate" in place.read("a.md")


def test_a_patch_changes_nothing_and_can_be_applied(place: Place) -> None:
    done = place.run("lint", "a.md", "--diff")

    assert done.code == 1
    assert place.read("a.md") == BOTH
    place.write("fix.patch", done.out)
    subprocess.run(["git", "apply", "fix.patch"], cwd=place.folder, check=True)
    assert place.read("a.md") == DIRTY


def test_a_patch_holds_unsafe_fixes_on_request(place: Place) -> None:
    done = place.run("lint", "a.md", "--diff", "--unsafe-fixes")

    assert "+- **Not met:** escalate" in done.out
    assert "+## Impact" in done.out
    assert place.read("a.md") == BOTH


def test_without_anything_to_mend_the_patch_is_empty(place: Place) -> None:
    place.write("a.md", CLEAN)

    done = place.run("lint", "a.md", "--diff")

    assert (done.code, done.out) == (0, "")


def test_only_chosen_rules_mend(place: Place) -> None:
    place.lint("a.md", "--fix", "--select", "RB2")

    assert place.read("a.md") == BOTH


def test_line_ends_and_mode_stay(place: Place) -> None:
    path = place.write("a.md", "\ufeff" + BOTH.replace("\n", "\r\n"))
    path.chmod(0o640)

    place.lint("a.md", "--fix")

    assert place.read("a.md") == "\ufeff" + DIRTY.replace("\n", "\r\n")
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_file_that_is_no_text_is_left_alone(place: Place) -> None:
    content = BOTH.encode() + b"\nCaf\xe9\n"
    path = place.write("a.md", content)

    done = place.lint("a.md", "--fix")

    assert done.code == 2
    assert "a.md: not UTF-8" in done.err
    assert path.read_bytes() == content


def test_a_link_to_a_file_stays_a_link(place: Place) -> None:
    link = place.folder / "b.md"
    link.symlink_to("a.md")

    place.lint("b.md", "--fix")

    assert link.is_symlink()
    assert place.read("a.md") == DIRTY


def test_a_fix_that_does_not_help_is_put_in_once(place: Place) -> None:
    # the fence that is never closed swallows whatever is put behind it
    text = CLEAN.split("- **Met:** continue")[0] + "```text\nnever closed\n"
    place.write("a.md", text)

    place.lint("a.md", "--unsafe-fixes", "--select", "RB403")

    assert place.read("a.md").count("- **Not met:** escalate") == 1
