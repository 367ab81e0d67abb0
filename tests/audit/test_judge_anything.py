"""Whatever a transcript holds: no crash, and no *executable* without a proven path."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from audit.pages import PAGE, QUERY, case, played
from runbookkit.audit.calls import TOOLS, Malformed, parsed
from runbookkit.audit.judge import judge_play
from runbookkit.audit.simulator import Simulator
from runbookkit.audit.transcripts import read, written
from runbookkit.audit.walk import walk
from runbookkit.errors import CouldNotCheckError
from runbookkit.model.audit import Exchange, ToolAnswer, ToolCall, Transcript, Turn

CASE = case()
TRUE = played("literal", CASE)
STEPS = st.sampled_from([*CASE.graph.steps, "Scale it down", "nowhere", ""])
LINES = st.integers(0, len(PAGE.splitlines()) + 2)
WORDS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["- **Met:** continue", "- **Met:** stop", QUERY, "e1", "e2"]),
)
CALLS = st.one_of(
    st.tuples(
        st.just("run"),
        st.fixed_dictionaries(
            {"step": STEPS, "tool": st.sampled_from(TOOLS), "command": WORDS}
        ),
    ),
    st.tuples(
        st.just("decide"),
        st.fixed_dictionaries(
            {
                "step": STEPS,
                "branch": st.sampled_from(["Met", "Not met", "Yes", "No", "?"]),
                "line": LINES,
                "because": WORDS,
                "evidence": WORDS,
            }
        ),
    ),
    st.tuples(
        st.just("report_gap"),
        st.fixed_dictionaries(
            {
                "kind": st.sampled_from(["dead-end", "no-exit"]),
                "line": LINES,
                "quote": WORDS,
                "missing": WORDS,
                "blocking": st.booleans(),
            }
        ),
    ),
    st.tuples(
        st.just("finish"),
        st.fixed_dictionaries(
            {"outcome": st.sampled_from(["resolved", "escalated", "stuck"])}
        ),
    ),
    st.tuples(st.text(max_size=8), st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=5,
    )),
)  # fmt: skip
RELAXED = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def told(calls: list[tuple[str, Any]]) -> Transcript:
    """Return a transcript with the answers that the simulator would have given."""
    simulator = Simulator(CASE)
    exchanges = []
    for number, (name, said) in enumerate(calls):
        call = ToolCall(str(number), name, said)
        read_call = parsed(call)
        if isinstance(read_call, Malformed):
            answers: tuple[ToolAnswer, ...] = ()
        else:
            answers = (simulator.answer(call.id, read_call),)
        exchanges.append(Exchange(Turn((call,), "tool use"), answers))
    return replace(TRUE, exchanges=tuple(exchanges))


def proves(transcript: Transcript) -> bool:
    """Tell, apart from the judge, whether the calls lead to the end."""
    simulator = Simulator(CASE)
    for exchange in transcript.exchanges:
        for call in exchange.turn.calls[:1]:
            read_call = parsed(call)
            if isinstance(read_call, Malformed):
                return False
            simulator.answer(call.id, read_call)
    return walk(CASE, simulator.log).end == "stop"


@RELAXED
@given(st.lists(CALLS, max_size=12))
def test_any_calls_are_judged_and_pass_only_with_a_proven_path(
    calls: list[tuple[str, Any]],
) -> None:
    transcript = told(calls)

    found = judge_play(CASE, transcript)

    assert found.verdict != "executable" or proves(transcript)


@RELAXED
@given(
    st.lists(st.integers(0, len(TRUE.exchanges) - 1), max_size=16),
    st.sampled_from(["", "cut off"]),
)
def test_a_true_play_in_another_order_passes_only_with_a_proven_path(
    order: list[int], error: str
) -> None:
    calls = [TRUE.exchanges[number].turn.calls[0] for number in order]
    transcript = told([(each.name, each.input) for each in calls])

    found = judge_play(CASE, replace(transcript, error=error))

    assert found.verdict != "executable" or (proves(transcript) and not error)


@RELAXED
@given(st.integers(0, len(TRUE.exchanges) - 2))
def test_a_true_play_that_lacks_a_turn_is_no_pass(without: int) -> None:
    rest = (*TRUE.exchanges[:without], *TRUE.exchanges[without + 1 :])

    found = judge_play(CASE, replace(TRUE, exchanges=rest))

    assert found.verdict != "executable"


@RELAXED
@given(st.lists(CALLS, max_size=8))
def test_any_transcript_is_the_same_after_it_was_kept(
    calls: list[tuple[str, Any]],
) -> None:
    text = written(told(calls))

    assert written(read(text, "a.jsonl")) == text


@RELAXED
@given(st.text(max_size=200))
def test_any_other_text_is_refused_as_a_transcript(text: str) -> None:
    with pytest.raises(CouldNotCheckError, match=r"a\.jsonl"):
        read(text, "a.jsonl")
