"""The whole way of an incident, end to end, without a network."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from cli.command import Done, Place
from runbookkit.store.sqlite import SqliteStore


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def done(place: Place) -> Done:
    """The demo, played once without configuration, network and pauses."""
    return place.run("demo", "--fast", "--into", "kept")


def test_it_plays_to_its_end(done: Done) -> None:
    assert done.code == 0, done.err
    assert "INC-1 resolved" in done.out
    assert not done.err


def test_no_line_is_wider_than_a_small_terminal(done: Done) -> None:
    assert [line for line in done.out.splitlines() if len(line) > 80] == []


def test_every_part_of_an_incident_is_kept_as_events(place: Place, done: Done) -> None:
    store = SqliteStore(place.folder / "kept" / "log.sqlite", clock=_never)

    kinds = [event.kind for event in store.read("incident/1")]
    (run,) = store.streams("run")
    steps = [event.kind for event in store.read(run)]
    store.close()

    assert done.code == 0
    for kind in (
        "incident opened",
        "page sent",
        "evidence attached",
        "run attached",
        "next step proposed",
        "incident acknowledged",
        "incident mitigated",
        "incident resolved",
        "impact computed",
    ):
        assert kind in kinds, kind
    assert kinds.count("incident opened") == 1
    assert steps.count("change approved") == 1
    assert steps[-1] == "run finished"


def test_its_postmortem_lints_clean(place: Place, done: Done) -> None:
    found = place.lint("kept/postmortems")

    assert done.code == 0
    assert found.data["findings"] == []
    assert found.code == 0


def test_its_postmortem_names_roles_and_shows_charts(place: Place, done: Done) -> None:
    (file,) = (place.folder / "kept" / "postmortems").glob("*.md")
    text = file.read_text()

    assert done.code == 0
    assert "robin" not in text
    assert "the incident lead" in text
    assert len(list(file.parent.glob("inc-1-charts/*.svg"))) == 2


def test_its_runbook_lints_clean(place: Place, done: Done) -> None:
    found = place.lint("kept/handbook")

    assert done.code == 0
    assert found.data["findings"] == []


def test_a_folder_that_is_there_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()

    done = Place(tmp_path).run("demo", "--fast", "--into", "mine")

    assert done.code == 2
    assert "name a new folder" in done.err
    assert not list((tmp_path / "mine").iterdir())


def _never() -> datetime:
    raise AssertionError("nothing is written here")
