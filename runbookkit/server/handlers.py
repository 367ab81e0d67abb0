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
from runbookkit.server.bodies import RefusedError
from runbookkit.server.inbound import deploys, pagerduty, slack
from runbookkit.server.slack_desk import SlackDesk, answer
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

    slack: SlackDesk
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
        signature = arrived.headers.get(b"x-slack-signature", b"").decode("latin-1")
        if isinstance(told, slack.Challenge):
            self._remember(signature)
            return Reply(content=json.dumps({"challenge": told.text}).encode())
        said = await asyncio.to_thread(self.slack.take, told, signature)
        self._remember(signature)
        return Reply(content=json.dumps(answer(said)).encode() if said else b"")

    def _remember(self, signature: str) -> None:
        """Know a signature again; a request that failed may be sent again."""
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
