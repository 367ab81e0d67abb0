"""Slack: a channel for each incident, one pinned message kept up to date, threads.

API: https://docs.slack.dev/reference/methods

Slack knows no idempotency key. Each message carries its effect's key as metadata, and
whoever tries again looks for it first; a channel carries the incident's in its purpose.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from runbookkit.errors import NotifierError
from runbookkit.http import Transport
from runbookkit.model.base import Data
from runbookkit.model.effect import Effect, EffectKind, Receipt
from runbookkit.notifiers.slack.blocks import (
    escaped,
    status_blocks,
    status_text,
    text_blocks,
)
from runbookkit.notifiers.slack.calls import Calls, client_of
from runbookkit.notifiers.slack.channels import marker, opened
from runbookkit.notifiers.slack.messages import Message, found, posted, updated
from runbookkit.plaintext import one_line, plain
from runbookkit.ports import Clock

NAME: Final = "slack"


@dataclass(frozen=True, slots=True)
class Config(Data):
    """A Slack app, and how its channels are made."""

    token: str = field(repr=False)
    """The bot's, ``xoxb-…``."""
    channel: str = ""
    """Id of the channel for incidents without one of their own, and for warnings."""
    prefix: str = "inc"
    """Channels are called ``<prefix>-<incident>-<title>``."""
    private: bool = False
    invite: tuple[str, ...] = ()
    """Ids of users that are invited to each channel."""
    instance: str = "runbookkit"
    """Tells two installations in one workspace apart."""
    base_url: str = "https://slack.com/api/"
    seconds: float = 5.0
    """For one call; an effect makes ten at most."""


class Slack:
    """Keeps the channels of incidents; see :class:`runbookkit.ports.Notifier`."""

    name = NAME

    def __init__(self, config: Config) -> None:
        self._config = config
        self._client = client_of(config.token, config.base_url, config.seconds)
        self._ways: Mapping[EffectKind, Callable[[Calls, Effect, int], Receipt]] = {
            "open channel": self._open_channel,
            "show status": self._show_status,
            "post": self._post,
            "archive channel": self._archive,
        }
        self.kinds: frozenset[EffectKind] = frozenset(self._ways)

    def perform(self, effect: Effect, attempt: int) -> Receipt:
        """Open a channel, show the status in it, post to it, or archive it.

        Raises:
            NotifierError: Slack refuses, is busy, or its answer was lost.
        """
        return self._ways[effect.kind](Calls(NAME, self._client), effect, attempt)

    def _open_channel(self, calls: Calls, effect: Effect, attempt: int) -> Receipt:  # noqa: ARG002  a name that is taken tells
        if "channel" in effect.refs:
            return Receipt(found=True)
        channel, there = opened(calls, self._config, effect)
        url = f"https://slack.com/app_redirect?channel={channel}"
        return Receipt({"channel": channel}, url, there)

    def _show_status(self, calls: Calls, effect: Effect, attempt: int) -> Receipt:  # noqa: ARG002  it always looks
        if effect.block is None:
            raise self._unable("there is no status to show")
        message = Message(
            self._channel(effect),
            f"{marker(self._config.instance, effect.incident.id)}:status",
            status_blocks(effect.block, effect.incident.id),
            escaped(status_text(effect.block)),
        )
        stamp = effect.refs.get("status") or found(calls, message, effect)
        there = bool(stamp and updated(calls, message, stamp))
        if not there:
            stamp = posted(calls, message)
        if not there or "pinned" not in effect.refs:
            calls(
                "pins.add",
                {"channel": message.channel, "timestamp": stamp},
                allow=("already_pinned",),
            )
        return Receipt({"status": stamp, "pinned": "yes"}, found=there)

    def _post(self, calls: Calls, effect: Effect, attempt: int) -> Receipt:
        refs: dict[str, str] = {}
        thread = ""
        if effect.thread:
            thread = self._thread(calls, effect)
            refs[f"thread {effect.thread}"] = thread
        text = plain(effect.text)
        message = Message(
            self._channel(effect),
            effect.key,
            text_blocks(text),
            escaped(text),
            thread,
        )
        stamp = found(calls, message, effect) if attempt > 1 else ""
        if stamp:
            return Receipt(refs, found=True)
        posted(calls, message)
        return Receipt(refs)

    def _thread(self, calls: Calls, effect: Effect) -> str:
        """Return the message that a thread hangs from, made when there is none."""
        known = effect.refs.get(f"thread {effect.thread}")
        if effect.thread == "status":
            known = effect.refs.get("status")
            if not known:  # jobs of a status and of posts do not wait for each other
                raise NotifierError(
                    f"the status of incident {effect.incident.id} is not shown yet",
                    notifier=NAME,
                    retryable=True,
                )
        if known:
            return known
        title = one_line(effect.thread)
        message = Message(
            self._channel(effect),
            f"{marker(self._config.instance, effect.incident.id)}:thread:{title}",
            text_blocks(title),
            escaped(title),
        )
        return found(calls, message, effect) or posted(calls, message)

    def _archive(self, calls: Calls, effect: Effect, attempt: int) -> Receipt:  # noqa: ARG002  once archived, archived
        channel = effect.refs.get("channel")
        if channel:
            calls(
                "conversations.archive",
                {"channel": channel},
                allow=("already_archived",),
            )
        return Receipt()

    def _channel(self, effect: Effect) -> str:
        channel = effect.refs.get("channel") or self._config.channel
        if not channel:
            raise self._unable(
                f"incident {effect.incident.id} has no channel; set"
                " notifiers.slack.channel for incidents without one"
            )
        return channel

    def _unable(self, message: str) -> NotifierError:
        return NotifierError(message, notifier=NAME, retryable=False)


def connect(
    config: Config,
    *,
    clock: Clock,  # noqa: ARG001  the shape of a notifier
    transport: Transport | None = None,  # noqa: ARG001  the SDK has its own
) -> Slack:
    """Return the notifier of one workspace.

    Raises:
        ConfigError: The SDK is not installed, or the token is none.
    """
    return Slack(config)
