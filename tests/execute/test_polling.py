"""Steps that ask until what they expect holds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from execute.books import begin, book, query, resume, ways
from execute.fakes import NOON, Crash, FakeClock, World, failing, verdicts
from runbookkit.errors import QueryRejectedError

LEAD = ", over the last 5m, every 30s for up to 2m"
POLLS = book(
    query(
        "Wait",
        "rate",
        "series[0].last < 1",
        ways(met="stop", not_met="escalate"),
        lead=LEAD,
    )
)


def curve(last: float) -> dict[str, object]:
    points = [[0.0, last]]
    stats = dict.fromkeys(("first", "last", "min", "max", "avg"), last)
    return {"series": [{"labels": {}, "points": points, **stats}], "value": last}


def test_a_step_asks_until_it_is_met() -> None:
    world = World({"rate": [curve(5), curve(3), curve(0)]})

    state = begin(world, POLLS)

    assert state.end == "stop"
    assert [attempt.verdict for attempt in state.visits[0].attempts] == [
        "not met",
        "not met",
        "met",
    ]
    assert world.clock.slept == [timedelta(seconds=30)] * 2


def test_each_try_asks_for_the_window_that_ends_now() -> None:
    world = World({"rate": [curve(5), curve(0)]})

    begin(world, POLLS)

    windows = [ask.window for ask in world.backend.asked]
    ends = [window.end - NOON for window in windows if window]
    assert ends == [timedelta(), timedelta(seconds=30)]


def test_a_step_that_is_not_met_in_time_says_what_the_last_answer_was() -> None:
    world = World({"rate": [curve(5), curve(4)]})

    state = begin(world, POLLS)

    assert verdicts(state) == [("wait", "not met")]
    assert state.visits[0].message == "4 is not below 1"
    assert len(state.visits[0].attempts) == 5
    assert world.clock.time == NOON + timedelta(minutes=2)


def test_a_server_that_is_away_for_a_moment_is_asked_again() -> None:
    world = World({"rate": [failing("refused"), {"series": []}, curve(0)]})

    state = begin(world, POLLS)

    assert [attempt.verdict for attempt in state.visits[0].attempts] == [
        "error",
        "error",
        "met",
    ]


def test_a_server_that_stays_away_is_an_error_not_a_verdict() -> None:
    world = World({"rate": [curve(5), failing("refused")]})

    state = begin(world, POLLS)

    assert verdicts(state) == [("wait", "error")]
    assert "refused" in state.visits[0].message


def test_a_query_that_is_wrong_is_not_asked_again() -> None:
    world = World({"rate": QueryRejectedError("parse error", backend="fake")})

    state = begin(world, POLLS)

    assert verdicts(state) == [("wait", "error")]
    assert len(world.backend.asked) == 1


class _CrashOnce(FakeClock):
    crashed = False

    def sleep(self, duration: timedelta) -> None:
        if self.slept and not self.crashed:
            self.crashed = True
            raise Crash
        super().sleep(duration)


def test_a_resumed_run_goes_on_polling_where_it_was() -> None:
    world = World({"rate": [curve(5), curve(4), curve(0)]}, clock=_CrashOnce())
    with pytest.raises(Crash):
        begin(world, POLLS)

    state = resume(world, POLLS)

    assert len(state.visits[0].attempts) == 3
    assert state.end == "stop"


def test_a_run_resumed_long_after_its_time_asks_once_more() -> None:
    world = World({"rate": [curve(5), curve(4)]}, clock=_CrashOnce())
    with pytest.raises(Crash):
        begin(world, POLLS)
    world.clock.time += timedelta(hours=3)

    state = resume(world, POLLS)

    assert len(state.visits[0].attempts) == 3
    assert verdicts(state) == [("wait", "not met")]


def test_a_step_that_no_backend_answers_is_not_asked_again() -> None:
    world = World()
    nobody = book(query("Wait", "{ }", "true", lead=LEAD, fence="traceql"))

    state = begin(world, nobody)

    assert state.visits[0].verdict == "error"
    assert "no backend answers traceql" in state.visits[0].message
    assert world.clock.slept == []
