"""What came back: a message as a turn, and only what can be trusted of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from runbookkit.errors import PlayerError
from runbookkit.model.audit import StopReason, ToolCall, Turn, Usage

_STOPS: Final[Mapping[str, StopReason]] = {
    "end_turn": "end",
    "tool_use": "tool use",
    "max_tokens": "truncated",
    "model_context_window_exceeded": "truncated",
    "refusal": "refusal",
}
_PLAIN: Final = ("text", "tool_use")
"""Blocks that are handed back by what they say; all others as they came."""


def turn_of(message: Mapping[str, Any]) -> Turn:
    """Return what a message says.

    Only a turn that came to its own end has calls: what was cut off may be any
    part of what was meant.

    Raises:
        PlayerError: It has not the shape that the reference gives it.
    """
    blocks = _blocks(message.get("content"))
    stop: StopReason = _STOPS.get(str(message.get("stop_reason")), "unknown")
    calls = tuple(_call(block) for block in blocks if block["type"] == "tool_use")
    if stop in {"tool use", "end"} and bool(calls) != (stop == "tool use"):
        raise malformed(f"it stopped for {stop!r} and made {len(calls)} calls")
    whole = stop in {"tool use", "end"}
    return Turn(
        calls if whole else (),
        stop,
        _words(blocks) or _why(message),
        usage_of(message.get("usage")),
        tuple(blocks) if whole and not _is_plain(blocks) else (),
    )


def usage_of(usage: Any) -> Usage:
    """Return the tokens of a turn.

    Raises:
        PlayerError: They are not counted.
    """
    if not isinstance(usage, Mapping):
        raise malformed("it does not say what it used")
    return Usage(
        _count(usage, "input_tokens"),
        _count(usage, "output_tokens"),
        _count(usage, "cache_read_input_tokens"),
        _count(usage, "cache_creation_input_tokens"),
    )


def _count(usage: Mapping[str, Any], name: str) -> int:
    value = usage.get(name)
    if value is None and name.startswith("cache_"):
        return 0
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise malformed(f"{name} is no number")
    return value


def _blocks(content: Any) -> list[Mapping[str, Any]]:
    if not isinstance(content, list):
        raise malformed("it has no content")
    for block in content:
        if not isinstance(block, Mapping) or not isinstance(block.get("type"), str):
            raise malformed("a block of it has no type")
        if block["type"] == "text" and not isinstance(block.get("text"), str):
            raise malformed("a block of text has none")
    return [each for each in content if each["type"] != "text" or each["text"].strip()]


def _call(block: Mapping[str, Any]) -> ToolCall:
    name, call = block.get("name"), block.get("id")
    if not isinstance(name, str) or not isinstance(call, str) or not call:
        raise malformed("a call has no name or no id")
    if not isinstance(block.get("input"), Mapping):
        raise malformed(f"the call of {name[:40]!r} has no arguments")
    return ToolCall(call, name, block["input"])


def _words(blocks: Sequence[Mapping[str, Any]]) -> str:
    return "\n".join(block["text"] for block in blocks if block["type"] == "text")


def _why(message: Mapping[str, Any]) -> str:
    details = message.get("stop_details")
    category = details.get("category") if isinstance(details, Mapping) else None
    return f"category: {str(category)[:40]}" if category else ""


def _is_plain(blocks: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether text and calls alone give the blocks back in their order."""
    kinds = [block["type"] for block in blocks]
    if kinds.count("text") > 1 or kinds != sorted(kinds, key="tool_use".__eq__):
        return False
    return set(kinds) <= set(_PLAIN)


def malformed(why: str) -> PlayerError:
    """Return the error for an answer that does not fit the reference."""
    return PlayerError(f"the model's answer cannot be read: {why}", reason="malformed")
