from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from runbookkit.errors import CouldNotCheckError
from runbookkit.workspace.git import changed_files


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    subprocess.run(
        ["git", "-C", str(folder), *identity, *arguments],
        check=True,
        capture_output=True,
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "-b", "main")
    for name in ("a.md", "b.md", "sub/c.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("old", encoding="utf-8")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "start")
    git(tmp_path, "checkout", "-q", "-b", "topic")
    return tmp_path


def test_committed_changed_and_new_files_count(repository: Path) -> None:
    (repository / "a.md").write_text("new", encoding="utf-8")
    git(repository, "commit", "-q", "-am", "change")
    (repository / "b.md").write_text("new", encoding="utf-8")
    (repository / "sub" / "d.md").write_text("new", encoding="utf-8")

    assert changed_files("", str(repository)) == {"a.md", "b.md", "sub/d.md"}


def test_what_the_base_gained_meanwhile_does_not_count(repository: Path) -> None:
    git(repository, "checkout", "-q", "main")
    (repository / "b.md").write_text("theirs", encoding="utf-8")
    git(repository, "commit", "-q", "-am", "theirs")
    git(repository, "checkout", "-q", "topic")
    (repository / "a.md").write_text("ours", encoding="utf-8")

    assert changed_files("main", str(repository)) == {"a.md"}


def test_paths_are_relative_to_the_folder_that_asks(repository: Path) -> None:
    (repository / "sub" / "c.md").write_text("new", encoding="utf-8")
    (repository / "a.md").write_text("new", encoding="utf-8")

    assert changed_files("main", str(repository / "sub")) == {"c.md", "../a.md"}


def test_an_unknown_base_is_an_error_that_says_so(repository: Path) -> None:
    with pytest.raises(CouldNotCheckError, match="nowhere"):
        changed_files("nowhere", str(repository))


def test_a_folder_without_git_could_not_be_checked(tmp_path: Path) -> None:
    with pytest.raises(CouldNotCheckError, match="not a git repository"):
        changed_files("", str(tmp_path))
