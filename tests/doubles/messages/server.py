"""The server: one function decides what it says."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from doubles.messages.api import Messages, Received, invalid
from doubles.messages.events import OVERLOADED, events
from doubles.messages.replies import Failure, Raw, Reply, Script


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two writes
    server: _Server

    def do_GET(self) -> None:
        self._exchange()

    def do_POST(self) -> None:
        self._exchange()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass

    def handle(self) -> None:
        # the client may give up
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            super().handle()

    def _exchange(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        raw = self.rfile.read(length)
        try:
            body: Any = json.loads(raw or b"{}")
        except ValueError:
            self._send(invalid("request body is not valid JSON"))
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        path = self.path.partition("?")[0]
        messages = self.server.messages
        said = messages.answer(Received(self.command, path, headers, body))
        if isinstance(said, Reply | Failure) and said.delay:
            time.sleep(said.delay)
        if not isinstance(said, Reply):
            self._send(said)
        elif body.get("stream"):
            self._stream(messages.message(body, said), said)
        else:
            whole = json.dumps(messages.message(body, said)).encode()
            self._write(200, whole, {}, cut_after=said.cut_after)

    def _send(self, said: Failure | Raw | Mapping[str, Any] | bytes) -> None:
        match said:
            case Failure():
                error = {"type": said.type, "message": said.message}
                whole = {"type": "error", "error": error, "request_id": "req_1"}
                self._write(said.status, json.dumps(whole).encode(), said.headers)
            case Raw():
                self._write(said.status, said.body, {"content-type": said.kind})
            case bytes():
                self._write(200, said, {"content-type": "application/x-jsonl"})
            case _:
                self._write(200, json.dumps(said).encode(), {})

    def _write(
        self,
        status: int,
        body: bytes,
        headers: Mapping[str, str],
        *,
        cut_after: int | None = None,
    ) -> None:
        self.send_response(status)
        usual = {"content-type": "application/json", "request-id": "req_1"}
        for name, value in {**usual, **headers}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:cut_after])
        self.close_connection |= cut_after is not None

    def _stream(self, message: Mapping[str, Any], reply: Reply) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("request-id", "req_1")
        if reply.framed:
            self.send_header("transfer-encoding", "chunked")
        else:
            self.send_header("connection", "close")
        self.end_headers()
        for at, event in enumerate(events(message, reply.letters)):
            if at == reply.cut_after:
                self.close_connection = True
                return
            failed = at == reply.error_after
            name, data = OVERLOADED if failed else event
            self._chunk(f"event: {name}\ndata: {json.dumps(data)}\n\n", reply)
            if failed:
                break
        if reply.framed:
            self.wfile.write(b"0\r\n\r\n")
        else:
            self.close_connection = True

    def _chunk(self, piece: str, reply: Reply) -> None:
        data = piece.encode()
        framed = b"%x\r\n%s\r\n" % (len(data), data)
        self.wfile.write(framed if reply.framed else data)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, messages: Messages) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.messages = messages


@contextmanager
def messages_api(script: Script, *, kept: int = 10_000) -> Iterator[Messages]:
    """Serve a script; yield what the server knows."""
    messages = Messages(script, kept=kept)
    server = _Server(messages)
    messages.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield messages
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
