"""Logs to Loki and traces to Tempo, where they are; to a file and nowhere otherwise."""

from __future__ import annotations

import json
import queue
import random
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from runbookkit.http import Bounds, HttpClient, HttpError
from runbookkit.sample.settings import Settings
from runbookkit.sample.work import Request, Span

_LEVELS = ("debug", "info", "warning", "error")
_WAITING = 10_000
_LARGEST_FILE = 64 << 20
_AT_ONCE = 1_000_000
"""Bytes of log lines in one push, about."""
_SPANS_AT_ONCE = 500
_ITEMS = 20
_ITEM = "a thing to buy; " * 128
"""What debug lines dump: at 100 requests a second, 4 MB/s."""


class Exporter:
    """Sends telemetry in the background; a server that is down costs nothing."""

    def __init__(
        self, settings: Settings, log_file: Path, *, loki: str = "", tempo: str = ""
    ) -> None:
        self._settings = settings
        self._log_file = log_file
        self._loki = loki
        self._tempo = tempo
        self._client = HttpClient(Bounds(seconds=5))
        self._waiting: queue.Queue[tuple[Request, bool]] = queue.Queue(_WAITING)
        threading.Thread(target=self._send, daemon=True, name="export").start()

    def hand_over(self, request: Request, *, sampled: bool) -> None:
        """Take one request; what does not fit into the queue is dropped."""
        if not self._waiting.full():
            self._waiting.put((request, sampled))

    def _send(self) -> None:
        while True:
            batch = [self._waiting.get()]
            while not self._waiting.empty() and len(batch) < 200:
                batch.append(self._waiting.get())
            self._logs(batch)
            spans = [
                each
                for request, sampled in batch
                if sampled and self._tempo
                for each in otlp_spans(request)
            ]
            for first in range(0, len(spans), _SPANS_AT_ONCE):
                part = spans[first : first + _SPANS_AT_ONCE]
                self._post(f"{self._tempo}/v1/traces", _resource(part))

    def _logs(self, batch: list[tuple[Request, bool]]) -> None:
        lowest = _LEVELS.index(self._settings["log_level"])
        lines = sorted(
            (int((request.started + request.seconds) * 1e9), line)
            for request, sampled in batch
            for line in log_lines(request, lowest, sampled=sampled)
        )
        with self._log_file.open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for _, line in lines)
            full = file.tell() > _LARGEST_FILE
        if full:
            self._log_file.replace(self._log_file.with_suffix(".log.1"))
        for part in _parts(lines) if self._loki else ():
            stream = {
                "stream": {"service_name": "checkout", "job": "checkout"},
                "values": [[str(at), line] for at, line in part],
            }
            self._post(f"{self._loki}/loki/api/v1/push", {"streams": [stream]})

    def _post(self, url: str, body: Mapping[str, Any]) -> None:
        try:
            self._client.post_json(url, body)
        except HttpError:
            return  # the service goes on without its observers


def _parts(lines: list[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    """Yield lines in pushes that Loki takes: none is larger than about a megabyte."""
    part: list[tuple[int, str]] = []
    size = 0
    for each in lines:
        if part and size + len(each[1]) > _AT_ONCE:
            yield part
            part, size = [], 0
        part.append(each)
        size += len(each[1])
    if part:
        yield part


def log_lines(request: Request, lowest: int, *, sampled: bool) -> list[str]:
    """Return a request's log lines of at least a level, as JSON."""
    level = "error" if request.code >= 500 else "info"
    messages = [(level, f"{request.route} answered {request.code}"), *request.messages]
    base = {
        "trace_id": request.trace_id,
        "route": request.route,
        "duration_ms": round(request.seconds * 1000, 1),
        "sampled": sampled,
    }
    return [
        json.dumps({"level": each, "message": message, **base, **more})
        for each, message in messages
        if _LEVELS.index(each) >= lowest
        for more in (_items() if each == "debug" else [{}])
    ]


def _items() -> Iterator[dict[str, Any]]:
    for number in range(_ITEMS):
        yield {"item": number, "description": _ITEM}


def otlp_spans(request: Request) -> list[dict[str, Any]]:
    """Return a request as OTLP/JSON spans; ids are hex there.

    https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
    """
    root = f"{random.getrandbits(64):016x}"
    whole = Span(
        f"POST {request.route}", request.started, request.seconds, "server",
        failed=request.code >= 500,
    )  # fmt: skip
    return [
        _span(request.trace_id, root, "", whole),
        *(
            _span(request.trace_id, f"{random.getrandbits(64):016x}", root, each)
            for each in request.spans
        ),
    ]


def _span(trace: str, span: str, parent: str, work: Span) -> dict[str, Any]:
    kinds = {"internal": 1, "server": 2, "client": 3}
    started = int(work.started * 1e9)
    texts = {"server.address": work.peer, "item.description": work.about}
    return {
        "traceId": trace,
        "spanId": span,
        "parentSpanId": parent,
        "name": work.name,
        "kind": kinds[work.kind],
        "startTimeUnixNano": str(started),
        "endTimeUnixNano": str(started + int(work.seconds * 1e9)),
        "attributes": [
            {"key": name, "value": {"stringValue": text}}
            for name, text in texts.items()
            if text
        ],
        "status": {"code": 2} if work.failed else {},
    }


def _resource(spans: list[dict[str, Any]]) -> dict[str, Any]:
    name = {"key": "service.name", "value": {"stringValue": "checkout"}}
    return {
        "resourceSpans": [
            {
                "resource": {"attributes": [name]},
                "scopeSpans": [{"scope": {"name": "checkout"}, "spans": spans}],
            }
        ]
    }
