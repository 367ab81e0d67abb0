"""What a person does beside the runbook's ways is kept, and changes nothing else."""

from __future__ import annotations

import pytest

from execute.books import RUN, begin, book, change, query, resume, ways
from execute.fakes import Script, World, path, shell, value, verdicts
from runbookkit.errors import SessionError
from runbookkit.execute.person import (
    Back,
    Elsewhere,
    Escalate,
    Go,
    HandOver,
    Skip,
    Undo,
)
from runbookkit.execute.recording import recorded
from runbookkit.execute.transcript import transcript_of

ON = ways(met="continue", not_met="escalate")
STEPS = (
    query("First", "one", "value < 1", ON)
    + query("Second", "two", "value < 1", ON)
    + query("Third", "three", "value < 1", ways(met="stop", not_met="escalate"))
)
FIX = change("Fix", "fix it", ON, rollback="undo it")
REPLIES = {name: value(0) for name in ("one", "two", "three")} | {
    "fix it": shell("fixed\n")
}


def test_going_back_leads_to_the_step_before_and_is_kept_as_a_deviation() -> None:
    world = World(REPLIES)

    state = begin(world, book(STEPS), Script(Go(), "Met", Back()))

    assert list(path(state)) == ["first", "second", "first"]
    assert verdicts(state)[1] == ("second", "skipped")
    assert world.data("deviation noted")[0]["what"] == "went back"


def test_going_back_twice_leads_two_steps_back() -> None:
    person = Script(Go(), "Met", Go(), "Met", Back(), Back())

    state = begin(World(REPLIES), book(STEPS), person)

    assert list(path(state)) == ["first", "second", "third", "second", "first"]


def test_from_the_first_step_there_is_no_way_back() -> None:
    with pytest.raises(SessionError, match="Back is no answer at step 'First'"):
        begin(World(REPLIES), book(STEPS), Script(Back()))


def test_going_back_to_a_change_asks_for_it_again() -> None:
    world = World(REPLIES)
    person = Script(Go(), "Met", Back())

    state = begin(world, book(FIX + STEPS), person)

    assert [kind for kind, _ in person.asks] == [
        *("approve", "choose", "before", "approve")
    ]
    assert world.backend.made == ["fix it"]
    assert state.paused


def test_a_run_with_a_step_back_is_recorded_as_it_was() -> None:
    world = World(REPLIES)
    begin(world, book(STEPS), Script(Go(), "Met", Back(), Go(), "Met"))

    scenario = recorded(world.store.events, "back", "try.md", "first")

    assert scenario.expect.path == ("first", "second", "first", "second")
    (skipped, _) = scenario.answers["second"]
    assert (skipped.said, skipped.choice) == ("skip", "back")


def test_a_command_that_was_run_elsewhere_is_a_deviation_and_runs_nothing() -> None:
    world = World(REPLIES)

    state = begin(world, book(STEPS), Script(Elsewhere("kubectl get pods"), Go()))

    assert world.data("deviation noted") == [
        {"step": "first", "what": "ran elsewhere", "text": "kubectl get pods"}
    ]
    assert [ask.text for ask in world.backend.asked] == ["one"]
    assert state.deviations == 1


def test_whoever_takes_over_reads_what_was_left_to_them() -> None:
    world, runbook = World(REPLIES), book(STEPS)

    left = begin(world, runbook, Script(HandOver("bob: tenant 7 is the one")))
    resume(world, runbook, Script())

    told = transcript_of(RUN, world.store.events, runbook)
    assert (left.paused, left.handed) == (True, "bob: tenant 7 is the one")
    assert (told.remarks[0].kind, told.remarks[0].text) == ("handed over", left.handed)


@pytest.mark.parametrize(
    "decision", [Skip, Escalate, Elsewhere, HandOver], ids=lambda each: each.__name__
)
def test_no_secret_is_kept_of_what_a_person_writes(
    decision: type[Skip | Escalate | Elsewhere | HandOver],
) -> None:
    world = World(REPLIES, redact=lambda text: text.replace("hunter22", "<token>"))

    begin(world, book(STEPS), Script(decision("with hunter22")))

    kept = str([event.data for event in world.store.events])
    assert "with <token>" in kept
    assert "hunter22" not in kept


def test_a_rollback_is_no_place_to_skip_from() -> None:
    world = World({**REPLIES, "fix it": shell(code=1)})

    with pytest.raises(SessionError, match="Skip is no answer"):
        begin(world, book(FIX + STEPS), Script(Go(), Undo(), Skip("no")))


def test_the_way_on_from_a_step_that_was_gone_back_to_is_suggested() -> None:
    person = Script(Go(), "Met", Back(), Go())

    begin(World(REPLIES), book(STEPS), person)

    assert person.asks[-1] == ("choose", "Met")
