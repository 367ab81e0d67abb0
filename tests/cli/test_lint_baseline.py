"""Known findings: written down, not told again, and taken out when they are gone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.command import CLEAN, DIRTY, Place

OTHER = DIRTY.replace("CheckoutErrorsHigh", "CheckoutSlow")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return a place with two known findings."""
    found = Place(tmp_path)
    found.write("a.md", DIRTY)
    found.write("b.md", OTHER)
    found.lint(".", "--baseline", "base.json", "--write-baseline")
    return found


def known(place: Place) -> list[str]:
    return [each["path"] for each in json.loads(place.read("base.json"))["findings"]]


def test_what_is_written_is_known(place: Place) -> None:
    done = place.lint(".", "--baseline", "base.json")

    assert done.code == 0
    assert done.data["summary"]["baselined"] == 2
    assert known(place) == ["a.md", "b.md"]


def test_writing_tells_nothing_and_is_no_failure(place: Place) -> None:
    done = place.lint(".", "--baseline", "again.json", "--write-baseline")

    assert (done.code, done.found) == (0, [])


def test_lines_above_do_not_make_a_finding_new(place: Place) -> None:
    place.write("a.md", DIRTY.replace("## Impact", "More words.\n\n## Impact"))

    assert place.lint(".", "--baseline", "base.json").code == 0


def test_a_new_finding_is_told_alone(place: Place) -> None:
    place.write("a.md", DIRTY.replace("owner: team-shop\n", ""))

    found = place.lint(".", "--baseline", "base.json").found

    assert [(path, code) for path, _, code in found] == [("a.md", "RB104")]


def test_what_is_gone_is_taken_out_and_nothing_else(place: Place) -> None:
    place.write("a.md", CLEAN)

    done = place.lint(".", "--baseline", "base.json", "--shrink-baseline")

    assert done.code == 0
    assert known(place) == ["b.md"]


def test_what_was_not_linted_is_not_gone(place: Place) -> None:
    place.lint("a.md", "--baseline", "base.json", "--shrink-baseline")
    place.lint("--select", "RB1", "--baseline", "base.json", "--shrink-baseline")

    assert known(place) == ["a.md", "b.md"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 9}', "\xff"])
def test_a_baseline_that_cannot_be_read_says_how_to_make_one(
    place: Place, text: str
) -> None:
    place.write("base.json", text)

    done = place.lint(".", "--baseline", "base.json")

    assert done.code == 2
    assert done.err.startswith("runbook: base.json:1: ")
    assert "`runbook lint --baseline base.json --write-baseline`" in done.err
