"""What people do elsewhere about incidents: in a chat, or on their pager."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from runbookkit.model.base import Data


@dataclass(frozen=True, slots=True)
class ChatMessage(Data):
    """A message that was posted, edited or deleted by a person."""

    change: Literal["posted", "edited", "deleted"]
    id: str
    """The chat's own of this change, unique."""
    channel: str
    message: str
    """Its identity in the channel."""
    at: datetime
    user: str
    text: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class ChatCommand(Data):
    """What a person asked for, by a command or a button."""

    id: str
    """The chat's own of this interaction, unique."""
    channel: str
    user: str
    user_name: str
    words: tuple[str, ...]
    """``acknowledge``, or ``note`` and its text, …; the action of a button."""
    value: str = ""
    """The button's value: the number of its incident."""


@dataclass(frozen=True, slots=True)
class PageEvent(Data):
    """Something that happened to a page."""

    id: str
    """The pager's own of this event, unique."""
    kind: str
    """As the pager says it: ``incident.acknowledged``."""
    at: datetime
    actor: str
    dedup_key: str
    """What the page was triggered with; empty where the pager does not say it."""
    page: str
    """The pager's id of its own incident."""
    text: str
    url: str
