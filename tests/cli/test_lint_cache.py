"""What is remembered changes the time that a lint takes, never what it says."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from cli.command import CLEAN, DIRTY, Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    found = Place(tmp_path)
    found.write("a.md", DIRTY)
    found.write("b.md", CLEAN)
    found.write("rules.yaml", "groups:\n- rules:\n  - alert: A\n    expr: up\n")
    return found


def answers(place: Place) -> list[Path]:
    return sorted((place.folder / ".cache/answers").iterdir())


def results(place: Place) -> dict[str, bytes]:
    """Return the key of each file that is remembered."""
    (file,) = (place.folder / ".cache/results").glob("*.sqlite")
    connection = sqlite3.connect(file)
    try:
        return dict(connection.execute("SELECT path, key FROM results").fetchall())
    finally:
        connection.close()


@pytest.mark.parametrize("output", ["text", "json"])
def test_the_same_question_gets_the_same_answer(place: Place, output: str) -> None:
    first = place.start("lint", ".", "-o", output)
    kept = answers(place)[0].read_bytes()

    again = place.start("lint", ".", "-o", output)

    assert again == first
    assert first.code == 1
    assert [each.read_bytes() for each in answers(place)] == [kept]
    assert place.start("lint", ".", "-o", output, "--no-cache") == first


def test_what_a_baseline_made_the_first_run_say_is_said_again(place: Place) -> None:
    line = ("lint", ".", "--baseline", "base.json")
    place.start(*line, "--write-baseline")
    place.write("a.md", CLEAN)

    first, again = place.start(*line), place.start(*line)

    assert "known finding" in first.err
    assert again == first


@pytest.mark.parametrize(
    "text", [b"", b'{"reads": 1}\n', b"[" * 9999], ids=["empty", "other", "deep"]
)
def test_a_spoiled_answer_is_made_anew(place: Place, text: bytes) -> None:
    first = place.start("lint", ".")
    for file in answers(place):
        file.write_bytes(text)

    assert place.start("lint", ".") == first
    assert any(each.read_bytes() != text for each in answers(place))


def test_a_cut_answer_is_made_anew(place: Place) -> None:
    first = place.start("lint", ".")
    (file,) = answers(place)
    whole = file.read_bytes()
    file.write_bytes(whole[:-7])

    assert place.start("lint", ".") == first
    assert file.read_bytes() == whole


@pytest.mark.parametrize(
    "text",
    [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 999],
    ids=["empty", "text", "broken"],
)
def test_spoiled_results_are_made_anew(place: Place, text: bytes) -> None:
    first = place.run("lint", ".")
    (file,) = (place.folder / ".cache/results").iterdir()
    file.write_bytes(text)

    assert place.run("lint", ".").out == first.out
    assert place.run("lint", ".").out == first.out
    assert set(results(place)) == {"a.md", "b.md", "rules.yaml"}


def test_a_result_that_was_tampered_with_is_made_anew(place: Place) -> None:
    first = place.run("lint", ".")
    (file,) = (place.folder / ".cache/results").glob("*.sqlite")
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE results SET text = replace(text, 'RB411', 'RB412')")
    connection.close()

    assert place.run("lint", ".").out == first.out


def test_only_the_file_that_changed_is_linted_again(place: Place) -> None:
    place.run("lint", ".")
    before = results(place)
    place.write("b.md", DIRTY)

    done = place.run("lint", ".", "-o", "concise")

    after = results(place)
    assert [path for path in after if after[path] != before[path]] == ["b.md"]
    assert done.out.count("RB411") == 2


@pytest.mark.parametrize("change", ["edit", "add", "remove", "settings", "day"])
def test_an_answer_ends_with_what_it_depends_on(place: Place, change: str) -> None:
    first = place.start("lint", ".", "-o", "concise")
    if change == "edit":
        place.write("b.md", DIRTY)
    elif change == "add":
        place.write("deep/c.md", DIRTY)
    elif change == "remove":
        (place.folder / "a.md").unlink()
    elif change == "settings":
        place.write("runbook.toml", '[lint]\nignore = ["RB411"]\n')

    variables = {"RUNBOOK_LINT__IGNORE": "AL1"} if change == "day" else {}
    again = place.start("lint", ".", "-o", "concise", **variables)

    assert again.out != first.out


def test_a_link_target_that_comes_or_goes_counts(place: Place) -> None:
    place.write("b.md", CLEAN.replace("Customers", "See [more](more.txt). Customers"))
    before = place.start("lint", "b.md", "-o", "concise")
    place.write("more.txt", "")

    after = place.start("lint", "b.md", "-o", "concise")

    assert "RB801" in before.out
    assert "RB801" not in after.out


def test_a_cache_that_cannot_be_written_is_done_without(place: Place) -> None:
    place.write(".cache", "a file where a folder should be")

    first, again = place.run("lint", "a.md"), place.run("lint", "a.md")

    assert first.code == 1
    assert again == first
    assert not first.err


def test_asking_for_no_cache_leaves_no_trace(place: Place) -> None:
    place.start("lint", ".", "--no-cache")

    assert not (place.folder / ".cache").exists()


def test_two_places_do_not_share_their_results(place: Place) -> None:
    other = Place(
        place.folder / "copy", {"RUNBOOK_CACHE_DIR": str(place.folder / ".cache")}
    )
    shutil.copytree(place.folder, other.folder, ignore=shutil.ignore_patterns(".cache"))
    place.run("lint", "a.md")
    other.write("a.md", CLEAN)

    assert other.run("lint", "a.md").code == 0
    assert place.run("lint", "a.md").code == 1
