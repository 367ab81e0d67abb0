"""Scenarios that were written by hand."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from execute.books import book, change, query, ways
from runbookkit.execute.comparing import differences, end_of
from runbookkit.execute.coverage import coverage_of
from runbookkit.execute.outside import Start
from runbookkit.execute.replay import Played, Replay, replay
from runbookkit.model.graph import step_graph
from runbookkit.model.runbook import Runbook
from runbookkit.model.scenario import Scenario
from runbookkit.queries.quoting import render

ASK = query("Ask", "rate", "value < 1", ways(met="continue", not_met="escalate"))
WAIT = query(
    "Wait",
    "rate",
    "value < 1",
    ways(met="stop", not_met="escalate"),
    lead=", every 30s for up to 1m",
)
FIX = change("Fix", "fix", ways(met="stop", not_met="escalate"))
QUESTION = "### Done?\n\n**Ask:** Done?\n\n- **Yes:** stop\n- **No:** escalate\n"
HAND = "### Look\n\nLook.\n\n- **Met:** stop\n- **Not met:** escalate\n"


def play(steps: str, answers: dict[str, Any], **more: Any) -> tuple[Replay, list[str]]:
    runbook = book(steps)
    expect = more.pop("expect", {})
    data = {"name": "x", "expect": expect, "answers": answers, **more}
    scenario = TypeAdapter(Scenario).validate_python(data)
    played = replay(scenario, Played(runbook, Start("sha256:0"), render, str))
    found = differences(scenario, played, step_graph(runbook))
    return played, [
        f"{each.what} {each.step}: {' '.join(each.actual)}" for each in found
    ]


def names(value: float) -> dict[str, Any]:
    return {"names": {"value": value}}


def test_the_clock_stands_still_but_for_pauses_and_what_answers_take() -> None:
    played, found = play(WAIT, {"wait": [names(5) | {"took_seconds": 2}, names(0)]})

    state = played.state
    assert found == []
    assert state.end == "stop"
    assert state.ended_at is not None
    assert state.started_at is not None
    assert (state.ended_at - state.started_at).total_seconds() == 30


def test_without_approval_a_change_pauses_the_run() -> None:
    played, _ = play(FIX, {"fix": [{"names": {}}]})
    approved, _ = play(FIX, {"fix": [{"names": {}}]}, approves_changes=True)

    assert end_of(played.state) == "pause"
    assert end_of(approved.state) == "stop"


@pytest.mark.parametrize(
    ("steps", "answers", "verdict", "end"),
    [
        (
            FIX,
            {"fix": [{"said": "decline", "choice": "Not met"}]},
            "declined",
            "escalate",
        ),
        (ASK, {"ask": [{"said": "skip", "choice": "Not met"}]}, "skipped", "escalate"),
        (ASK, {"ask": [{"error": "gone", "choice": "Not met"}]}, "error", "escalate"),
        (ASK, {"ask": [{"error": "gone"}]}, "error", "pause"),
        (ASK, {"ask": [names(0) | {"voids": "partial"}]}, "error", "pause"),
        (QUESTION, {"done": [{"choice": "No"}]}, "met", "escalate"),
        (QUESTION, {}, None, "pause"),
        (HAND, {}, "met", "stop"),
        (HAND, {"look": [{"said": "not met"}]}, "not met", "escalate"),
    ],
)
def test_a_person_says_what_the_scenario_says(
    steps: str, answers: dict[str, Any], verdict: str, end: str
) -> None:
    played, found = play(steps, answers)

    assert found == []
    assert played.state.visits[0].verdict == verdict
    assert end_of(played.state) == end


@pytest.mark.parametrize(
    ("steps", "answers", "said"),
    [
        (ASK, {}, "answer ask: the scenario has no answer for this step"),
        (ASK, {"ask": [{"choice": "Met"}]}, "answer ask: the scenario has no answer"),
        (ASK, {"ask": [{"names": {"lines": []}}]}, "answer ask: an answer of kind"),
        (
            WAIT,
            {"wait": [names(5), {"names": {"lines": []}}]},
            "answer wait: an answer",
        ),
        (QUESTION, {"done": [{"choice": "Maybe"}]}, "answer done: there is no 'Maybe'"),
        (HAND, {"loook": [{}]}, "answer loook: the runbook has no such step"),
    ],
)
def test_a_scenario_that_does_not_fit_its_runbook_says_where(
    steps: str, answers: dict[str, Any], said: str
) -> None:
    _, found = play(steps, answers)

    assert len(found) == 1
    assert found[0].startswith(said)


def test_what_came_out_otherwise_is_told_in_the_order_of_the_run() -> None:
    expect = {
        "path": ["ask"],
        "verdicts": {"ask": "not met", "fix": "met"},
        "captures": {"x": 1},
        "end": "stop",
    }

    _, found = play(
        ASK + FIX, {"ask": [names(0)], "fix": [{"names": {}}]}, expect=expect
    )

    assert found == [
        "verdict ask: met: 0 is below 1",
        "path ask: ask fix",
        "verdict fix: not ended",
        "end fix: pause",
        "capture : x = 'no value'",
    ]


def covered(runbook: Runbook, *values: float) -> tuple[int, int, list[str]]:
    runs = [
        play(ASK + WAIT, {"ask": [names(v)], "wait": [names(0)]})[0] for v in values
    ]
    found = coverage_of("a.md", step_graph(runbook), [run.events for run in runs])
    missing = [f"{each.step} {each.label} {each.leads}" for each in found.not_taken]
    return found.branches_taken, found.paths_taken, missing


def test_coverage_counts_the_ways_that_were_taken() -> None:
    runbook = book(ASK + WAIT)

    assert covered(runbook, 0) == (
        2,
        1,
        ["ask Not met escalate", "wait Not met escalate"],
    )
    assert covered(runbook, 0, 5, 5) == (3, 2, ["wait Not met escalate"])
    assert covered(runbook)[:2] == (0, 0)
