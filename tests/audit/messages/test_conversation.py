"""What goes out turn by turn, and what a server that looks closely says to it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from audit.messages.modelled import ANSWERED, KEY, RUN, VIEW, scripted
from doubles.messages.api import MODEL
from doubles.messages.replies import Reply, Request, Said, calls, text, thinking, use
from doubles.messages.rules import every_block
from runbookkit.audit.calls import tool_definitions
from runbookkit.audit.players.messages.request import body_of
from runbookkit.model.audit import Exchange, ToolAnswer, Turn
from runbookkit.ports import Player

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
CALLED = calls("run", RUN, "toolu_1")


def answered(player: Player, turns: int) -> tuple[Exchange, ...]:
    """Play a number of turns in which every call is answered."""
    history: tuple[Exchange, ...] = ()
    for _ in range(turns):
        turn = player.turn(VIEW, history)
        answers = tuple(ToolAnswer(call.id, "{}") for call in turn.calls)
        history = (*history, Exchange(turn, answers))
    return history


def next_call(_: Request, n: int) -> Said:
    return calls("run", RUN, f"toolu_{n}", text("So."))


@pytest.mark.parametrize("effort", ["", "high"])
def test_what_is_printed_is_what_is_sent(effort: str) -> None:
    with scripted(next_call, effort=effort) as (player, server):
        history = answered(player, 3)

    for at, sent in enumerate(server.asked):
        assert sent == body_of(VIEW, history[:at], tool_definitions(), player.options)


def test_every_turn_brings_the_whole_history() -> None:
    with scripted(next_call) as (player, server):
        answered(player, 4)

    assert [len(sent["messages"]) for sent in server.asked] == [1, 3, 5, 7]


@pytest.mark.parametrize("stream", [False, True])
def test_signed_thinking_goes_back_as_it_came(stream: bool) -> None:
    def script(_: Request, n: int) -> Said:
        signed = thinking(f"signature-{n}", "I wonder.")
        hidden = {"type": "redacted_thinking", "data": "c2VhbGVk"}
        return calls("run", RUN, f"toolu_{n}", signed, hidden, text("So."))

    with scripted(script, stream=stream) as (player, server):
        answered(player, 3)

    kinds = [block["type"] for block in server.asked[2]["messages"][3]["content"]]
    assert kinds == ["thinking", "redacted_thinking", "text", "tool_use"]


def test_a_turn_that_only_talks_is_gone_on_with() -> None:
    with scripted(lambda *_: Reply([text("Hm.")])) as (player, server):
        history = answered(player, 2)

    assert [each.turn.stop for each in history] == ["end", "end"]
    assert server.asked[1]["messages"][-1]["content"][0]["text"]


def test_a_player_that_said_nothing_at_all_is_gone_on_with() -> None:
    silent = Exchange(Turn((), "end"), ())
    with scripted(lambda *_: CALLED) as (player, _):
        turn = player.turn(VIEW, (silent, ANSWERED))

    assert turn.stop == "tool use"


def test_several_calls_at_once_each_get_their_answer() -> None:
    both = Reply([use("run", RUN, "toolu_1"), use("run", RUN, "toolu_2")], "tool_use")
    with scripted(lambda _, n: CALLED if n else both) as (player, server):
        player.turn(VIEW, answered(player, 1))

    told = server.asked[1]["messages"][-1]["content"]
    assert [block["tool_use_id"] for block in told] == ["toolu_1", "toolu_2"]


def test_a_refused_call_is_told_as_an_error() -> None:
    refused = ToolAnswer("c1", "refused (off-book): no", refused="off-book")
    with scripted(lambda *_: CALLED) as (player, server):
        player.turn(VIEW, (replace(ANSWERED, answers=(refused,)),))

    assert server.asked[0]["messages"][-1]["content"][0]["is_error"] is True


def test_what_stays_the_same_is_read_from_the_cache() -> None:
    long = replace(VIEW, runbook="1| Look at it.\n" * 2000)
    with scripted(next_call) as (player, server):
        turns: list[Turn] = []
        history: tuple[Exchange, ...] = ()
        for _ in range(3):
            turns.append(player.turn(long, history))
            answers = (ToolAnswer(turns[-1].calls[0].id, "{}"),)
            history = (*history, Exchange(turns[-1], answers))

    assert turns[0].usage.cache_read == 0
    assert turns[0].usage.cache_write > 7000
    assert all(each.usage.cache_read > 7000 for each in turns[1:])
    assert all(each.usage.cache_write < 500 for each in turns[1:])
    marked = [sum("cache_control" in b for b in every_block(s)) for s in server.asked]
    assert marked == [2, 3, 3]


def test_tokens_are_counted_once_a_text_before_the_first_call() -> None:
    with scripted(next_call) as (player, server):
        answered(player, 2)
        answered(player, 2)

    paths = [each.path.rpartition("/")[2] for each in server.received]
    assert paths == ["count_tokens", "messages", "messages", "messages", "messages"]


def test_the_key_goes_out_in_a_header_and_nowhere_else() -> None:
    with scripted(next_call) as (player, server):
        player.turn(VIEW, ())

    sent = server.received[-1]
    assert KEY in sent.headers.get("authorization", "") + sent.headers.get(
        "x-api-key", ""
    )
    assert KEY not in str(sent.body)


def test_the_name_of_a_player_says_what_its_answers_depend_on() -> None:
    with scripted(next_call, effort="low", output_tokens=99) as (player, _):
        pass

    assert player.name == f"{MODEL} (low, 99 tokens)"
