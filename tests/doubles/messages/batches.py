"""Batches of messages: made, worked on, done."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from doubles.messages.rules import faults

_ID: Final = re.compile(r"[a-zA-Z0-9_-]{1,64}")
Answer = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""From the parameters of one request to its ``result``."""


@dataclass
class _Batch:
    results: list[dict[str, Any]]
    looks: int
    """How often somebody has to look until it is done."""


@dataclass
class Batches:
    """Those of one server; each is done after it has been looked at a few times."""

    answer: Answer
    looks: int = 1
    _made: dict[str, _Batch] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def faults(self, requests: Sequence[Mapping[str, Any]]) -> list[str]:
        """Return why the batch is refused as a whole."""
        if not requests:
            return ["requests: at least one request is required"]
        ids = [str(request.get("custom_id", "")) for request in requests]
        said = [
            f"requests: custom_id {each!r}" for each in ids if not _ID.fullmatch(each)
        ]
        if len(set(ids)) < len(ids):
            said.append("requests: custom_id must be unique")
        for at, request in enumerate(requests):
            if "stream" in request.get("params", {}):
                said.append(f"requests.{at}.params.stream: not permitted")
        return said

    def create(self, requests: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
        results = [
            {"custom_id": each["custom_id"], "result": self._result(each["params"])}
            for each in requests
        ]
        with self._lock:
            name = f"msgbatch_{len(self._made) + 1:04d}"
            # the order of results is not that of the requests
            self._made[name] = _Batch(results[::-1], self.looks)
        return self.seen(name, "")

    def _result(self, params: Mapping[str, Any]) -> Mapping[str, Any]:
        if said := next(faults(params), ""):
            error = {"type": "invalid_request_error", "message": said}
            whole = {"type": "error", "error": error, "request_id": None}
            return {"type": "errored", "error": whole}
        return self.answer(params)

    def look(self, name: str, url: str) -> Mapping[str, Any] | None:
        with self._lock:
            if name not in self._made:
                return None
            self._made[name].looks -= 1
        return self.seen(name, url)

    def seen(self, name: str, url: str) -> Mapping[str, Any]:
        batch = self._made[name]
        done = batch.looks <= 0
        kinds = [each["result"]["type"] for each in batch.results]
        counts = ("succeeded", "errored", "canceled", "expired")
        return {
            "id": name,
            "type": "message_batch",
            "processing_status": "ended" if done else "in_progress",
            "request_counts": {
                "processing": 0 if done else len(kinds),
                **{each: kinds.count(each) if done else 0 for each in counts},
            },
            "created_at": "2026-11-20T12:00:00Z",
            "expires_at": "2026-11-21T12:00:00Z",
            "ended_at": "2026-11-20T12:30:00Z" if done else None,
            "archived_at": None,
            "cancel_initiated_at": None,
            "results_url": f"{url}/v1/messages/batches/{name}/results"
            if done
            else None,
        }

    def results(self, name: str) -> bytes | None:
        batch = self._made.get(name)
        if batch is None or batch.looks > 0:
            return None
        return b"".join(json.dumps(each).encode() + b"\n" for each in batch.results)
