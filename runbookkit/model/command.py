"""What people ask of incidents: from the terminal, a page, the API or a chat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from runbookkit.model.base import Data
from runbookkit.model.incident import Severity

CommandKind = Literal[
    "acknowledge",
    "mitigate",
    "resolve",
    "reopen",
    "review",
    "note",
    "role",
    "severity",
    "title",
    "silence",
    "merge",
    "split",
    "promote",
    "demote",
    "edit",
]


@dataclass(frozen=True, slots=True)
class Command(Data):
    """What somebody asks of one incident."""

    kind: CommandKind
    incident: int
    actor: str
    source: str
    """Where it was asked: ``terminal``, ``web``, ``slack``, ``api``."""
    at: datetime
    text: str = ""
    """Of a note, a title or an edit; else why."""
    role: str = ""
    person: str = ""
    """Who takes the role; empty gives it up."""
    severity: Severity | None = None
    into: int = 0
    """The incident that a merged one goes into."""
    fingerprints: tuple[str, ...] = ()
    """Alerts that a split takes along."""
    entry: str = ""
    """The entry of the timeline that is promoted, demoted or edited: ``e12``."""
    entry_at: datetime | None = None
    """The time that an edit corrects it to."""
    until: datetime | None = None
    """When a silence ends, at the latest."""
    even_firing: bool = False
    """Resolve although alerts fire: they count as resolved until they are heard of."""
    key: str = ""
    """A command with a key is taken once, however often it comes."""
