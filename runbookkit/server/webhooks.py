"""The way in for webhooks: plain ASGI, because alerts come in storms.

What the answers mean to Alertmanager (notify/retry_stage.go, notify/util.go): a
2xx ends the delivery, so it is given only after the commit; 503 is tried again
within a second; any other 4xx waits for the next group interval. It follows a
301 or 302 with a GET that has no body and takes the answer for success, and a
429 delays a page by minutes: neither is ever sent from here.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Final, Protocol

from runbookkit.errors import RunbookkitError, StoreError
from runbookkit.model.serving import SourceKind
from runbookkit.server.admission import Gate
from runbookkit.server.bodies import (
    Incoming,
    Memory,
    Receive,
    RefusedError,
    Scope,
    Send,
    whole_body,
)

PREFIX: Final = "/webhooks/"
_LOG: Final = logging.getLogger("runbookkit.server")
_OK: Final = json.dumps({"status": "kept"}).encode()


@dataclass(frozen=True, slots=True)
class Arrived:
    """A body that was let in."""

    source: str
    kind: SourceKind
    headers: Mapping[bytes, bytes]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What the sender is told; empty content where nothing is to be said."""

    status: int = 200
    content: bytes = _OK
    kind: bytes = b"application/json"


class Handle(Protocol):
    """Takes what arrived from one kind of source."""

    async def __call__(self, arrived: Arrived) -> Reply:
        """Return once it is durable.

        Raises:
            RefusedError: It is not taken.
            StoreError: It could not be stored.
        """


Signed = Callable[[Mapping[bytes, bytes], bytes], bool]


@dataclass(frozen=True, slots=True)
class Entry:
    """One source: its kind, its gate, and what takes its bodies."""

    kind: SourceKind
    gate: Gate
    handle: Handle
    signed: Signed
    """Tells whether headers and body carry a signature of the source."""


Observe = Callable[[str, int, float], None]
"""Told of source, status and seconds of each request."""


@dataclass(slots=True)
class Webhooks:
    """An ASGI application for everything below ``/webhooks/``."""

    entries: Mapping[str, Entry]
    limit: int
    seconds: float
    observe: Observe
    memory: Memory = field(default_factory=lambda: Memory(256 * 1024 * 1024))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        begun = perf_counter()
        name, incoming = "", Incoming(receive)
        try:
            name, entry = self._entry(scope)
            async with asyncio.timeout(self.seconds):
                reply = await self._taken(name, entry, scope, incoming)
        except RefusedError as refused:
            reply = _refusal(refused.status, refused.said)
            with contextlib.suppress(TimeoutError, RefusedError):
                await incoming.drain()
        except TimeoutError:
            reply = _refusal(503, f"not kept within {self.seconds} s; send it again")
        except StoreError as error:
            _LOG.error(
                "webhook could not be stored",
                extra={"source": name, "error": str(error)},
            )
            reply = _refusal(503, "it could not be stored; send it again")
        except RunbookkitError as error:
            _LOG.error("webhook failed", extra={"source": name, "error": str(error)})
            reply = _refusal(503, "it could not be taken; send it again")
        await _answer(send, reply)
        self.observe(name, reply.status, perf_counter() - begun)

    def _entry(self, scope: Scope) -> tuple[str, Entry]:
        # a slash at the end is accepted: redirecting it would lose the alert
        family, _, name = scope["path"].removeprefix(PREFIX).rstrip("/").partition("/")
        entry = self.entries.get(name)
        if entry is None or family != entry.kind:
            raise RefusedError(404, "there is no such source; see [serve.sources]")
        if scope["method"] != "POST":
            raise RefusedError(405, "webhooks are posted")
        return name, entry

    async def _taken(
        self, name: str, entry: Entry, scope: Scope, incoming: Incoming
    ) -> Reply:
        headers = dict(reversed(scope["headers"]))
        peer = scope["client"][0] if scope.get("client") else ""
        if b"origin" in headers:
            raise RefusedError(403, "webhooks do not come from browsers")
        known = entry.gate.admits(headers, peer)
        if not known and not entry.gate.needs_body:
            raise _unknown(headers)
        body = await whole_body(headers, incoming, self.limit, self.memory)
        try:
            if not known and not entry.signed(headers, body):
                raise RefusedError(401, "the signature is missing or wrong")
            return await entry.handle(Arrived(name, entry.kind, headers, body))
        finally:
            self.memory.held -= len(body)


def _unknown(headers: Mapping[bytes, bytes]) -> RefusedError:
    if b"authorization" in headers:
        return RefusedError(403, "these credentials are not known here")
    return RefusedError(401, "credentials are missing")


def _refusal(status: int, said: str) -> Reply:
    return Reply(status, json.dumps({"error": said}).encode())


async def _answer(send: Send, reply: Reply) -> None:
    headers: list[tuple[bytes, bytes]] = [
        (b"content-type", reply.kind),
        (b"content-length", str(len(reply.content)).encode()),
    ]
    if reply.status == 401:
        headers.append((b"www-authenticate", b'Bearer realm="webhooks"'))
    if reply.status == 405:
        headers.append((b"allow", b"POST"))
    if reply.status >= 400:
        # the rest of a body that was not read would be taken for a request
        headers.append((b"connection", b"close"))
    start: dict[str, Any] = {
        "type": "http.response.start",
        "status": reply.status,
        "headers": headers,
    }
    await send(start)
    await send({"type": "http.response.body", "body": reply.content})
