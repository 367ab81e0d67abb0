from __future__ import annotations

import os
from pathlib import Path

import pytest

from runbookkit.workspace.walk import MissingPathError, walk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (
        "a.md",
        "b.yaml",
        "notes.txt",
        "deep/er/c.md",
        ".hidden/d.md",
        "node_modules/e.md",
    ):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x", encoding="utf-8")
    return tmp_path


def names(folder: Path, found: list[str]) -> list[str]:
    return [os.path.relpath(path, folder).replace(os.sep, "/") for path in found]


def test_markdown_and_yaml_are_found_below_a_folder_in_order(folder: Path) -> None:
    found = walk((str(folder),))

    assert names(folder, found) == ["a.md", "b.yaml", "deep/er/c.md"]


def test_a_file_that_is_named_is_found_whatever_its_ending(folder: Path) -> None:
    found = walk((str(folder / "notes.txt"),))

    assert names(folder, found) == ["notes.txt"]


def test_a_file_that_is_reached_twice_is_found_once(folder: Path) -> None:
    found = walk((str(folder), str(folder / "a.md"), str(folder / "deep")))

    assert len(found) == len(set(found)) == 3


@pytest.mark.parametrize("pattern", ["deep", "deep/", "deep/er/*.md", "c.md", "*/er"])
def test_excluded_paths_are_left_out(folder: Path, pattern: str) -> None:
    found = walk((str(folder),), (pattern,))

    assert names(folder, found) == ["a.md", "b.yaml"]


def test_a_link_to_a_folder_above_does_not_loop(folder: Path) -> None:
    (folder / "deep" / "up").symlink_to(folder, target_is_directory=True)

    found = walk((str(folder),))

    assert len(found) == 3


def test_a_path_that_is_not_there_is_an_error_that_names_it(folder: Path) -> None:
    with pytest.raises(MissingPathError, match="gone"):
        walk((str(folder / "gone"),))
