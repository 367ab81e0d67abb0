"""Which part of the server answers: webhooks go past the framework of the rest."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from runbookkit.server.bodies import Receive, Scope, Send
from runbookkit.server.webhooks import PREFIX, Webhooks

Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Edge:
    """The whole server as one ASGI application."""

    webhooks: Webhooks
    rest: Asgi

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request to the part that answers it."""
        if scope["type"] == "http" and scope["path"].startswith(PREFIX):
            await self.webhooks(scope, receive, send)
        else:
            await self.rest(scope, receive, send)
