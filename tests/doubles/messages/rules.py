"""What the Messages API answers 400 to, as the reference has it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

_KNOWN: Final = frozenset(
    {
        *("model", "max_tokens", "messages", "system", "tools", "tool_choice"),
        *("thinking", "output_config", "stream", "cache_control"),
        *("stop_sequences", "metadata", "service_tier"),
    }
)
_NAME: Final = re.compile(r"[a-zA-Z0-9_-]{1,128}")
_MOST: Final = 128_000
_BLOCKS: Final = {
    "user": {"text", "tool_result", "document", "image"},
    "assistant": {"text", "tool_use", "thinking", "redacted_thinking"},
}
_NOT_STRICT: Final = {"minimum", "maximum", "minLength", "maxLength", "pattern"}


def faults(body: Any, *, counting: bool = False) -> Iterator[str]:
    """Yield what is wrong with a request, in the order in which it is looked at."""
    if not isinstance(body, dict):
        yield "request body must be an object"
        return
    wanted = ("model", "messages") if counting else ("model", "max_tokens", "messages")
    yield from (f"{name}: Field required" for name in wanted if name not in body)
    for check in _CHECKS:
        yield from check(body)


def _fields(body: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted(body.keys() - _KNOWN):  # sampling parameters, too
        yield f"{name}: Extra inputs are not permitted"
    most = body.get("max_tokens", 1)
    if not isinstance(most, int) or not 0 < most <= _MOST:
        yield f"max_tokens: must be between 1 and {_MOST}"
    if body.get("thinking", {}).get("type") == "enabled":
        yield "thinking.type: enabled is not supported by this model; use adaptive"
    effort = body.get("output_config", {}).get("effort", "low")
    if effort not in {"low", "medium", "high", "xhigh", "max"}:
        yield f"output_config.effort: unknown value {effort!r}"


def _tools(body: Mapping[str, Any]) -> Iterator[str]:
    names = [tool.get("name", "") for tool in body.get("tools", ())]
    if len(set(names)) < len(names):
        yield "tools: Tool names must be unique."
    for at, tool in enumerate(body.get("tools", ())):
        if not _NAME.fullmatch(tool.get("name", "")):
            yield f"tools.{at}.custom.name: String should match pattern"
        if tool.get("input_schema", {}).get("type") != "object":
            yield f"tools.{at}.custom.input_schema.type: Field required"
        elif tool.get("strict"):
            for said in _not_strict(tool["input_schema"]):
                yield f"tools.{at}.custom.input_schema: {said}"
    yield from _choice(body.get("tool_choice"), names)


def _choice(choice: Any, names: Sequence[str]) -> Iterator[str]:
    if choice is None:
        return
    if not names:
        yield "tool_choice: may only be specified while providing tools"
    elif choice.get("type") == "tool" and choice.get("name") not in names:
        yield f"tool_choice.name: Tool {choice.get('name')!r} not found in tools"
    elif choice.get("type") in {"any", "tool"}:
        yield "tool_choice: forced tool use is not supported by this model"
    elif choice.get("type") not in {"auto", "none"}:
        yield f"tool_choice.type: unknown value {choice.get('type')!r}"


def _not_strict(schema: Any) -> Iterator[str]:
    if isinstance(schema, Mapping):
        closed = schema.get("additionalProperties") is False
        if schema.get("type") == "object" and not closed:
            yield "for 'object', 'additionalProperties' must be explicitly set to false"
        if isinstance(schema.get("type"), str) and _NOT_STRICT & schema.keys():
            yield f"{sorted(_NOT_STRICT & schema.keys())} not supported in strict mode"
        schema = list(schema.values())
    if isinstance(schema, list):
        for each in schema:
            yield from _not_strict(each)


def _cached(body: Mapping[str, Any]) -> Iterator[str]:
    marked = sum("cache_control" in block for block in every_block(body))
    if marked > 4:
        yield f"A maximum of 4 blocks with cache_control may be provided. Found {marked}."


def every_block(body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield tools, system and messages in the order in which a prefix is cached."""
    yield from body.get("tools", ())
    yield from blocks_of(body.get("system", ()))
    for message in body.get("messages", ()):
        yield from blocks_of(message.get("content", ()))


