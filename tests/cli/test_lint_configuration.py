"""Which settings hold: file, environment, command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.command import DIRTY, Place

IGNORE = '[lint]\nignore = ["RB411"]\n'


@pytest.fixture
def place(tmp_path: Path) -> Place:
    found = Place(tmp_path)
    found.write("a.md", DIRTY)
    return found


def test_the_file_of_this_folder_holds(place: Place) -> None:
    place.write("runbook.toml", IGNORE)

    assert place.lint("a.md").code == 0


def test_the_nearest_file_upward_holds(place: Place) -> None:
    place.write("runbook.toml", IGNORE)
    place.write("deep/a.md", DIRTY)

    assert Place(place.folder / "deep").lint("a.md").code == 0


def test_pyproject_serves_as_well(place: Place) -> None:
    place.write("pyproject.toml", IGNORE.replace("[lint]", "[tool.runbookkit.lint]"))

    assert place.lint("a.md").code == 0


def test_a_file_may_be_named(place: Place) -> None:
    place.write("other/ours.toml", IGNORE)

    assert place.lint("a.md", "--config", "other/ours.toml").code == 0


def test_the_environment_outweighs_the_file(place: Place) -> None:
    place.write("runbook.toml", IGNORE)

    assert place.lint("a.md", RUNBOOK_LINT__IGNORE="RB9").code == 1
    assert place.lint("a.md", RUNBOOK_LINT__IGNORE="RB9,RB4").code == 0


def test_the_command_line_adds_to_what_is_ignored(place: Place) -> None:
    place.write("runbook.toml", '[lint]\nignore = ["RB9"]\n')

    assert place.lint("a.md", "--ignore", "RB4").code == 0


def test_the_command_line_outweighs_what_is_selected(place: Place) -> None:
    place.write("runbook.toml", '[lint]\nselect = ["RB1"]\n')

    assert place.lint("a.md").code == 0
    assert place.lint("a.md", "--select", "RB4").code == 1


def test_what_the_file_excludes_is_not_walked(place: Place) -> None:
    place.write("runbook.toml", '[lint]\nexclude = ["a.*"]\n')

    assert place.lint(".").data["summary"]["files"] == 0


def test_known_folders_count_from_the_file(place: Place) -> None:
    place.write("runbook.toml", '[lint]\nrules = ["rules"]\n')
    place.write("rules/r.yaml", "groups:\n- rules:\n  - alert: Other\n    expr: up\n")
    place.write("deep/a.md", DIRTY)

    found = Place(place.folder / "deep").lint("a.md", "--select", "AL109").found

    assert [code for _, _, code in found] == ["AL109"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[lint", "runbook.toml: not valid TOML"),
        ("[lint]\nignor = []\n", "runbook.toml: lint.ignor: unknown key"),
        ("[lint]\nignore = 'RB4'\n", "runbook.toml: lint.ignore: not a list"),
        ("[lint]\nignore = ['RB999']\n", "there is no rule 'RB999'"),
        ("template = 'gone.md'\n", "no template 'gone.md'"),
    ],
)
def test_a_wrong_file_is_a_usage_error_in_one_line(
    place: Place, text: str, said: str
) -> None:
    place.write("runbook.toml", text)

    done = place.lint("a.md")

    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert done.err.count("\n") == 1
