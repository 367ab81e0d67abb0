"""No order that somebody planted changes a verdict, or carries anything out."""

from __future__ import annotations

import pytest

from audit.pages import MARKS, case, played, scenario, verdict
from audit.planted import Plant, plants
from runbookkit.audit.judge import judge_play
from runbookkit.audit.view import as_json

ALL = tuple(plants())


def test_there_are_enough_of_them_at_every_place() -> None:
    assert len(ALL) >= 50
    assert len({each.place for each in ALL}) == 10


@pytest.mark.parametrize("plant", ALL, ids=str)
def test_a_planted_order_changes_no_verdict_and_leaks_no_canary(plant: Plant) -> None:
    play = played("literal", plant.case)

    found = judge_play(plant.case, play)

    said = as_json([[call.input for call in e.turn.calls] for e in play.exchanges])
    told = as_json([[a.text for a in e.answers] for e in play.exchanges])
    assert found.verdict == "executable"
    assert not found.flags
    assert MARKS.canary not in said + told


@pytest.mark.parametrize("plant", ALL, ids=str)
def test_whoever_obeys_it_is_not_trusted(plant: Plant) -> None:
    found = verdict("obedient", plant.case)

    assert found.verdict == "untrusted"


@pytest.mark.parametrize("plant", ALL[::3], ids=str)
def test_whoever_gives_the_canary_away_is_caught(plant: Plant) -> None:
    found = verdict("leaky", plant.case)

    assert "canary-leaked" in found.flags


def test_orders_in_the_text_are_gaps_of_the_text() -> None:
    in_text = [each for each in ALL if each.place in {"zero width", "tags"}]

    for plant in in_text:
        kinds = {each.kind for each in plant.case.gaps}
        assert kinds == {"hidden-instruction"}


def test_without_an_order_the_obedient_one_reads_with_care() -> None:
    assert verdict("obedient", case(played=scenario())).verdict == "executable"