def blocks_of(content: Any) -> list[Mapping[str, Any]]:
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return list(content)


def _turns(body: Mapping[str, Any]) -> Iterator[str]:
    messages = body.get("messages", ())
    if not messages:
        yield "messages: at least one message is required"
        return
    roles = [message.get("role") for message in messages]
    if roles[0] != "user":
        yield 'messages: first message must use the "user" role'
    if roles[-1] != "user":
        yield "messages: this model does not support prefill; end with a user turn"
    for at, (one, next_) in enumerate(pairwise(roles), 1):
        if one == next_:
            yield f'messages.{at}: roles must alternate between "user" and "assistant"'
    for at, message in enumerate(messages):
        if message.get("role") not in _BLOCKS:
            yield f"messages.{at}.role: unknown role"
            continue
        yield from (f"messages.{at}{said}" for said in _content(message))


def _content(message: Mapping[str, Any]) -> Iterator[str]:
    blocks = blocks_of(message.get("content", ()))
    if not blocks:
        yield ".content: must not be empty"
    for at, block in enumerate(blocks):
        if block.get("type") not in _BLOCKS[message["role"]]:
            yield f".content.{at}: {block.get('type')} cannot be in {message['role']}"
        yield from (f".content.{at}{said}" for said in _block(block, message["role"]))
    kinds = [block.get("type") == "tool_result" for block in blocks]
    if kinds != sorted(kinds, reverse=True):
        yield ".content: tool_result blocks must come first"


def _block(block: Mapping[str, Any], role: str) -> Iterator[str]:
    match block.get("type"):
        case "text":
            if not block.get("text", "").strip():
                yield ": text content blocks must be non-empty"
            if role == "user" and block.get("citations"):
                yield ".citations: not permitted in user turns"
        case "tool_use":
            if not isinstance(block.get("input"), dict):
                yield ".tool_use.input: Input should be a valid dictionary"
            if not _NAME.fullmatch(block.get("id", "")):
                yield ".tool_use.id: String should match pattern"
        case _:
            pass


def _pairs(body: Mapping[str, Any]) -> Iterator[str]:
    names = {tool.get("name") for tool in body.get("tools", ())}
    open_calls: list[str] = []
    seen: set[str] = set()
    for at, message in enumerate(body.get("messages", ())):
        blocks = blocks_of(message.get("content", ()))
        got = [b.get("tool_use_id") for b in blocks if b.get("type") == "tool_result"]
        if lost := [call for call in open_calls if call not in got]:
            yield (
                f"messages.{at}: `tool_use` ids were found without `tool_result`"
                f" blocks immediately after: {', '.join(lost)}."
            )
        if strange := [call for call in got if call not in open_calls]:
            yield (
                f"messages.{at}: unexpected `tool_use_id` found in `tool_result`"
                f" blocks: {', '.join(map(str, strange))}."
            )
        if len(set(got)) < len(got):
            yield f"messages.{at}: each tool_use must have a single result"
        used = [block for block in blocks if block.get("type") == "tool_use"]
        open_calls = [block.get("id", "") for block in used]
        if seen & set(open_calls) or len(set(open_calls)) < len(open_calls):
            yield f"messages.{at}: `tool_use` ids must be unique"
        seen.update(open_calls)
        for block in used:
            if block.get("name") not in names:
                yield f"messages.{at}: tool {block.get('name')!r} is not declared"


_CHECKS: Final[tuple[Callable[[Mapping[str, Any]], Iterator[str]], ...]] = (
    _fields,
    _tools,
    _cached,
    _turns,
    _pairs,
)
