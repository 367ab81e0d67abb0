"""Values that steps hand on, and what becomes of secrets."""

from __future__ import annotations

import pytest

from execute.books import RUN, begin, book, change, query, resume, ways
from execute.fakes import Script, World, shell, value, verdicts
from runbookkit.execute import person as say
from runbookkit.execute.outside import Start
from runbookkit.execute.person import Nobody
from runbookkit.execute.runner import Runner

POD = {"series": [{"labels": {"pod": 'web"-1'}, "value": 3.0}], "value": 3.0}
TAKE = query(
    "Take", "errors", "value > 0", "**Capture:** `pod` = `series[0].labels.pod`"
)
USE = query(
    "Use", 'up{pod="{{ pod }}"}', "value > 0", ways(met="stop", not_met="escalate")
)
INPUTS = "inputs:\n  token:\n    description: Key of the door\n    type: secret\n"


def test_a_captured_value_is_quoted_where_it_is_used() -> None:
    world = World({"errors": POD, 'up{pod="web\\x22-1"}': value(1)})

    state = begin(world, book(TAKE + USE))

    assert state.captures == {"pod": 'web"-1'}
    assert state.end == "stop"


def test_a_step_that_is_not_met_captures_nothing() -> None:
    state = begin(World({"errors": value(0)}), book(TAKE + USE))

    assert state.captures == {}


def test_a_value_that_is_missing_is_an_error_and_nothing_is_asked() -> None:
    world = World({"errors": value(0)})
    person = Script(say.Go(), "Met")

    state = begin(world, book(TAKE + USE), person)

    assert verdicts(state)[1] == ("use", "error")
    assert "pod" in state.visits[1].message
    assert [ask.text for ask in world.backend.asked] == ["errors"]


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("series[7].labels.pod", "there is no element"),
        ("value / 0.0 * 0.0", "is NaN"),
        ("timestamp('2026-11-20T12:00:00Z')", "cannot be kept"),
        ("{1: 2}", "cannot be kept"),
    ],
)
def test_a_capture_without_a_value_to_go_on_with_is_an_error(
    expression: str, said: str
) -> None:
    steps = query("Take", "errors", "value > 0", f"**Capture:** `pod` = `{expression}`")

    state = begin(World({"errors": POD}), book(steps + USE))

    assert verdicts(state) == [("take", "error")]
    assert said in state.visits[0].message
    assert state.captures == {}


def test_an_input_that_is_a_secret_is_sent_and_kept_nowhere() -> None:
    world = World({"errors": value(1), 'up{key="hunter22"}': value(1)})
    runbook = book(
        TAKE.replace("series[0].labels.pod", "'x'")
        + query("Use", 'up{key="{{ token }}"}', "value > 0", ways(met="stop")),
        INPUTS,
    )
    runner = Runner(RUN, runbook, world.outside(), Nobody(), {"token": "hunter22"})
    runner.begin(Start("sha256:0"))

    state = runner.go()

    assert state.end == "stop"
    assert "hunter22" not in repr(world.store.events)


def test_a_captured_secret_is_used_and_not_kept() -> None:
    world = World({"errors": POD, 'up{pod="web\\x22-1"}': value(1)})
    world.redact = lambda text: text.replace("web", "<name 1>")

    state = begin(world, book(TAKE + USE))

    assert state.end == "stop"
    assert state.captures == {}
    assert world.data("value captured") == [
        {"step": "take", "name": "pod", "value": '<name 1>"-1', "kept": False}
    ]


def test_a_captured_secret_is_missing_after_a_pause_rather_than_wrong() -> None:
    world = World({"errors": POD})
    world.redact = lambda text: text.replace("web", "<name 1>")
    begin(world, book(TAKE + USE), Script(say.Go(), "Met"))

    state = resume(world, book(TAKE + USE))

    assert verdicts(state)[1] == ("use", "error")
    assert len(world.backend.asked) == 1


def test_a_rollback_has_the_values_of_the_visit_whose_change_it_undoes() -> None:
    read = query("Read", "level", "", "**Capture:** `level` = `value`")
    set_ = change(
        "Set", "set 5", ways(met="go to [Read](#read)"), rollback="set {{ level }}"
    )
    world = World(
        {
            "level": [value(1), value(5)],
            "set 5": [shell(), shell(code=1)],
            "set 1": shell(),
            "set 5 ": shell(),
        }
    )
    person = Script(
        *(say.Go(), "Met", say.Go(), "Met"),
        *(say.Go(), "Met", say.Go(), say.Undo(), say.Go(), say.Undo(), say.Go()),
    )

    state = begin(world, book(read + set_), person)

    undone = [record.rollback.sent for record in state.visits if record.rollback]
    assert undone == ["set 1", "set 5"]
