"""Queries that are asked before their turn."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

from execute.books import begin, book, change, query, ways
from execute.fakes import NOON, Script, World, failing, shell, value
from runbookkit.execute import person as say

ENDS = ways(met="stop", not_met="escalate")
FIRST = query("First", "one", "value > 0", "**Capture:** `x` = `value`")
SECOND = query("Second", "two", "value > 0")
THIRD = query("Third", "three", "value > 0", ENDS)
GO_ON: list[say.Decision | str] = [say.Go(), "Met"] * 3
REPLIES = {"one": value(1), "two": value(1), "three": value(1), "fix": shell()}


def settled(world: World, count: int) -> None:
    for _ in range(200 if count else 20):
        if count and len(world.backend.asked) >= count:
            return
        time.sleep(0.01)


class Watching(Script):
    """Waits at its first question until so many queries were asked."""

    def __init__(
        self, world: World, count: int, *decisions: say.Decision | str
    ) -> None:
        super().__init__(*decisions)
        self._world = world
        self._count = count

    def _next(self, *asked: Any) -> say.Decision:
        if not self.asks:
            settled(self._world, self._count)
            self.seen = sorted(ask.text for ask in self._world.backend.asked)
            self._world.clock.time += timedelta(seconds=5)
        return super()._next(*asked)


def test_later_queries_are_asked_while_the_person_reads() -> None:
    world = World(REPLIES, ahead=True)
    person = Watching(world, 2, *GO_ON)

    state = begin(world, book(FIRST + SECOND + THIRD), person)

    assert person.seen == ["three", "two"]
    assert len(world.backend.asked) == 3
    assert state.end == "stop"


def test_evidence_and_attempt_say_when_the_query_was_really_asked() -> None:
    world = World(REPLIES, ahead=True)
    person = Watching(world, 2, *GO_ON)

    state = begin(world, book(FIRST + SECOND + THIRD), person)

    second = state.visits[1]
    assert second.entered_at == NOON + timedelta(seconds=5)
    assert second.attempts[0].started_at == NOON
    assert second.attempts[0].answer is not None
    assert datetime.fromisoformat(second.attempts[0].answer["started_at"]) == NOON


def test_nothing_behind_a_change_is_asked_before_the_change_is_made() -> None:
    world = World(REPLIES, ahead=True)
    steps = FIRST + change("Fix", "fix") + THIRD
    person = Watching(world, 0, say.Go(), "Met", say.Go(), "Met", say.Go(), "Met")

    begin(world, book(steps), person)

    assert person.seen == []
    assert [ask.text for ask in world.backend.asked] == ["one", "fix", "three"]


def test_what_was_asked_before_a_change_is_asked_again_behind_it() -> None:
    world = World(REPLIES, ahead=True)
    first = query(
        "First",
        "one",
        "value > 0",
        ways(met="continue", not_met="go to [Third](#third)"),
    )
    person = Watching(world, 1, say.Go(), "Met", say.Go(), "Met", say.Go(), "Met")

    begin(world, book(first + change("Fix", "fix") + THIRD), person)

    assert person.seen == ["three"]
    assert [ask.text for ask in world.backend.asked][-2:] == ["fix", "three"]


def test_nothing_behind_a_step_by_hand_is_asked_before_it() -> None:
    world = World(REPLIES, ahead=True)
    person = Watching(world, 0, say.Go(), "Met", say.Go(), "Met")

    begin(world, book("### Do\n\nDo it.\n\n" + THIRD), person)

    assert person.seen == []


def test_what_a_poll_waits_for_is_not_asked_about_before_it_is_there() -> None:
    world = World({**REPLIES, "one": [value(0), value(1)], "two": value(1)}, ahead=True)
    waits = query(
        "First", "one", "value > 0", lead=", within 5s, every 10s for up to 1m"
    )
    person = Watching(world, 0, say.Go(), "Met", say.Go(), "Met", say.Go(), "Met")

    begin(world, book(waits + SECOND + THIRD), person)

    assert person.seen == []
    assert [ask.text for ask in world.backend.asked][:2] == ["one", "one"]


def test_an_answer_that_is_older_than_a_minute_is_asked_for_again() -> None:
    world = World(REPLIES, ahead=True)
    person = Watching(world, 2, *GO_ON)
    world.clock.time = NOON
    slow = iter([timedelta(minutes=2)])
    person.watch = lambda event: (
        world.clock.sleep(next(slow, timedelta()))
        if event.kind == "branch taken"
        else None
    )

    begin(world, book(FIRST + SECOND + THIRD), person)

    assert len(world.backend.asked) == 5


def test_a_query_that_failed_ahead_of_its_turn_is_asked_again() -> None:
    world = World({**REPLIES, "two": [failing("busy"), value(1)]}, ahead=True)
    person = Watching(world, 2, *GO_ON)

    state = begin(world, book(FIRST + SECOND + THIRD), person)

    assert state.end == "stop"


def test_an_edited_query_is_not_answered_with_the_old_one() -> None:
    world = World({**REPLIES, "2": value(0)}, ahead=True)
    person = Watching(world, 2, say.Go(), "Met", say.Edit("2"), say.Go())

    state = begin(world, book(FIRST + SECOND + THIRD), person)

    assert state.visits[1].verdict == "not met"
