"""A message as the events of a stream."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

Event = tuple[str, Mapping[str, Any]]

OVERLOADED: Event = (
    "error",
    {
        "type": "error",
        "error": {"type": "overloaded_error", "message": "Overloaded"},
    },
)


def events(message: Mapping[str, Any], letters: int) -> Iterator[Event]:
    """Yield the events that a client puts together to the message again."""
    usage = dict(message["usage"])
    start = {
        **message,
        "content": [],
        "stop_reason": None,
        "usage": {**usage, "output_tokens": 1},
    }
    yield _event("message_start", message=start)
    yield _event("ping")
    for index, block in enumerate(message["content"]):
        empty, deltas = _parts(block, letters)
        yield _event("content_block_start", index=index, content_block=empty)
        for delta in deltas:
            yield _event("content_block_delta", index=index, delta=delta)
        yield _event("content_block_stop", index=index)
    names = ("stop_reason", "stop_sequence", "stop_details")
    ended = {name: message[name] for name in names}
    tokens = {"output_tokens": usage["output_tokens"]}
    yield _event("message_delta", delta=ended, usage=tokens)
    yield _event("message_stop")


def _event(kind: str, **more: Any) -> Event:
    return kind, {"type": kind, **more}


def _parts(
    block: Mapping[str, Any], letters: int
) -> tuple[Mapping[str, Any], list[dict[str, str]]]:
    match block["type"]:
        case "tool_use":
            whole = json.dumps(block["input"])
            pieces = _deltas("input_json_delta", "partial_json", whole, letters)
            return {**block, "input": {}}, pieces
        case "text":
            pieces = _deltas("text_delta", "text", block["text"], letters)
            return {**block, "text": ""}, pieces
        case "thinking":
            words = _deltas("thinking_delta", "thinking", block["thinking"], letters)
            signed = {"type": "signature_delta", "signature": block["signature"]}
            return {**block, "thinking": "", "signature": ""}, [*words, signed]
        case _:
            return block, []


def _deltas(kind: str, name: str, whole: str, letters: int) -> list[dict[str, str]]:
    starts = range(0, len(whole), letters)
    return [{"type": kind, name: whole[at : at + letters]} for at in starts]
