"""What is done about what Slack tells, whichever way it came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from runbookkit.app.chat import Chat
from runbookkit.errors import UsageError
from runbookkit.model.chat import ChatCommand, ChatMessage
from runbookkit.model.serving import Role


@dataclass(frozen=True, slots=True)
class SlackDesk:
    """Keeps messages and obeys commands of one Slack app."""

    chat: Chat
    name: str
    """Of the source."""
    users: Mapping[str, Role]

    def take(self, told: ChatMessage | ChatCommand | None, identity: str) -> str:
        """Keep what is told, once; return what the person is told, if anything.

        ``identity`` is that of the request, for what has none of its own.

        Raises:
            StoreError: It could not be stored.
        """
        source = f"slack:{self.name}"
        if isinstance(told, ChatMessage):
            self.chat.message(replace(told, id=told.id or identity), source)
        elif told is not None:
            return self._obey(replace(told, id=told.id or identity), source)
        return ""

    def _obey(self, told: ChatCommand, source: str) -> str:
        role = self.users.get(told.user) or self.users.get("*")
        try:
            return self.chat.command(told, role, source)
        except UsageError as error:
            return str(error)  # whoever typed it can mend it


def answer(said: str) -> dict[str, str]:
    """Return what only the person who asked is shown, as a text without markup."""
    return {"response_type": "ephemeral", "text": _plain(said)}


def _plain(text: str) -> str:
    """Return a text in which Slack sees no link, mention or markup of its own."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
