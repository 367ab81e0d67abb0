"""Slack's side of Socket Mode on loopback, as strict as the documentation.

https://docs.slack.dev/apis/events-api/using-socket-mode and
https://docs.slack.dev/reference/methods/apps.connections.open. What Slack does with an
answer to an envelope that it never sent is not written anywhere: here it is noted, and
the connection ends.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve

from doubles.faulty import Call, Faults, faulty
from doubles.served import Reply

APP_TOKEN = "xapp-1-A1-" + "0" * 16
_RETRIES = 3


@dataclass(frozen=True)
class Envelope:
    kind: str
    payload: Any
    accepts: bool
    attempt: int = 0
    id: str = field(default_factory=lambda: str(uuid4()))
    sent_at: float = field(default_factory=time.monotonic)

    @property
    def frame(self) -> str:
        told: dict[str, Any] = {
            "envelope_id": self.id,
            "type": self.kind,
            "payload": self.payload,
            "accepts_response_payload": self.accepts,
        }
        if self.kind == "events_api":
            reason = "timeout" if self.attempt else ""
            told |= {"retry_attempt": self.attempt, "retry_reason": reason}
        return json.dumps(told)


class SocketMode:
    """One app; ``patience`` is how long an envelope waits for its answer."""

    def __init__(self, patience: float = 3.0) -> None:
        self.patience = patience
        self.faults = Faults()
        self.connections: list[ServerConnection] = []
        self.answers: dict[str, Any] = {}
        """What each envelope was answered with; None for a bare acknowledgement."""
        self.refused: list[str] = []
        """What no client of Slack may send."""
        self.deliveries: list[Envelope] = []
        self.unanswered: list[Envelope] = []
        """What was given up: commands at once, events after the last retry."""
        self._waiting: dict[str, Envelope] = {}
        self._undelivered: list[Envelope] = []
        self._tickets: set[str] = set()
        self._turn = 0
        self._lock = threading.RLock()
        self._port = 0
        self._over = threading.Event()

    @contextmanager
    def served(self) -> Iterator[str]:
        """Serve the app; yield the address of the methods."""
        with serve(
            self._handle, "127.0.0.1", 0, process_request=self._let_in
        ) as server:
            self._port = server.socket.getsockname()[1]
            threads = [
                threading.Thread(target=server.serve_forever, daemon=True),
                threading.Thread(target=self._redeliver, daemon=True),
            ]
            for thread in threads:
                thread.start()
            try:
                with faulty(self._apply, self.faults) as url:
                    yield f"{url}/api/"
            finally:
                self._end(server, threads)

    def tell(self, kind: str, payload: Any, *, accepts: bool = False) -> str:
        """Send an envelope to one of the connections; return its id."""
        envelope = Envelope(kind, payload, accepts)
        self._deliver(envelope)
        return envelope.id

    def refresh(self) -> None:
        """Ask all clients to connect again, as Slack does every few hours."""
        for each in list(self.connections):
            each.send(json.dumps({"type": "disconnect", "reason": "refresh_requested"}))

    def drop(self) -> None:
        """Break all connections without a word."""
        for each in list(self.connections):
            with suppress(OSError):
                each.socket.shutdown(socket.SHUT_RDWR)

    def _apply(self, call: Call, applied: bool) -> Reply:
        del applied
        token = call.headers.get("authorization", "").removeprefix("Bearer ")
        if call.path != "/api/apps.connections.open":
            return Reply({"ok": False, "error": "unknown_method"})
        if not token.startswith("xapp-"):
            return Reply({"ok": False, "error": "not_allowed_token_type"})
        if token != APP_TOKEN:
            return Reply({"ok": False, "error": "invalid_auth"})
        ticket = str(uuid4())
        self._tickets.add(ticket)
        url = f"ws://127.0.0.1:{self._port}/link/?ticket={ticket}&app_id=A1"
        return Reply({"ok": True, "url": url})

    def _let_in(
        self, connection: ServerConnection, request: Request
    ) -> Response | None:
        ticket = parse_qs(urlsplit(request.path).query).get("ticket", [""])[0]
        if ticket not in self._tickets:
            return connection.respond(408, "the ticket is used, or none of ours")
        self._tickets.remove(ticket)
        return None

    def _handle(self, connection: ServerConnection) -> None:
        hello = {"type": "hello", "num_connections": len(self.connections) + 1}
        with suppress(ConnectionClosed, OSError):
            connection.send(json.dumps(hello))
            with self._lock:
                self.connections.append(connection)
                late, self._undelivered = self._undelivered, []
            for envelope in late:
                self._deliver(envelope)
            for frame in connection:
                if not self._answered(frame):
                    connection.close(1008)
        with self._lock:
            if connection in self.connections:
                self.connections.remove(connection)

    def _answered(self, frame: str | bytes) -> bool:
        with self._lock:
            try:
                told: Mapping[str, Any] = json.loads(frame)
                envelope = self._waiting[told["envelope_id"]]
            except (ValueError, TypeError, KeyError):
                # an answer that comes too late is one to nothing as well
                self.refused.append(str(frame))
                return False
            if told.get("payload") and not envelope.accepts:
                self.refused.append(str(frame))
                return False
            del self._waiting[envelope.id]
            self.answers[envelope.id] = told.get("payload")
            return True

    def _deliver(self, envelope: Envelope) -> None:
        with self._lock:
            if not self.connections:
                self._undelivered.append(envelope)
                return
            self._turn += 1
            connection = self.connections[self._turn % len(self.connections)]
            self._waiting[envelope.id] = replace(envelope, sent_at=time.monotonic())
            self.deliveries.append(envelope)
        with suppress(ConnectionClosed, OSError):
            connection.send(envelope.frame)

    def _redeliver(self) -> None:
        while not self._over.wait(0.02):
            now = time.monotonic()
            with self._lock:
                late = [
                    each
                    for each in self._waiting.values()
                    if now - each.sent_at > self.patience
                ]
                for each in late:
                    del self._waiting[each.id]
            for each in late:
                if each.kind != "events_api" or each.attempt >= _RETRIES:
                    self.unanswered.append(each)
                else:
                    again = each.attempt + 1
                    self._deliver(replace(each, id=str(uuid4()), attempt=again))

    def _end(self, server: Server, threads: list[threading.Thread]) -> None:
        self._over.set()
        server.shutdown()
        for thread in threads:
            thread.join()
