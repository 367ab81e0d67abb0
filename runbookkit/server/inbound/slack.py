"""What Slack sends: events, slash commands, buttons (docs.slack.dev)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal
from urllib.parse import parse_qs

from pydantic import Field

from runbookkit.model.chat import ChatCommand, ChatMessage
from runbookkit.server.admission import signed
from runbookkit.server.bodies import RefusedError
from runbookkit.server.inbound.reading import Foreign, Name, Text, read_as

WINDOW_SECONDS: Final = 300
"""How far a request's own time may be from ours."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """Slack wants its own words back, to see that the address is ours."""

    text: str


Told = Challenge | ChatMessage | ChatCommand | None


class _Edited(Foreign):
    ts: Name = ""


class _Message(Foreign):
    type: Name = ""
    subtype: Name = ""
    channel: Name = ""
    user: Name = ""
    bot_id: Name | None = None
    text: Text = ""
    ts: Name = ""
    event_ts: Name = ""
    message: _Message | None = None
    previous_message: _Message | None = None
    deleted_ts: Name = ""
    edited: _Edited | None = None


class _Callback(Foreign):
    type: Name
    challenge: Name = ""
    event_id: Name = ""
    event: _Message = Field(default_factory=_Message)


class _User(Foreign):
    id: Name
    username: Name = ""
    name: Name = ""


class _Channel(Foreign):
    id: Name = ""


class _Action(Foreign):
    action_id: Name = ""
    value: Text = ""


class _Command(Foreign):
    command: Name
    text: Text = ""
    trigger_id: Name = ""
    channel_id: Name = ""
    user_id: Name = ""
    user_name: Name = ""


class _Interaction(Foreign):
    type: Name
    user: _User
    trigger_id: Name = ""
    channel: _Channel = Field(default_factory=_Channel)
    actions: tuple[_Action, ...] = ()


def check(
    headers: Mapping[bytes, bytes],
    body: bytes,
    keys: tuple[bytes, ...],
    now: datetime,
) -> str:
    """Return the signature of a request that Slack signed within the window.

    The signature covers ``v0:<timestamp>:<body>``. Slack's own verifier raises on
    a timestamp that is no number and on a body that is no text, and knows one key.

    Raises:
        RefusedError: 401, it is not signed by one of the keys, or too old.
    """
    given = headers.get(b"x-slack-signature", b"").decode("latin-1")
    stamp = headers.get(b"x-slack-request-timestamp", b"")
    if not stamp.isdigit() or len(stamp) > 12:
        raise RefusedError(401, "X-Slack-Request-Timestamp is missing or no number")
    if abs(now.timestamp() - int(stamp)) > WINDOW_SECONDS:
        raise RefusedError(401, "the request is older than five minutes")
    if not signed(given, b"v0:" + stamp + b":" + body, keys):
        raise RefusedError(401, "the signature is missing or wrong")
    return given


def read(headers: Mapping[bytes, bytes], body: bytes) -> Told:
    """Return what Slack tells; None for what nobody here wants to know.

    Raises:
        RefusedError: 422, it is nothing that Slack sends.
    """
    kind = headers.get(b"content-type", b"").partition(b";")[0].strip()
    if kind == b"application/x-www-form-urlencoded":
        return _form(body)
    return _event(body)


def enclosed(kind: str, payload: bytes) -> Told:
    """Return what an envelope of Socket Mode tells; None for what nobody wants to know.

    The payloads are those that Slack sends over HTTP, all of them as JSON
    (docs.slack.dev/apis/events-api/using-socket-mode).

    Raises:
        RefusedError: 422, it is nothing that Slack sends.
    """
    read_payload = _ENVELOPES.get(kind)
    return read_payload(payload) if read_payload else None


def _event(body: bytes) -> Told:
    callback = read_as(_Callback, body, "an event of Slack")
    if callback.type == "url_verification":
        return Challenge(callback.challenge)
    if callback.type != "event_callback" or callback.event.type != "message":
        return None
    return _message(callback)


def _message(callback: _Callback) -> ChatMessage | None:
    event = callback.event
    change: Literal["posted", "edited", "deleted"] = "posted"
    before, now = "", event
    if event.subtype == "message_changed" and event.message:
        change, now = "edited", event.message
        before = event.previous_message.text if event.previous_message else ""
    elif event.subtype == "message_deleted":
        change = "deleted"
        now = event.previous_message or event
        before = now.text
    elif event.subtype not in {"", "thread_broadcast", "file_share", "me_message"}:
        return None  # joins, topics, pins: Slack's own words
    if now.bot_id or not now.user:
        return None  # our own messages come back here
    return ChatMessage(
        change,
        callback.event_id,
        event.channel,
        event.deleted_ts or now.ts,
        _moment(event.event_ts or event.ts),
        now.user,
        "" if change == "deleted" else now.text,
        before,
    )


def _form(body: bytes) -> ChatCommand | None:
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=64)
    except ValueError as error:
        raise RefusedError(422, "not a form that Slack sends") from error
    # no database column takes what is left out
    form = {name: values[0].replace("\0", "") for name, values in fields.items()}
    if "payload" in form:
        return _interaction(form["payload"].encode())
    if "command" not in form:
        raise RefusedError(422, "neither a command nor an interaction of Slack")
    return ChatCommand(
        form.get("trigger_id", ""),
        form.get("channel_id", ""),
        form.get("user_id", ""),
        form.get("user_name", ""),
        _words(form.get("text", "")),
    )


def _command(payload: bytes) -> ChatCommand:
    told = read_as(_Command, payload, "a command of Slack")
    return ChatCommand(
        told.trigger_id,
        told.channel_id,
        told.user_id,
        told.user_name,
        _words(told.text),
    )


def _interaction(payload: bytes) -> ChatCommand | None:
    told = read_as(_Interaction, payload, "an interaction of Slack")
    if told.type != "block_actions" or not told.actions:
        return None
    action = told.actions[0]
    return ChatCommand(
        told.trigger_id,
        told.channel.id,
        told.user.id,
        told.user.username or told.user.name,
        _words(action.action_id),
        action.value,
    )


_ENVELOPES: Final[Mapping[str, Callable[[bytes], Told]]] = {
    "events_api": _event,
    "interactive": _interaction,
    "slash_commands": _command,
}


def _words(text: str) -> tuple[str, ...]:
    first, _, rest = text.strip().partition(" ")
    return tuple(each for each in (first.lower(), rest.strip()) if each)


def _moment(stamp: str) -> datetime:
    """Return the time that a Slack timestamp means: seconds, a dot, a counter."""
    try:
        return datetime.fromtimestamp(float(stamp), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise RefusedError(422, f"{stamp[:40]!r} is no timestamp of Slack") from error
