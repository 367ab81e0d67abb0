"""What takes bodies of each kind of source, other than Alertmanager's."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from runbookkit.app.chat import Chat
from runbookkit.app.desk import Desk
from runbookkit.errors import UsageError
from runbookkit.model.chat import ChatCommand, ChatMessage
from runbookkit.model.serving import Source
from runbookkit.server.bodies import RefusedError
from runbookkit.server.inbound import deploys, pagerduty, slack
from runbookkit.server.webhooks import Arrived, Handle, Reply

_REMEMBERED: Final = 10_000
"""Signatures that are known to have been used within Slack's window."""


@dataclass(frozen=True, slots=True)
class Deploys:
    """Takes deploys of one form."""

    read: deploys.Read
    desk: Desk
    now: Callable[[], datetime]

    async def __call__(self, arrived: Arrived) -> Reply:
        """Return once the deploy is kept; what is none is not kept."""
        deploy = self.read(arrived.headers, arrived.body, self.now())
        if deploy is None:
            return _said("ignored")
        source = f"{arrived.kind}:{arrived.source}"
        await asyncio.to_thread(self.desk.deploy, deploy, source)
        return Reply()


@dataclass(frozen=True, slots=True)
class Pager:
    """Takes what PagerDuty tells of its incidents."""

    chat: Chat

    async def __call__(self, arrived: Arrived) -> Reply:
        """Return once it is kept; what is about no incident of ours is not kept."""
        event = pagerduty.read(arrived.body)
        source = f"pagerduty:{arrived.source}"
        known = await asyncio.to_thread(self.chat.page, event, source)
        return Reply() if known else _said("ignored")


@dataclass(slots=True)
class SlackRequests:
    """Takes events, commands and buttons of one Slack app."""

    chat: Chat
    source: Source
    keys: tuple[bytes, ...]
    now: Callable[[], datetime]
    _used: dict[str, None] = field(default_factory=dict)

    def signed(self, headers: Mapping[bytes, bytes], body: bytes) -> bool:
        """Tell whether Slack signed a request lately, and it was not sent before.

        Raises:
            RefusedError: 401, with the reason.
        """
        signature = slack.check(headers, body, self.keys, self.now())
        if signature in self._used:
            raise RefusedError(401, "this request was sent before")
        return True

    async def __call__(self, arrived: Arrived) -> Reply:
        """Return once it is kept, or with what the person is told."""
        told = slack.read(arrived.headers, arrived.body)
        if isinstance(told, slack.Challenge):
            return Reply(content=json.dumps({"challenge": told.text}).encode())
        source = f"slack:{arrived.source}"
        said = ""
        if isinstance(told, ChatMessage):
            await asyncio.to_thread(self.chat.message, told, source)
        elif told is not None:
            said = await self._obey(told, source)
        self._remember(arrived)
        if not said:
            return Reply(content=b"")
        answer = {"response_type": "ephemeral", "text": _plain(said)}
        return Reply(content=json.dumps(answer).encode())

    async def _obey(self, told: ChatCommand, source: str) -> str:
        users = self.source.users
        role = users.get(told.user) or users.get("*")
        try:
            return await asyncio.to_thread(self.chat.command, told, role, source)
        except UsageError as error:
            return str(error)  # whoever typed it can mend it

    def _remember(self, arrived: Arrived) -> None:
        """Know a signature again; a request that failed may be sent again."""
        signature = arrived.headers.get(b"x-slack-signature", b"").decode("latin-1")
        self._used[signature] = None
        while len(self._used) > _REMEMBERED:
            del self._used[next(iter(self._used))]


@dataclass(frozen=True, slots=True)
class Keeping:
    """Keeps what another handler does not understand, for people to look at."""

    handle: Handle
    desk: Desk

    async def __call__(self, arrived: Arrived) -> Reply:
        """Return what the other handler does.

        Raises:
            RefusedError: As the other one; what it refuses with 422 is kept.
        """
        try:
            return await self.handle(arrived)
        except RefusedError as refused:
            if refused.status == 422:
                digest = hashlib.sha256(arrived.body).hexdigest()
                await asyncio.to_thread(
                    self.desk.unreadable,
                    arrived.source,
                    arrived.body,
                    digest,
                    refused.said,
                )
            raise


def _said(status: str) -> Reply:
    return Reply(content=json.dumps({"status": status}).encode())


def _plain(text: str) -> str:
    """Return a text in which Slack sees no link, mention or markup of its own."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
