"""What the fake Messages API knows, and what it answers."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from doubles.messages.batches import Batches
from doubles.messages.caching import PromptCache, tokens_of
from doubles.messages.replies import Failure, Reply, Said, Script
from doubles.messages.rules import every_block, faults
from doubles.messages.thinking import Signed

VERSIONS = ("2023-06-01", "2026-10-21")
"""Both are judged by the rules of the later one."""
MODEL = "claude-test-1"
MODELS: Mapping[str, Mapping[str, Any]] = {
    MODEL: {"lifecycle": "active", "max_input_tokens": 200_000, "max_tokens": 64_000},
    "claude-test-0": {"lifecycle": "retired"},
}


@dataclass(frozen=True)
class Received:
    """A request as it came in."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any


@dataclass
class Messages:
    """What a server on loopback knows, and what it was asked, newest last."""

    script: Script
    url: str = ""
    kept: int = 10_000
    """How many requests are remembered."""
    batches: Batches = field(init=False)
    received: deque[Received] = field(init=False)
    _cache: PromptCache = field(default_factory=PromptCache)
    _signed: Signed = field(default_factory=Signed)
    answered: int = 0
    """Requests so far; about, where several come at once."""
    _said: Iterator[int] = field(default_factory=count)
    _asked: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.received = deque(maxlen=self.kept)
        self.batches = Batches(self._batched)

    @property
    def asked(self) -> list[Any]:
        """The bodies that asked for a message."""
        return [each.body for each in self.received if each.path == "/v1/messages"]

    def answer(self, request: Received) -> Said | Mapping[str, Any] | bytes:
        """Return a reply to stream or send, or what is sent as it is."""
        headers = request.headers
        self.received.append(request)
        self.answered += 1
        if not headers.get("x-api-key") and not headers.get("authorization"):
            message = "x-api-key header is required"
            return Failure(401, "authentication_error", message)
        if headers.get("anthropic-version") not in VERSIONS:
            return invalid("anthropic-version: header is required")
        if request.method == "GET":
            return self._got(request.path)
        return self._posted(request.path, request.body)

    def message(self, body: Mapping[str, Any], reply: Reply) -> dict[str, Any]:
        """Return a reply as the message that it is."""
        content = [dict(block) for block in reply.content]
        self._signed.issued(body["model"], [*content])
        usage = self._cache.usage(body)
        return {
            "id": f"msg_{next(self._said):06d}",
            "type": "message",
            "role": "assistant",
            "model": body["model"],
            "content": content,
            "stop_reason": reply.stop_reason,
            "stop_sequence": None,
            "stop_details": reply.stop_details,
            "usage": {**usage, "output_tokens": reply.output_tokens},
        }

    def _posted(self, path: str, body: Any) -> Said | Mapping[str, Any]:
        match path:
            case "/v1/messages":
                return self._message(body)
            case "/v1/messages/count_tokens":
                return self._counted(body)
            case "/v1/messages/batches":
                requests = body.get("requests", [])
                said = self.batches.faults(requests)
                return invalid(said[0]) if said else self.batches.create(requests)
            case _:
                return Failure(404, "not_found_error", "Not found")

    def _message(self, body: Any) -> Said:
        said = next(faults(body), "") or next(self._signed.faults(body), "")
        if said:
            return invalid(said)
        if body["model"] not in MODELS:
            return Failure(404, "not_found_error", f"model: {body['model']}")
        return self.script(body, next(self._asked))

    def _counted(self, body: Any) -> Said | Mapping[str, Any]:
        if said := next(faults(body, counting=True), ""):
            return invalid(said)
        if "max_tokens" in body:
            return invalid("max_tokens: Extra inputs are not permitted")
        return {"input_tokens": sum(map(tokens_of, every_block(body)))}

    def _got(self, path: str) -> Said | Mapping[str, Any] | bytes:
        kind, _, rest = path.removeprefix("/v1/").partition("/")
        if kind == "models" and rest in MODELS:
            return _model(rest)
        name, _, what = rest.removeprefix("batches/").partition("/")
        found: Mapping[str, Any] | bytes | None = None
        if what == "results":
            found = self.batches.results(name)
        elif kind == "messages":
            found = self.batches.look(name, self.url)
        return found or Failure(404, "not_found_error", path)

    def _batched(self, params: Mapping[str, Any]) -> Mapping[str, Any]:
        said = self.script(params, -1)
        if isinstance(said, Reply):
            return {"type": "succeeded", "message": self.message(params, said)}
        return {"type": "expired"}


def invalid(message: str) -> Failure:
    headers = {"x-should-retry": "false"}
    return Failure(400, "invalid_request_error", message, headers)


def _model(name: str) -> Mapping[str, Any]:
    return {
        "type": "model",
        "id": name,
        "display_name": name,
        "created_at": "2026-10-01T00:00:00Z",
        **MODELS[name],
    }
