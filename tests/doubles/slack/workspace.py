"""The state of a workspace, and its methods by name."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from doubles.faulty import Call, Faults, faulty
from doubles.served import Reply
from doubles.slack.rules import markup, message_error, name_error

TOKEN = "xoxb-1"
BOT = "UBOT"
_READING = {
    "auth.test",
    "conversations.history",
    "conversations.replies",
    "users.conversations",
}
Args = Mapping[str, Any]


class RefusedError(Exception):
    """What a method answers with ``ok: false``."""


@dataclass
class Channel:
    id: str
    name: str
    creator: str
    purpose: str = ""
    topic: str = ""
    archived: bool = False
    members: set[str] = field(default_factory=set)
    messages: list[dict[str, Any]] = field(default_factory=list)
    pins: list[str] = field(default_factory=list)

    def message(self, stamp: Any) -> dict[str, Any] | None:
        return next((each for each in self.messages if each["ts"] == stamp), None)

    @property
    def keys(self) -> list[str]:
        """Keys of the effects whose messages stand here."""
        return [
            each["metadata"]["event_payload"]["key"]
            for each in self.messages
            if each.get("metadata")
        ]


class Slack:
    """A workspace with one app; ``busy`` says when a channel wants a break."""

    def __init__(self, started: float = 1_795_176_000) -> None:
        self._started = int(started)
        self.channels: dict[str, Channel] = {}
        self.faults = Faults()
        self.calls: list[tuple[str, Args]] = []
        self.markup: list[str] = []
        """What was posted and would have become a mention or link."""
        self.busy: Callable[[str], float] = lambda _: 0.0
        self._count = 0
        self._methods: Mapping[str, Callable[[Args], Args]] = {
            "auth.test": lambda _: {"user_id": BOT},
            "conversations.create": self._create,
            "conversations.setPurpose": self._set_purpose,
            "conversations.invite": self._invite,
            "conversations.archive": self._archive,
            "users.conversations": self._conversations,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "pins.add": self._pin,
        }

    @contextmanager
    def served(self) -> Iterator[str]:
        """Serve the workspace; yield the address of its methods."""
        with faulty(self.apply, self.faults) as url:
            yield f"{url}/api/"

    def add(self, name: str, creator: str = "UOTHER", purpose: str = "") -> Channel:
        """Make a channel that somebody else made."""
        self._count += 1
        channel = Channel(f"C{self._count}", name, creator, purpose)
        channel.members |= {creator, BOT}
        self.channels[channel.id] = channel
        return channel

    def named(self, begin: str) -> list[Channel]:
        """Return the channels whose names begin so."""
        return [each for each in self.channels.values() if each.name.startswith(begin)]

    def apply(self, call: Call, applied: bool) -> Reply:
        method = call.path.removeprefix("/api/")
        args = _arguments(call, method)
        self.calls.append((method, args))
        if call.headers.get("authorization") != f"Bearer {TOKEN}":
            return _refused("invalid_auth")
        if method not in self._methods:
            return _refused("unknown_method")
        pause = self.busy(str(args.get("channel"))) if "post" in method else 0
        if pause:
            return Reply(
                {"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(pause)}
            )
        if not applied:
            return Reply({"ok": True})
        try:
            return Reply({"ok": True, **self._methods[method](args)})
        except RefusedError as error:
            return _refused(str(error))

    def _create(self, args: Args) -> Args:
        name = args.get("name")
        if error := name_error(name):
            raise RefusedError(error)
        if any(each.name == name for each in self.channels.values()):
            raise RefusedError("name_taken")
        channel = self.add(str(name), BOT)
        return {"channel": _shown(channel)}

    def _set_purpose(self, args: Args) -> Args:
        channel = self._open(args)
        if len(str(args.get("purpose", ""))) > 250:
            raise RefusedError("too_long")
        channel.purpose = str(args["purpose"])
        return {"purpose": channel.purpose}

    def _invite(self, args: Args) -> Args:
        channel = self._open(args)
        users = set(str(args["users"]).split(","))
        if users <= channel.members:
            raise RefusedError("already_in_channel")
        channel.members |= users
        return {}

    def _archive(self, args: Args) -> Args:
        channel = self._channel(args)
        if channel.archived:
            raise RefusedError("already_archived")
        channel.archived = True
        return {}

    def _conversations(self, args: Args) -> Args:
        own = [each for each in self.channels.values() if BOT in each.members]
        shown = [_shown(each) for each in own if not each.archived]
        return _page(shown, "channels", args)

    def _history(self, args: Args) -> Args:
        channel = self._channel(args)
        since = float(args.get("oldest") or 0)
        found = [
            each
            for each in reversed(channel.messages)
            if each.get("thread_ts", each["ts"]) == each["ts"]
            and float(each["ts"]) > since
        ]
        return _page([_seen(each, args) for each in found], "messages", args)

    def _replies(self, args: Args) -> Args:
        channel = self._channel(args)
        if channel.message(args.get("ts")) is None:
            raise RefusedError("thread_not_found")
        found = [
            each
            for each in channel.messages
            if args["ts"] in {each["ts"], each.get("thread_ts")}
        ]
        return _page([_seen(each, args) for each in found], "messages", args)

    def _post(self, args: Args) -> Args:
        channel = self._writable(args)
        thread = args.get("thread_ts")
        if thread and channel.message(thread) is None:
            raise RefusedError("thread_not_found")
        self._count += 1
        message = {**args, "ts": f"{self._started}.{self._count:06}", "user": BOT}
        channel.messages.append(message)
        return {"ts": message["ts"], "channel": channel.id}

    def _update(self, args: Args) -> Args:
        channel = self._writable(args)
        message = channel.message(args.get("ts"))
        if message is None:
            raise RefusedError("message_not_found")
        message.update(args)
        return {"ts": message["ts"]}

    def _pin(self, args: Args) -> Args:
        channel = self._channel(args)
        stamp = str(args.get("timestamp"))
        if channel.message(stamp) is None:
            raise RefusedError("message_not_found")
        if stamp in channel.pins:
            raise RefusedError("already_pinned")
        channel.pins.append(stamp)
        return {}

    def _channel(self, args: Args) -> Channel:
        channel = self.channels.get(str(args.get("channel")))
        if channel is None:
            raise RefusedError("channel_not_found")
        return channel

    def _open(self, args: Args) -> Channel:
        channel = self._channel(args)
        if channel.archived:
            raise RefusedError("is_archived")
        if BOT not in channel.members:
            raise RefusedError("not_in_channel")
        return channel

    def _writable(self, args: Args) -> Channel:
        channel = self._open(args)
        if error := message_error(args):
            raise RefusedError(error)
        self.markup += markup(args)
        return channel


def _arguments(call: Call, method: str) -> Args:
    kind = call.headers.get("content-type", "")
    if "json" in kind and method not in _READING:
        body: Args = json.loads(call.body)
        return body
    return dict(parse_qsl(call.body.decode()))


def _refused(error: str) -> Reply:
    return Reply({"ok": False, "error": error})


def _shown(channel: Channel) -> Args:
    return {
        "id": channel.id,
        "name": channel.name,
        "creator": channel.creator,
        "topic": {"value": channel.topic},
        "purpose": {"value": channel.purpose},
    }


def _seen(message: Args, args: Args) -> Args:
    wanted = args.get("include_all_metadata") in {"1", "true", "True"}
    hidden = set() if wanted else {"metadata"}
    return {name: value for name, value in message.items() if name not in hidden}


def _page(items: list[Args], name: str, args: Args) -> Args:
    begin = int(args.get("cursor") or 0)
    end = begin + int(args.get("limit") or 100)
    cursor = str(end) if end < len(items) else ""
    return {name: items[begin:end], "response_metadata": {"next_cursor": cursor}}
