"""What is sent: a view and a history as the body of one request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from runbookkit.model.audit import Exchange, ToolAnswer, Turn, View
from runbookkit.model.options import AuditOptions

Body = dict[str, Any]
_CACHED: Final = {"cache_control": {"type": "ephemeral"}}
"""Behind what stays the same: tools and rules, the runbook, the play so far."""
_GO_ON: Final = "Call one tool. When the work is over, call finish."
_SAID_NOTHING: Final = "…"


def body_of(
    view: View,
    history: Sequence[Exchange],
    tools: Sequence[Mapping[str, Any]],
    options: AuditOptions,
) -> Body:
    """Return the body of the request for the next turn, exactly as it is sent.

    Tools are strict and one is called at a time, so that a play is a straight line.
    """
    body: Body = {
        "model": options.model,
        "max_tokens": options.output_tokens,
        "system": [_text(view.system, cached=True)],
        "tools": [{**tool, "strict": True} for tool in tools],
        "tool_choice": {"type": "auto", "disable_parallel_tool_use": True},
        "messages": list(_messages(view, history)),
    }
    if options.effort:
        body["output_config"] = {"effort": options.effort}
    return body


def counted(body: Mapping[str, Any]) -> Body:
    """Return the part of a request whose tokens can be counted beforehand."""
    names = ("model", "system", "tools", "tool_choice", "messages", "output_config")
    return {name: body[name] for name in names if name in body}


def _messages(view: View, history: Sequence[Exchange]) -> Iterator[Body]:
    first = [_text(view.runbook, cached=True)]
    if view.alert.strip():
        first.append(_text(view.alert))
    yield {"role": "user", "content": first}
    for at, exchange in enumerate(history, 1):
        yield {"role": "assistant", "content": _said(exchange.turn)}
        told = [_result(answer) for answer in exchange.answers] or [_text(_GO_ON)]
        if at == len(history):
            told[-1] |= _CACHED
        yield {"role": "user", "content": told}


def _said(turn: Turn) -> list[Body]:
    if turn.opaque:
        return [dict(block) for block in turn.opaque]
    blocks: list[Body] = [_text(turn.text)] if turn.text.strip() else []
    blocks += [
        {"type": "tool_use", "id": call.id, "name": call.name, "input": call.input}
        for call in turn.calls
    ]
    return blocks or [_text(_SAID_NOTHING)]


def _result(answer: ToolAnswer) -> Body:
    result: Body = {
        "type": "tool_result",
        "tool_use_id": answer.call,
        "content": answer.text,
    }
    return {**result, "is_error": True} if answer.refused else result


def _text(text: str, *, cached: bool = False) -> Body:
    block: Body = {"type": "text", "text": text}
    return block | _CACHED if cached else block
