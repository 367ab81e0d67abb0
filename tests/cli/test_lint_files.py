"""Files that are not what a linter hopes for."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cli.command import CLEAN, DIRTY, Place


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file that nobody can read")
def test_a_file_that_cannot_be_read_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "a.md").symlink_to("/proc/self/mem")

    done = Place(tmp_path).lint("a.md")

    assert done.code == 2
    assert done.err.startswith("runbook: a.md: cannot be read: ")


def test_bytes_of_no_text_are_found_and_do_not_hide_the_rest(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.write("a.md", bytes(range(256)))
    place.write("b.md", DIRTY)

    codes = {(path, code) for path, _, code in place.lint(".").found}

    assert ("a.md", "RB120") in codes
    assert ("b.md", "RB411") in codes


@pytest.mark.parametrize(
    "text", ["a: 1\n", "", "- groups\n", "kind: Deployment\nspec: {groups: 3}\n"]
)
def test_yaml_that_holds_no_rules_is_passed_over(tmp_path: Path, text: str) -> None:
    place = Place(tmp_path)
    place.write("values.yaml", text)

    done = place.lint("values.yaml")

    assert done.code == 0
    assert done.data["summary"]["files"] == 0


def test_a_rule_file_that_breaks_is_found_where_it_breaks(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.write("rules.yml", "groups:\n- rules:\n  - alert: A\n   expr: up\n")

    assert place.lint(".").found == [("rules.yml", 4, "AL111")]


def test_empty_files_and_other_documents_are_no_runbooks(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.write("empty.md", "")
    place.write("README.md", "# The project\n\nWords.\n")

    assert place.lint(".").code == 0


def test_a_template_is_no_runbook(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.write(
        "t.md",
        "---\ntemplate: runbook/v1\ntitle: T\n---\n\n# T\n\n## Meaning\n\nTODO\n",
    )

    assert place.lint(".").data["summary"]["files"] == 0


def test_a_format_of_the_future_is_told_in_one_finding(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.write("a.md", DIRTY.replace("runbook/v1", "runbook/v9"))

    assert place.lint(".").found == [("a.md", 2, "RB116")]


def test_hidden_and_foreign_folders_are_not_walked(tmp_path: Path) -> None:
    place = Place(tmp_path)
    for folder in (".git", ".venv", "node_modules/x", "site-packages"):
        place.write(f"{folder}/a.md", DIRTY)

    assert place.lint(".").data["summary"]["files"] == 0
    assert place.lint("node_modules/x/a.md").code == 1


def test_a_folder_may_be_called_like_a_file(tmp_path: Path) -> None:
    Place(tmp_path).write("folder.md/a.md", DIRTY)

    found = Place(tmp_path).lint(".").found

    assert [path for path, _, _ in found] == ["folder.md/a.md"]


def test_names_with_spaces_and_letters_of_all_kinds_are_fine(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.write("Größe 1/日本 & more.md", DIRTY)

    found = place.lint(".").found

    assert [path for path, _, _ in found] == ["Größe 1/日本 & more.md"]


def test_a_file_named_twice_is_linted_once(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.write("a.md", CLEAN)

    assert place.lint("a.md", "./a.md", ".").data["summary"]["files"] == 1
