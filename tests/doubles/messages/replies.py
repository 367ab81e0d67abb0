"""What a script of the fake Messages API says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Block = Mapping[str, Any]
Request = Mapping[str, Any]
"""The body of a request."""


@dataclass(frozen=True)
class Reply:
    """A message, and how its transport goes wrong."""

    content: Sequence[Block] = ()
    stop_reason: str | None = "end_turn"
    stop_details: Block | None = None
    output_tokens: int = 20
    delay: float = 0.0
    """Seconds before the first byte."""
    cut_after: int | None = None
    """Events of a stream, or bytes of a body, after which the connection ends."""
    framed: bool = True
    """Whether a stream is chunked, so that its client can tell a cut from an end."""
    error_after: int | None = None
    """Events of a stream after which it says that the server is overloaded."""
    letters: int = 64
    """In one delta of a stream."""


@dataclass(frozen=True)
class Failure:
    """An error of the API."""

    status: int
    type: str
    message: str = "no"
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0


@dataclass(frozen=True)
class Raw:
    """Bytes in place of an answer."""

    body: bytes
    status: int = 200
    kind: str = "application/json"


Said = Reply | Failure | Raw
Script = Callable[[Request, int], Said]
"""From a request and how many came before it."""

OVERLOADED = Failure(529, "overloaded_error", "Overloaded")
REFUSED = Reply(
    stop_reason="refusal",
    stop_details={"type": "refusal", "category": "cyber", "explanation": None},
)


def rate_limited(seconds: str) -> Failure:
    headers = {"retry-after": seconds}
    return Failure(429, "rate_limit_error", "Slow down", headers)


def text(words: str) -> Block:
    return {"type": "text", "text": words}


def thinking(signature: str, words: str = "") -> Block:
    return {"type": "thinking", "thinking": words, "signature": signature}


def use(name: str, arguments: Any, call: str) -> Block:
    return {"type": "tool_use", "id": call, "name": name, "input": arguments}


def calls(name: str, arguments: Any, call: str, *before: Block) -> Reply:
    """Return a turn that ends in one call of a tool."""
    return Reply((*before, use(name, arguments, call)), "tool_use")
