"""Whatever a server sends: a turn that can be trusted, or an error."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, strategies as st

from audit.messages.modelled import OPTIONS, variables
from doubles.messages.replies import text, thinking, use
from runbookkit.audit.players.messages.client import opened
from runbookkit.audit.players.messages.reply import turn_of
from runbookkit.errors import PlayerError, UsageError

STOPS = ("end_turn", "tool_use", "max_tokens", "refusal", "pause_turn", "new", None)
USAGE = {"input_tokens": 1, "output_tokens": 2}
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
names = st.sampled_from(["type", "id", "name", "input", "text", "thinking"])
kinds = st.sampled_from(["text", "tool_use", "thinking", "other"])
blocks = st.dictionaries(names, json_values | kinds, max_size=5)
messages = st.fixed_dictionaries(
    {},
    optional={
        "content": json_values | st.lists(blocks, max_size=3),
        "stop_reason": st.sampled_from(STOPS) | json_values,
        "usage": json_values | st.just(USAGE),
        "stop_details": json_values,
    },
)


@given(messages)
def test_any_message_is_a_turn_or_an_error(message: dict[str, Any]) -> None:
    try:
        turn = turn_of(message)
    except PlayerError:
        return

    assert bool(turn.calls) == (turn.stop == "tool use")
    assert all(isinstance(call.input, dict) for call in turn.calls)


@given(st.sampled_from(STOPS), st.booleans())
def test_calls_come_only_from_a_turn_that_ends_in_them(
    stop: str | None, called: bool
) -> None:
    content = [text("So."), *([use("run", {}, "c1")] if called else [])]
    message = {"content": content, "stop_reason": stop, "usage": USAGE}

    try:
        turn = turn_of(message)
    except PlayerError:
        assert called != (stop == "tool_use")
    else:
        assert bool(turn.calls) == (called and stop == "tool_use")


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        ([text("So."), use("run", {}, "c1")], 0),
        ([text(" "), use("run", {}, "c1")], 0),
        ([thinking("s"), use("run", {}, "c1")], 2),
        ([text("A"), text("B"), use("run", {}, "c1")], 3),
        ([use("run", {}, "c1"), text("after")], 2),
    ],
    ids=["plain", "blank", "signed", "two texts", "text behind"],
)
def test_blocks_are_kept_where_words_and_calls_do_not_give_them_back(
    content: list[Any], kept: int
) -> None:
    turn = turn_of({"content": content, "stop_reason": "tool_use", "usage": USAGE})

    assert len(turn.opaque) == kept


@pytest.mark.parametrize("provider", ["bedrock", "vertex"])
def test_a_provider_without_its_extra_says_what_to_install(provider: Any) -> None:
    options = replace(OPTIONS, provider=provider, region="eu-central-1", project="p")

    with pytest.raises(UsageError, match=rf"install anthropic\[{provider}\]"):
        opened(options, variables())


def test_a_provider_is_chosen_by_configuration() -> None:
    options = replace(OPTIONS, provider="bedrock", region="eu-central-1")

    client = opened(options, {"AWS_BEARER_TOKEN_BEDROCK": "t"})
    client.close()

    assert type(client).__name__ == "AnthropicBedrock"
    assert "eu-central-1" in str(client.base_url)
