"""What people say and do in a chat and on their pager, kept and carried out here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from runbookkit.app.desk import Desk, is_number
from runbookkit.errors import UsageError
from runbookkit.model.chat import ChatCommand, ChatMessage, PageEvent
from runbookkit.model.command import Command, CommandKind
from runbookkit.model.event import NewEvent
from runbookkit.model.incident import IncidentRow
from runbookkit.model.policy import SEVERITIES
from runbookkit.model.serving import Role

_KINDS: Final[Mapping[str, CommandKind]] = {
    "ack": "acknowledge",
    "acknowledge": "acknowledge",
    "mitigate": "mitigate",
    "mitigated": "mitigate",
    "resolve": "resolve",
    "reopen": "reopen",
    "note": "note",
    "role": "role",
    "severity": "severity",
    "title": "title",
    "promote": "promote",
    "demote": "demote",
}
_HELP: Final = (
    "ack · note TEXT · role ROLE · severity "
    + "|".join(SEVERITIES)
    + " · title TEXT · mitigate · resolve · reopen · promote ENTRY · demote ENTRY;"
    " elsewhere than in an incident's channel with its number first: 41 ack"
)
_RECENT: Final = 500
"""Incidents whose channels are listened to."""


@dataclass(frozen=True, slots=True)
class Chat:
    """Finds the incident that is meant, and does what is asked of it."""

    desk: Desk

    def message(self, message: ChatMessage, source: str) -> None:
        """Keep what became of a message in an incident's channel.

        Raises:
            StoreError: It could not be stored.
        """
        incident = self._in_channel(message.channel)
        if incident is None:
            return
        data: dict[str, Any] = {"message": message.message, "text": message.text}
        if message.before:
            data["before"] = message.before
        event = NewEvent(
            f"message {message.change}",
            message.at,
            data,
            message.user,
            source,
            f"{source}:{message.id}",
        )
        self.desk.tell(incident.id, event)

    def command(self, asked: ChatCommand, role: Role | None, source: str) -> str:
        """Do what somebody asks; return what they are told.

        Raises:
            UsageError: They may not, or it makes no sense; the message says why.
            StoreError: It could not be stored.
        """
        words = " ".join(asked.words).replace(":", " ", 1).split(maxsplit=1)
        given = asked.value
        if words and is_number(words[0].lstrip("#")):
            given = words[0].lstrip("#")
            words = words[1].split(maxsplit=1) if words[1:] else []
        if not words or words[0] == "help":
            return _HELP
        kind = _KINDS.get(words[0].lower())
        if kind is None:
            raise UsageError(f"{words[0][:40]!r} is no command; {_HELP}")
        if role not in {"respond", "manage"}:
            raise UsageError("you may not do that; ask whoever runs runbook serve")
        incident = self._meant(given, asked.channel)
        rest = words[1] if words[1:] else ""
        done = self.desk.obey(self._command(kind, incident, rest, asked, source))
        return f"incident {done.id} is {done.status}, {done.severity}: {done.title}"

    def page(self, event: PageEvent, source: str) -> bool:
        """Keep what became of a page; False when it is about no incident of ours.

        An acknowledged page acknowledges its incident. A page that somebody resolved
        resolves nothing here: whether alerts still fire is known better.

        Raises:
            StoreError: It could not be stored.
        """
        incident = self._paged(event)
        if incident is None:
            return False
        key = f"{source}:{event.id}"
        if event.kind == "incident.acknowledged" and incident.status == "open":
            command = Command(
                "acknowledge", incident.id, event.actor, source, event.at, key=key
            )
            self.desk.obey(command)
            return True
        said = event.kind.replace("incident.", "page ").replace("_", " ")
        kind = "note added" if event.text else "page acknowledged"
        if event.kind not in {"incident.acknowledged", "incident.annotated"}:
            kind = "message posted"
        data = {"text": event.text or said, "url": event.url}
        self.desk.tell(
            incident.id, NewEvent(kind, event.at, data, event.actor, source, key)
        )
        return True

    def _command(
        self,
        kind: CommandKind,
        incident: IncidentRow,
        rest: str,
        asked: ChatCommand,
        source: str,
    ) -> Command:
        person = asked.user_name or asked.user
        severity = next((each for each in SEVERITIES if each == rest.lower()), None)
        return Command(
            kind,
            incident.id,
            person,
            source,
            self.desk.now(),
            text="" if kind in {"role", "severity"} else rest,
            role=rest if kind == "role" else "",
            person=person if kind == "role" else "",
            severity=severity if kind == "severity" else None,
            entry=rest if kind in {"promote", "demote"} else "",
            key=f"{source}:{asked.id}" if asked.id else "",
        )

    def _meant(self, given: str, channel: str) -> IncidentRow:
        if is_number(given):
            return self.desk.incident(int(given))
        found = self._in_channel(channel)
        if found is None:
            raise UsageError("this is no incident's channel; begin with its number")
        return found

    def _in_channel(self, channel: str) -> IncidentRow | None:
        recent = self.desk.incidents(everything=True, limit=_RECENT)
        return next((each for each in recent if channel in _channels(each)), None)

    def _paged(self, event: PageEvent) -> IncidentRow | None:
        prefix, _, number = event.dedup_key.rpartition(":")
        if prefix != f"rbk:{self.desk.policy.instance}" or not is_number(number):
            return None
        return self.desk.store.incident(int(number))


def _channels(incident: IncidentRow) -> set[str]:
    """Return the ids of an incident's channels, as its integrations remember them."""
    refs = incident.data.get("refs", {})
    if not isinstance(refs, Mapping):
        return set()
    return {
        str(each["channel"])
        for each in refs.values()
        if isinstance(each, Mapping) and each.get("channel")
    }
