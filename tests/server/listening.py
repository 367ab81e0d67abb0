"""A real server on loopback for a test, and plain requests to it."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from runbookkit.server.edge import Asgi
from runbookkit.server.listening import Place, bound, server_of
from servers import wait_for


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Site:
    """Where the server is; every request has its own connection."""

    port: int
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def send(
        self,
        method: str,
        path: str,
        body: bytes | str | Iterator[bytes] | None = None,
        **headers: str,
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body, {**self.headers, **given})
            answer = connection.getresponse()
            low = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, low, answer.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any = b"", **headers: str) -> Answer:
        content = body if isinstance(body, bytes | str) else json.dumps(body)
        return self.send("POST", path, content, **headers)


@contextmanager
def listening(app: Asgi, ending: Callable[[], None] = lambda: None) -> Iterator[Site]:
    """Run an application in uvicorn, as it is run for people."""
    listener = bound(Place("127.0.0.1", 0))
    server = server_of(app, ending=ending)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        wait_for(lambda: server.started)
        yield Site(listener.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
