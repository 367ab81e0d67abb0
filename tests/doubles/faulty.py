"""A server on loopback that fails as servers and networks do, when it is told to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from doubles.served import Reply

Fault = Literal["", "429", "500", "slow", "late", "cut", "dropped", "lost"]
"""``slow`` and ``cut`` are not applied; ``late`` and ``dropped`` are, and the answer
does not arrive; ``lost`` is answered as if it were applied."""


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    params: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body or b"{}")

    def param(self, name: str) -> str:
        return dict(self.params).get(name, "")


Apply = Callable[[Call, bool], Reply]
"""Answers a call; with False it only answers, as if it did."""
Decide = Callable[[Call], Fault]


class Faults:
    """What goes wrong from now on; every kind of call has the same."""

    def __init__(self, decide: Decide | None = None, *, seconds: float = 1.0) -> None:
        self.decide: Decide = decide or (lambda _: "")
        self.seconds = seconds
        """How long a slow answer takes."""

    def once(self, fault: Fault, path: str = "") -> None:
        """Let the next call of a path fail."""
        left = [fault]

        def decide(call: Call) -> Fault:
            return left.pop() if left and call.path.endswith(path) else ""

        self.decide = decide


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_PATCH(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def _answer(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True  # whoever sent it was killed meanwhile
            return
        parts = urlsplit(self.path)
        params = tuple(parse_qsl(parts.query, keep_blank_values=True))
        headers = {name.lower(): value for name, value in self.headers.items()}
        call = Call(self.command, parts.path, params, headers, body)
        faults: Faults = self.server.faults  # type: ignore[attr-defined]
        fault = faults.decide(call)
        reply = self._reply(call, fault)
        if fault in {"slow", "late"}:
            time.sleep(faults.seconds)
        if fault in {"slow", "late", "cut", "dropped"}:
            self.close_connection = True
            return
        self._send(reply)

    def _reply(self, call: Call, fault: Fault) -> Reply:
        if fault == "429":
            body = {"ok": False, "error": "ratelimited"}
            return Reply(body, 429, {"Retry-After": "1"})
        if fault in {"500", "slow", "cut"}:
            return Reply("<html>upstream is gone</html>", 500)
        apply: Apply = self.server.apply  # type: ignore[attr-defined]
        with self.server.lock:  # type: ignore[attr-defined]
            return apply(call, fault != "lost")

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("content-type", reply.content_type)
        self.send_header("content-length", str(len(reply.content)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.content)

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


@contextmanager
def faulty(apply: Apply, faults: Faults) -> Iterator[str]:
    """Serve what ``apply`` answers, one call at a time; yield the address."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.apply = apply  # type: ignore[attr-defined]
    server.faults = faults  # type: ignore[attr-defined]
    server.lock = threading.Lock()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
