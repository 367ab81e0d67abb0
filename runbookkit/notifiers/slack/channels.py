"""Channels of incidents: their names, and whose a name is that is taken.

``conversations.create`` is not atomic and its answer may be lost, so a channel says
in its purpose whose it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

from runbookkit.errors import NotifierError
from runbookkit.model.effect import Effect
from runbookkit.notifiers.slack.calls import Calls
from runbookkit.plaintext import cut, one_line, slug

_NAME: Final = 80
"""Characters of a name, https://docs.slack.dev/reference/methods/conversations.create."""
_PURPOSE: Final = 250
_SUFFIXES: Final = ("", "-2", "-3", "-4")
_OWN_PAGES: Final = 3


class Options(Protocol):
    """What the configuration says of channels."""

    @property
    def prefix(self) -> str: ...  # noqa: D102  see Config
    @property
    def private(self) -> bool: ...  # noqa: D102
    @property
    def invite(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def instance(self) -> str: ...  # noqa: D102


def marker(instance: str, incident: int) -> str:
    """Return what a channel's purpose says of whose it is.

    >>> marker("prod", 41)
    'rbk:prod:41'
    """
    return f"rbk:{instance}:{incident}"


def channel_name(prefix: str, incident: int, title: str, suffix: str = "") -> str:
    """Return a name that Slack takes.

    >>> channel_name("inc", 41, "Checkout: p99 > 2 s!", "-2")
    'inc-41-checkout-p99-2-s-2'
    """
    begin = f"{slug(prefix, 20) or 'inc'}-{incident}"
    rest = slug(title, _NAME - len(begin) - len(suffix) - 1)
    return f"{begin}-{rest}{suffix}" if rest else f"{begin}{suffix}"


def opened(calls: Calls, options: Options, effect: Effect) -> tuple[str, bool]:
    """Return the id of the incident's channel, and whether it was there already.

    Raises:
        NotifierError: There is none, and none could be made.
    """
    incident = effect.incident
    mark = marker(options.instance, incident.id)
    channel, there = _made(calls, options, effect, mark)
    purpose = cut(f"{mark} · {one_line(incident.title)}", _PURPOSE)
    calls("conversations.setPurpose", {"channel": channel, "purpose": purpose})
    if options.invite:
        calls(
            "conversations.invite",
            {"channel": channel, "users": ",".join(options.invite), "force": True},
            allow=("already_in_channel", "cant_invite_self", "user_not_found"),
        )
    return channel, there


def _made(
    calls: Calls, options: Options, effect: Effect, mark: str
) -> tuple[str, bool]:
    own: list[Mapping[str, Any]] | None = None
    incident = effect.incident
    names = [
        channel_name(options.prefix, incident.id, incident.title, suffix)
        for suffix in _SUFFIXES
    ]
    for name in names:
        answer = calls(
            "conversations.create",
            {"name": name, "is_private": options.private},
            allow=("name_taken",),
        )
        if answer.get("ok"):
            return str(answer["channel"]["id"]), False
        if own is None:
            own = _own(calls)
        for channel in own:
            if channel.get("name") == name and _is_ours(channel, mark):
                return str(channel["id"]), True
    raise NotifierError(
        f"channels {names[0]} to {names[-1]} are all taken; set another notifiers.slack.prefix",
        notifier="slack",
        retryable=False,
    )


def _own(calls: Calls) -> list[Mapping[str, Any]]:
    """Return the channels that this bot has made."""
    me = calls("auth.test", {}).get("user_id")
    arguments = {
        "types": "public_channel,private_channel",
        "exclude_archived": True,
        "limit": 999,
    }
    found = calls.pages("users.conversations", arguments, "channels", _OWN_PAGES)
    return [channel for channel in found if channel.get("creator") == me]


def _is_ours(channel: Mapping[str, Any], mark: str) -> bool:
    """Tell whether a channel that this bot made is the incident's.

    One that says nothing was left by an attempt that ended before it could say so.
    """
    says = [
        str((channel.get(name) or {}).get("value") or "")
        for name in ("topic", "purpose")
    ]
    return mark in " ".join(says).split() or not any(says)
