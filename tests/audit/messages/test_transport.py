"""Whatever goes wrong on the way: never a pass, and never a gap."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from audit.messages.modelled import ANSWERED, RUN, VIEW, model_on, scripted
from doubles.messages.replies import (
    OVERLOADED,
    REFUSED,
    Failure,
    Raw,
    Reply,
    Said,
    calls,
    rate_limited,
    text,
)
from doubles.messages.server import messages_api
from runbookkit.errors import PlayerError
from runbookkit.model.audit import ToolCall
from runbookkit.ports import Player

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
CALLED = calls("run", RUN, "toolu_1", text("I look."))
SHAPES = {
    "no json": b'{"id": "msg_1", "content": [',
    "not an object": b"[]",
    "no text at all": b"",
    "no content": b'{"type": "message", "stop_reason": "end_turn"}',
    "content that is no list": b'{"content": "hello", "stop_reason": "end_turn"}',
    "a block without type": b'{"content": [{}], "stop_reason": "end_turn", "usage": {"input_tokens": 1, "output_tokens": 1}}',
    "no usage": b'{"content": [], "stop_reason": "end_turn"}',
    "a page": b"<html>Bad gateway</html>",
}
FAILURES: dict[str, tuple[Said, str]] = {
    "busy": (OVERLOADED, "overloaded"),
    "broken": (Failure(500, "api_error"), "api"),
    "rate limited": (rate_limited("0"), "rate limit"),
    "rate limited for a day": (rate_limited("86400"), "rate limit"),
    "a wrong key": (Failure(401, "authentication_error"), "authentication"),
    "no such model": (Failure(404, "not_found_error"), "not found"),
    "a refused request": (Failure(400, "invalid_request_error"), "invalid request"),
    "too late": (Reply(delay=3), "time-out"),
    "a body cut off": (Reply([text("a" * 99)], cut_after=40), "unreachable"),
    **{name: (Raw(body), "malformed") for name, body in SHAPES.items()},
}


@pytest.mark.parametrize(("said", "reason"), FAILURES.values(), ids=FAILURES.keys())
def test_a_failed_exchange_is_an_error_with_its_reason(said: Said, reason: str) -> None:
    with (
        scripted(lambda *_: said, seconds=0.5, retries=0) as (player, _),
        pytest.raises(PlayerError) as raised,
    ):
        player.turn(VIEW, ())

    assert raised.value.reason == reason


EVENTS = 10
"""Of the stream of ``CALLED``."""
STREAMS: Mapping[str, tuple[Said, str]] = {
    f"{'framed' if framed else 'unframed'}, cut after {events}": (
        Reply(CALLED.content, "tool_use", cut_after=events, framed=framed),
        "",
    )
    for framed in (True, False)
    for events in range(EVENTS)
} | {
    f"error after {events}": (
        Reply(CALLED.content, "tool_use", error_after=events),
        "overloaded",
    )
    for events in range(EVENTS)
}


@pytest.mark.parametrize(("said", "reason"), STREAMS.values(), ids=STREAMS.keys())
def test_a_stream_that_breaks_off_calls_nothing(said: Said, reason: str) -> None:
    with scripted(lambda *_: said, stream=True, retries=0) as (player, _):
        stop, called = outcome(player)

    assert called == ()
    assert stop == reason or (not reason and stop in {"cut", "malformed", "unknown"})


def outcome(player: Player) -> tuple[str, tuple[ToolCall, ...]]:
    try:
        turn = player.turn(VIEW, ())
    except PlayerError as error:
        return error.reason, ()
    return turn.stop, turn.calls


@pytest.mark.parametrize("stream", [False, True])
def test_a_whole_answer_is_a_turn(stream: bool) -> None:
    with scripted(lambda *_: CALLED, stream=stream) as (player, _):
        turn = player.turn(VIEW, (ANSWERED,))

    assert (turn.stop, turn.text) == ("tool use", "I look.")
    assert [(call.id, call.input) for call in turn.calls] == [("toolu_1", RUN)]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("said", "stop"),
    [
        (REFUSED, "refusal"),
        (Reply(CALLED.content, "max_tokens"), "truncated"),
        (Reply(CALLED.content, "model_context_window_exceeded"), "truncated"),
        (Reply(CALLED.content, "pause_turn"), "unknown"),
        (Reply(CALLED.content, None), "unknown"),
        (Reply(CALLED.content, "something new"), "unknown"),
    ],
    ids=lambda value: str(getattr(value, "stop_reason", "")),
)
def test_what_came_to_no_proper_end_calls_nothing(
    said: Said, stop: str, stream: bool
) -> None:
    with scripted(lambda *_: said, stream=stream) as (player, _):
        turn = player.turn(VIEW, ())

    assert (turn.stop, turn.calls) == (stop, ())


def test_a_busy_server_is_asked_again() -> None:
    said: list[Said] = [rate_limited("0.01"), OVERLOADED, CALLED]
    with scripted(lambda _, n: said[n], retries=2) as (player, server):
        turn = player.turn(VIEW, ())

    assert (turn.stop, len(server.asked)) == ("tool use", 3)


def test_a_long_break_is_not_waited_for() -> None:
    with (
        scripted(lambda *_: rate_limited("86400"), retries=5) as (player, server),
        pytest.raises(PlayerError, match="break of 86400 s"),
    ):
        player.turn(VIEW, ())

    assert len(server.asked) == 1


def test_a_server_that_is_not_there_is_named_as_the_reason() -> None:
    with messages_api(lambda *_: CALLED) as server:
        pass  # now it is gone

    with (
        model_on(server, retries=0) as player,
        pytest.raises(PlayerError, match="cannot be reached") as raised,
    ):
        player.turn(VIEW, ())

    assert raised.value.reason == "unreachable"
