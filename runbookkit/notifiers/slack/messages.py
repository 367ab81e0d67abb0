"""Messages: posted once, found again by their key, updated in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from runbookkit.model.effect import Effect
from runbookkit.notifiers.slack.calls import Calls

_EVENT: Final = "runbookkit"
_PAGES: Final = 5
_BEFORE: Final = timedelta(days=1)
"""Clocks differ: messages are looked for from so long before the incident."""
_GONE: Final = ("message_not_found", "cant_update_message", "edit_window_closed")


@dataclass(frozen=True, slots=True)
class Message:
    """What is to stand in a channel."""

    channel: str
    key: str
    blocks: Sequence[Mapping[str, Any]]
    text: str
    """For notifications, escaped."""
    thread: str = ""
    """Timestamp of the message that it answers."""


def posted(calls: Calls, message: Message) -> str:
    """Post a message; return its timestamp."""
    arguments = {
        **_content(message),
        "unfurl_links": False,
        "unfurl_media": False,
        "mrkdwn": False,
    }
    if message.thread:
        arguments["thread_ts"] = message.thread
    return str(calls("chat.postMessage", arguments)["ts"])


def updated(calls: Calls, message: Message, stamp: str) -> bool:
    """Replace a message; False when it is gone."""
    arguments = {**_content(message), "ts": stamp}
    return bool(calls("chat.update", arguments, allow=_GONE).get("ok"))


def found(calls: Calls, message: Message, effect: Effect) -> str:
    """Return the timestamp of a message with this key, or nothing."""
    arguments: dict[str, Any] = {
        "channel": message.channel,
        "include_all_metadata": True,
        "limit": 200,
    }
    method = "conversations.history"
    if message.thread:
        method = "conversations.replies"
        arguments["ts"] = message.thread
    else:
        oldest = (effect.incident.opened_at - _BEFORE).timestamp()
        arguments["oldest"] = f"{oldest:.6f}"
    for each in calls.pages(method, arguments, "messages", _PAGES):
        metadata = each.get("metadata") or {}
        payload = metadata.get("event_payload") or {}
        if metadata.get("event_type") == _EVENT and payload.get("key") == message.key:
            return str(each["ts"])
    return ""


def _content(message: Message) -> dict[str, Any]:
    return {
        "channel": message.channel,
        "text": message.text,
        "blocks": list(message.blocks),
        "parse": "none",
        "link_names": False,
        "metadata": {"event_type": _EVENT, "event_payload": {"key": message.key}},
    }
