"""Only what a branch changed is reported, held against everything."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from cli.command import CLEAN, DIRTY, Place


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    subprocess.run(
        ["git", "-C", str(folder), *identity, *arguments],
        check=True,
        capture_output=True,
    )


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return a repository whose main branch has one finding, on a topic branch."""
    found = Place(tmp_path)
    found.write("old.md", DIRTY)
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "old.md")
    git(tmp_path, "commit", "-q", "-m", "start")
    git(tmp_path, "checkout", "-q", "-b", "topic")
    return found


def paths(place: Place, *arguments: str) -> list[str]:
    return [path for path, _, _ in place.lint("--changed", *arguments).found]


def test_what_was_there_before_is_not_reported(place: Place) -> None:
    done = place.lint("--changed")

    assert (done.code, done.found) == (0, [])
    assert place.lint().code == 1


def test_new_edited_and_committed_files_are_reported(place: Place) -> None:
    place.write("untracked.md", DIRTY.replace("CheckoutErrorsHigh", "CheckoutSlow"))
    place.write(
        "deep/committed.md", DIRTY.replace("CheckoutErrorsHigh", "CheckoutGone")
    )
    git(place.folder, "add", "deep")
    git(place.folder, "commit", "-q", "-m", "more")

    assert paths(place) == ["deep/committed.md", "untracked.md"]


def test_paths_count_from_here(place: Place) -> None:
    place.write("deep/new.md", DIRTY)

    assert paths(Place(place.folder / "deep")) == ["new.md"]


def test_a_finding_between_files_is_reported_at_the_changed_one(place: Place) -> None:
    place.write("new.md", CLEAN)

    done = place.lint("--changed")

    assert done.found == [("new.md", 7, "AL110")]


def test_the_base_may_be_named(place: Place) -> None:
    place.write("new.md", DIRTY.replace("CheckoutErrorsHigh", "CheckoutSlow"))
    git(place.folder, "add", "new.md")
    git(place.folder, "commit", "-q", "-m", "more")

    assert paths(place, "--base", "HEAD") == []
    assert paths(place, "--base", "main") == ["new.md"]


def test_an_unknown_base_could_not_be_checked(place: Place) -> None:
    done = place.lint("--changed", "--base", "gone")

    assert done.code == 3
    assert "gone" in done.err


def test_the_summary_of_a_pull_request_draws_what_changed(place: Place) -> None:
    place.write("new.md", CLEAN.replace("CheckoutErrorsHigh", "CheckoutSlow"))

    out = place.run("lint", "--changed", "-o", "markdown", "--no-cache").out

    assert "```mermaid\nflowchart TD" in out
    assert "old.md" not in out
