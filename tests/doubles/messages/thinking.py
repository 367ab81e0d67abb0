"""Signed thinking: the server knows what it has signed, and wants it back as it was."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any

from doubles.messages.rules import blocks_of

_KINDS = {"thinking", "redacted_thinking"}


class Signed:
    """Remembers which signed blocks belong to which call of a tool."""

    def __init__(self) -> None:
        self._issued: dict[str, tuple[str, list[Mapping[str, Any]]]] = {}
        self._lock = threading.Lock()

    def issued(self, model: str, content: list[Mapping[str, Any]]) -> None:
        signed = [block for block in content if block["type"] in _KINDS]
        if signed:
            with self._lock:
                for block in content:
                    if block["type"] == "tool_use":
                        self._issued[block["id"]] = model, signed

    def faults(self, body: Mapping[str, Any]) -> Iterator[str]:
        for at, message in enumerate(body.get("messages", ())):
            if message.get("role") != "assistant":
                continue
            content = blocks_of(message.get("content", ()))
            sent = [block for block in content if block.get("type") in _KINDS]
            wanted = self._wanted(body, content)
            if sent != wanted:
                yield (
                    f"messages.{at}: `thinking` or `redacted_thinking` blocks cannot be"
                    " modified. These blocks must remain as they were in the original"
                    " response."
                )

    def _wanted(
        self, body: Mapping[str, Any], content: list[Mapping[str, Any]]
    ) -> list[Mapping[str, Any]]:
        for block in content:
            known = self._issued.get(block.get("id", ""))
            if known and known[0] == body.get("model"):
                return known[1]
        return []
