"""What a transcript proves, and what it does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from audit.pages import (
    FIND,
    PAGE,
    QUERY,
    SCALE,
    case,
    line_of,
    played,
    scenario,
    transcript,
    verdict,
)
from runbookkit.audit.judge import judge_play
from runbookkit.model.audit import Exchange, ToolCall, Turn
from runbookkit.model.scenario import ScenarioAnswer

CALM = {"series": [{"labels": {"service": "cart"}, "value": 2.0}]}
SMALL = scenario({FIND: (ScenarioAnswer(names=CALM),)})
"""It ends at the first step."""
RUN: tuple[str, dict[str, Any]] = (
    "run",
    {"step": FIND, "tool": "promql", "command": QUERY},
)
NOT_MET: dict[str, Any] = {
    "step": FIND,
    "branch": "Not met",
    "line": line_of(PAGE, "- **Not met:** stop"),
    "because": "- **Not met:** stop",
    "evidence": "e1",
}
DONE: tuple[str, dict[str, Any]] = ("finish", {"outcome": "resolved"})


def test_a_proven_path_to_the_end_of_the_scenario_is_executable() -> None:
    of = case(played=SMALL)

    found = judge_play(of, transcript(of, [RUN, ("decide", NOT_MET), DONE]))

    assert (found.verdict, found.reached, found.path) == ("executable", "stop", (FIND,))
    assert not found.flags


@pytest.mark.parametrize(
    "calls",
    [
        [DONE],
        [RUN, DONE],
        [("decide", NOT_MET), DONE],
        [RUN, ("decide", {**NOT_MET, "branch": "Met"}), DONE],
        [RUN, ("decide", {**NOT_MET, "because": "- **Not met:** go home"}), DONE],
        [RUN, ("decide", {**NOT_MET, "line": NOT_MET["line"] - 1}), DONE],
        [RUN, ("decide", {**NOT_MET, "evidence": "e2"}), DONE],
    ],
    ids=["nothing", "no decision", "no answer", "wrong branch", "misquoted", "other line", "other answer"],
)  # fmt: skip
def test_a_claimed_end_without_a_proven_path_is_not_trusted(
    calls: list[tuple[str, dict[str, Any]]],
) -> None:
    of = case(played=SMALL)

    found = judge_play(of, transcript(of, calls))

    assert found.verdict == "untrusted"
    assert "claims-end-without-path" in found.flags


def test_the_right_path_with_the_wrong_end_is_not_trusted() -> None:
    of = case(played=SMALL)
    said = ("finish", {"outcome": "escalated"})

    found = judge_play(of, transcript(of, [RUN, ("decide", NOT_MET), said]))

    assert found.verdict == "untrusted"


def test_who_gives_up_without_a_gap_proves_nothing() -> None:
    of = case(played=SMALL)
    said = ("finish", {"outcome": "stuck"})

    found = judge_play(of, transcript(of, [RUN, said]))

    assert (found.verdict, found.flags) == ("untrusted", ("unproven",))


def test_a_play_that_was_never_finished_could_not_be_judged() -> None:
    of = case(played=SMALL)

    found = judge_play(of, transcript(of, [RUN, ("decide", NOT_MET)]))

    assert (found.verdict, found.gaps) == ("error", ())


def test_a_malformed_call_is_an_error_and_no_gap() -> None:
    of = case(played=SMALL)

    found = judge_play(of, transcript(of, [RUN, ("finish", {"outcome": "fine"})]))

    assert found.verdict == "error"
    assert "finish.outcome" in found.error


def test_a_transcript_with_other_answers_proves_nothing() -> None:
    of = case(played=SMALL)
    true = transcript(of, [RUN, ("decide", NOT_MET), DONE])
    first, *rest = true.exchanges
    better = replace(first.answers[0], text='{"evidence": "e1", "answers": []}')
    forged = replace(true, exchanges=(Exchange(first.turn, (better,)), *rest))

    found = judge_play(of, forged)

    assert found.verdict == "error"
    assert "not those of this scenario" in found.error


def test_a_hole_in_the_scenario_on_the_way_is_an_error_and_no_gap() -> None:
    of = case(played=scenario({SCALE: ()}))

    found = verdict("literal", of)

    assert found.verdict == "error"
    assert not found.gaps


Calls = list[tuple[str, dict[str, Any]]]


def test_a_gap_whose_words_are_not_in_its_line_is_void() -> None:
    of = case(played=SMALL)
    claim: dict[str, Any] = {
        "kind": "missing-command",
        "line": 1,
        "quote": "restart everything",
        "missing": "how",
        "blocking": True,
    }
    calls: Calls = [("report_gap", claim), RUN, ("decide", NOT_MET), DONE]

    found = judge_play(of, transcript(of, calls))

    assert [each.status for each in found.gaps] == ["void"]
    assert found.flags == ("unquoted",)


def test_a_gap_that_the_dry_run_finds_too_is_confirmed_and_any_other_is_a_claim() -> (
    None
):
    text = PAGE.replace(
        "**Rollback:** `kubectl -n shop scale deploy/{{ noisy }} --replicas=3`\n\n", ""
    )
    of = case(text, SMALL)
    line = line_of(text, "**Changes:**")
    claims = [
        ("report_gap", {"kind": kind, "line": line, "quote": "**Changes:** the number", "missing": "?", "blocking": False})
        for kind in ("no-rollback", "contradiction")
    ]  # fmt: skip
    calls: Calls = [*claims, RUN, ("decide", NOT_MET), DONE]

    found = judge_play(of, transcript(of, calls))

    assert [each.status for each in found.gaps] == ["confirmed", "claimed"]
    assert found.verdict == "gaps"


def test_who_reads_on_over_a_proven_gap_is_not_trusted() -> None:
    text = PAGE.replace(
        "**Expect:** one service writes more than 10 lines a second: `series.exists(s, s.value > 10.0)`",
        "**Expect:** one service writes much",
    )
    of = case(text, SMALL)

    found = judge_play(of, transcript(of, [RUN, DONE]))

    assert any(each.status == "proven" for each in of.gaps)
    assert found.verdict == "untrusted"


def test_a_second_call_in_one_turn_is_not_answered() -> None:
    of = case(played=SMALL)
    true = transcript(of, [RUN, ("decide", NOT_MET), DONE])
    first, *rest = true.exchanges
    more = Turn((*first.turn.calls, ToolCall("x", *DONE)), "tool use")
    both = replace(true, exchanges=(Exchange(more, first.answers), *rest))

    found = judge_play(of, both)

    assert found.verdict == "executable"


def test_a_transcript_judged_twice_gives_the_same() -> None:
    of = case()
    once = played("literal", of)

    assert judge_play(of, once) == judge_play(of, once)


def test_a_scenario_that_does_not_come_out_as_it_expects_proves_nothing() -> None:
    of = case(played=replace(SMALL, expect=replace(SMALL.expect, end="escalate")))

    found = judge_play(of, transcript(of, [RUN, ("decide", NOT_MET), DONE]))

    assert found.verdict == "error"
    assert "runbook test" in found.error
