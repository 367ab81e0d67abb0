"""Which way a run takes, and how its steps end."""

from __future__ import annotations

import pytest

from execute.books import begin, book, query, ways
from execute.fakes import Script, World, failing, value, verdicts
from runbookkit.execute import person as say

END = query("Last", "up", "value == 1", ways(met="stop", not_met="escalate"))
FIRST = query(
    "First",
    "errors",
    "value < 0.01",
    ways(met="continue", not_met="go to [Third](#third)"),
)
SECOND = query("Second", "slow", "value > 1", ways(met="stop", not_met="escalate"))
THIRD = query("Third", "up", "value == 1", ways(met="stop", not_met="escalate"))
THREE = book(FIRST + SECOND + THIRD)


def test_a_verdict_leads_along_its_branch() -> None:
    world = World({"errors": value(0.5), "up": value(1)})

    state = begin(world, THREE)

    assert verdicts(state) == [("first", "not met"), ("third", "met")]
    assert state.end == "stop"
    assert state.visits[0].message == "0.5 is not below 0.01"


def test_met_without_a_branch_goes_on() -> None:
    world = World({"errors": value(0), "up": value(0)})

    state = begin(world, book(query("First", "errors", "value < 1") + END))

    assert verdicts(state) == [("first", "met"), ("last", "not met")]
    assert state.end == "escalate"


@pytest.mark.parametrize(
    "reply",
    [
        failing("connection refused"),
        {"series": []},
        value(float("nan")),
        {"series": [{"labels": {}, "value": "x"}], "value": "x"},
    ],
    ids=["no answer", "empty", "NaN", "a text"],
)
def test_what_cannot_be_judged_is_an_error_and_takes_no_branch(
    reply: dict[str, object],
) -> None:
    world = World({"errors": reply})

    state = begin(world, THREE)

    assert verdicts(state) == [("first", "error")]
    assert state.paused
    assert state.next_step == ""


def test_a_person_finds_a_way_out_of_an_error_and_that_is_a_deviation() -> None:
    world = World({"errors": failing("refused"), "up": value(1)})
    person = Script(say.Go(), "Not met", say.Go(), "Met")

    state = begin(world, THREE, person)

    assert [each for each in person.asks if each[0] == "choose"] == [
        ("choose", ""),
        ("choose", "Met"),
    ]
    assert verdicts(state) == [("first", "error"), ("third", "met")]
    assert world.data("deviation noted")[0]["what"] == (
        "took 'Not met' where the verdict says nothing"
    )


def test_the_first_condition_that_holds_decides_before_met() -> None:
    steps = query(
        "First",
        "errors",
        "value > 0",
        "- **When** `value > 100`: escalate\n"
        "- **When** `value > 10`: go to [Last](#last)\n"
        "- **Met:** stop\n- **Not met:** escalate",
    )
    state = begin(World({"errors": value(50), "up": value(1)}), book(steps + END))

    assert verdicts(state) == [("first", "met"), ("last", "met")]


@pytest.mark.parametrize("condition", ["value", "nothing > 1", "value / 0 > 1"])
def test_a_condition_that_cannot_be_judged_is_an_error(condition: str) -> None:
    steps = query(
        "First", "errors", "", f"- **When** `{condition}`: stop\n- **Met:** continue"
    )

    state = begin(World({"errors": value(1)}), book(steps + END))

    assert verdicts(state) == [("first", "error")]


def test_an_answered_question_is_met_and_says_what_was_answered() -> None:
    steps = (
        "### Did it?\n\n**Ask:** Did it?\n\n- **Yes:** stop\n- **No:** go to"
        " [Last](#last)\n\n"
    )
    person = Script("No", say.Go(), "Met")

    state = begin(World({"up": value(1)}), book(steps + END), person)

    assert verdicts(state) == [("did-it", "met"), ("last", "met")]
    assert state.visits[0].message == "No"
    assert state.deviations == 0


def test_nobody_answers_no_question_and_does_nothing_by_hand() -> None:
    ask = book(
        "### Did it?\n\n**Ask:** Did it?\n\n- **Yes:** stop\n- **No:** escalate\n"
    )
    hand = book("### Look\n\nLook at it.\n\n- **Met:** stop\n- **Not met:** escalate\n")

    assert begin(World(), ask).paused
    assert begin(World(), hand).paused


def test_a_step_by_hand_can_turn_out_not_to_be_met() -> None:
    hand = "### Look\n\nLook at it.\n\n- **Met:** stop\n- **Not met:** escalate\n"

    done = begin(World(), book(hand), Script(say.Go(), "Met"))
    bad = begin(World(), book(hand), Script(say.NotMet(), "Not met"))

    assert (done.end, verdicts(done)) == ("stop", [("look", "met")])
    assert (bad.end, verdicts(bad)) == ("escalate", [("look", "not met")])
    assert bad.deviations == 0


def test_a_skipped_step_keeps_its_reason_and_suggests_nothing() -> None:
    person = Script(say.Skip("known already"), "Met", say.Go(), "Met")
    world = World({"slow": value(2)})

    state = begin(world, THREE, person)

    assert verdicts(state) == [("first", "skipped"), ("second", "met")]
    assert state.visits[0].message == "known already"
    assert person.asks[1] == ("choose", "")


def test_a_run_hands_over_and_says_to_which_page() -> None:
    steps = query("First", "up", "value > 0", ways(met="go to [On](on.md#here)"))

    state = begin(World({"up": value(1)}), book(steps))

    assert (state.end, state.handed_to) == ("hand over", "on.md#here")


def test_a_way_that_leads_nowhere_ends_in_escalation() -> None:
    state = begin(World({"up": value(1)}), book(query("Only", "up", "value > 0")))

    assert state.end == "escalate"


def test_a_person_can_escalate_from_everywhere() -> None:
    world = World({"errors": value(0)})

    at_once = begin(world, THREE, Script(say.Escalate("not for me")))
    judged = begin(
        World({"errors": value(0)}), THREE, Script(say.Go(), say.Escalate("x"))
    )

    assert (at_once.end, verdicts(at_once)) == ("escalate", [("first", "skipped")])
    assert (judged.end, verdicts(judged)) == ("escalate", [("first", "met")])


def test_a_step_that_ran_again_is_visited_again() -> None:
    world = World({"errors": [value(0.5), value(0)], "slow": value(2)})
    person = Script(say.Go(), say.Again(), say.Go(), "Met", say.Go(), "Met")

    state = begin(world, THREE, person)

    assert verdicts(state) == [
        ("first", "not met"),
        ("first", "met"),
        ("second", "met"),
    ]
    assert [record.visit for record in state.visits] == [1, 2, 1]


def test_a_run_without_a_person_does_not_go_in_circles_for_ever() -> None:
    steps = query("First", "up", "value > 0", ways(met="go to [First](#first)"))

    state = begin(World({"up": value(1)}), book(steps))

    assert state.paused
    assert len(state.visits) == 100


def test_notes_stay_with_their_step_and_move_nothing() -> None:
    world = World({"errors": value(0.5)})

    state = begin(world, THREE, Script(say.Note("odd"), say.Note("very")))

    assert [note["text"] for note in world.data("note added")] == ["odd", "very"]
    assert verdicts(state) == [("first", None)]


def test_everything_shown_was_kept_before() -> None:
    world = World({"errors": value(0.5), "up": value(1)})
    person = Script(say.Go(), "Not met", say.Go(), "Met")
    seen: list[bool] = []
    person.watch = lambda event: seen.append(event in world.store.events)

    begin(world, THREE, person)

    assert len(seen) == len(world.store.events)
    assert all(seen)
