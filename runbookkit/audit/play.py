"""Let a player play: one call at a time, every one answered, none without a bound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from runbookkit.audit.calls import Malformed, parsed
from runbookkit.audit.case import Case
from runbookkit.audit.simulator import Simulator
from runbookkit.errors import CouldNotCheckError
from runbookkit.model.audit import (
    Exchange,
    PlayKey,
    ToolAnswer,
    Transcript,
    Turn,
    View,
)
from runbookkit.ports import Player

_TURNS_EACH: Final = 4
_TURNS_BESIDES: Final = 10
_NOT_USED: Final = {
    "end": "the player stopped without finishing",
    "truncated": "the player's words were cut off",
    "refusal": "the player refused to go on",
    "unknown": "the player's words came to no proper end",
}


@dataclass(frozen=True, slots=True)
class Play:
    """One play that is to be made."""

    case: Case
    view: View
    key: PlayKey


def most_turns(case: Case) -> int:
    """Return how many turns a play may take."""
    return _TURNS_EACH * len(case.graph.steps) + _TURNS_BESIDES + len(case.gaps)


def play(
    wanted: Play, player: Player, watch: Callable[[Exchange], None] | None = None
) -> Transcript:
    """Return the transcript of one play; what went wrong stands in it."""
    simulator = Simulator(wanted.case)
    exchanges: list[Exchange] = []
    error = ""
    while not simulator.outcome and not error:
        if len(exchanges) >= most_turns(wanted.case):
            error = f"it was not finished after {len(exchanges)} turns"
            break
        try:
            turn = player.turn(wanted.view, tuple(exchanges))
        except CouldNotCheckError as failed:
            error = str(failed)
            break
        answers, error = _answers(turn, simulator)
        exchanges.append(Exchange(turn, answers))
        if watch is not None:
            watch(exchanges[-1])
    return Transcript(
        wanted.key,
        wanted.case.runbook.path,
        wanted.case.scenario.name,
        wanted.view,
        tuple(exchanges),
        error,
    )


def _answers(turn: Turn, simulator: Simulator) -> tuple[tuple[ToolAnswer, ...], str]:
    """Return the answers to a turn, and why the play cannot go on."""
    if turn.stop != "tool use":
        return (), _NOT_USED[turn.stop]
    if not turn.calls:
        return (), "the player called no tool"
    answers: list[ToolAnswer] = []
    for call in turn.calls:
        read = parsed(call)
        if isinstance(read, Malformed):
            return tuple(answers), f"a call fits no tool: {read.reason}"
        if answers:
            answers.append(_one_at_a_time(call.id))
        else:
            answers.append(simulator.answer(call.id, read))
    return tuple(answers), ""


def _one_at_a_time(call: str) -> ToolAnswer:
    said = "refused (one-at-a-time): call one tool, and wait for its answer"
    return ToolAnswer(call, said, refused="one-at-a-time")
