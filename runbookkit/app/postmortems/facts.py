"""What a postmortem can say from the record alone: facts, gathered and made plain."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from runbookkit.app.transcripts.visible import inline, visible
from runbookkit.execute.transcript import Transcript
from runbookkit.lint.people import people
from runbookkit.model.event import Event
from runbookkit.model.impact import Impact
from runbookkit.model.incident import AlertRow, IncidentRow
from runbookkit.model.timeline import Anchors, Durations, Entry

SEVERITIES: Final[Mapping[str, str]] = {
    "critical": "sev1",
    "high": "sev2",
    "medium": "sev3",
    "low": "sev4",
    "info": "sev4",
}
_NAME: Final = re.compile(r"\w[\w./:-]{0,127}")
_TAME: Final = re.compile(r"[\w .,:;/()%+'\"=?-]*")
_FREE: Final = frozenset({"note added", "message posted", "message edited"})
"""Kinds whose words are somebody's own."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart of what a step showed; ``file`` is relative to the document."""

    file: str
    words: str
    svg: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a draft is made from; nothing else gets into it."""

    incident: IncidentRow
    name: str
    """The incident's id as people write it: ``INC-12``."""
    entries: tuple[Entry, ...]
    """The curated timeline."""
    events: tuple[Event, ...]
    alerts: tuple[AlertRow, ...]
    anchors: Anchors
    durations: Durations
    drafted_on: date
    impacts: tuple[Impact, ...] = ()
    runs: tuple[Transcript, ...] = ()
    pictures: Mapping[tuple[str, int], Picture] = field(default_factory=dict)
    """By run and number of the visit."""
    owner: str = ""
    """Role or team that keeps the document going."""
    deploys: tuple[Entry, ...] = ()
    """The deploys shortly before the harm began, the last one first."""

    @property
    def started(self) -> datetime:
        """When the harm began, as far as anybody knows."""
        anchors = (self.anchors.impact_start, self.anchors.detected)
        known = (each.at for each in anchors if each is not None)
        return min((self.incident.opened_at, *known))

    @property
    def resolved(self) -> datetime | None:
        """When the incident was over; none while it is not."""
        anchor = self.anchors.resolved
        return anchor.at if anchor is not None else self.incident.resolved_at

    @property
    def within(self) -> Iterator[Entry]:
        """The entries of the timeline that lie within the incident."""
        first, last = _minute(self.started), self.resolved
        last_words = {
            str(each.data.get("objective", "")): each.id
            for each in self.entries
            if each.kind == "impact computed"
        }
        told = set(last_words.values())
        for each in self.entries:
            if each.kind == "impact computed" and each.id not in told:
                continue
            late = last is not None and _minute(each.at) > _minute(last)
            if _minute(each.at) >= first and not late:
                yield each

    @property
    def services(self) -> tuple[str, ...]:
        """The services that were harmed, by the labels of the alerts."""
        labels = (each.labels.get("service", "") for each in self.alerts)
        found = dict.fromkeys((self.incident.service, *labels))
        return tuple(filter(_is_name, found)) or ("unnamed",)

    @property
    def alert_names(self) -> tuple[str, ...]:
        """The names of the alerts that fired."""
        names = (each.labels.get("alertname", "") for each in self.alerts)
        return tuple(filter(_is_name, dict.fromkeys(names)))

    @property
    def runbooks(self) -> tuple[str, ...]:
        """The files of the runbooks that were followed."""
        paths = (each.state.runbook for each in self.runs)
        return tuple(dict.fromkeys(path.rpartition("/")[2] for path in paths))

    def of(self, *kinds: str) -> tuple[Event, ...]:
        """Return the events of some kinds."""
        return tuple(each for each in self.events if each.kind in kinds)


class Plain:
    """Texts of a record made fit to publish: roles for names, nothing that acts."""

    def __init__(self, facts: Facts) -> None:
        self._roles = dict(roles_of(facts))
        names = sorted((name for name in self._roles if name), key=len, reverse=True)
        pattern = "|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in names)
        self._known = re.compile(pattern) if pattern else None

    def who(self, actor: str) -> str:
        """Return the role of somebody."""
        return self._roles.get(actor, "a responder") if actor else ""

    def words(self, text: object) -> str:
        """Return a text as one line of markdown that names nobody.

        What holds more than words stands as code: whoever reads it sees that it is
        quoted, and the linter judges the document alone.
        """
        plain = self.nameless(str(text))
        return inline(plain) if is_tame(plain) else self.said(plain)

    def said(self, text: object) -> str:
        """Return somebody's own words, as they are, but for names."""
        line = " ".join(visible(self.nameless(str(text))).split())
        longest = max((len(run) for run in re.findall("`+", line)), default=0)
        ticks = "`" * (longest + 1)
        gap = " " if line.startswith("`") or line.endswith("`") else ""
        shown = line.replace("|", "\\|")
        return f"{ticks}{gap}{shown}{gap}{ticks}" if line else "nothing"

    def entry(self, entry: Entry) -> str:
        """Return what an entry of the timeline says."""
        if entry.kind in _FREE:
            return f"noted: {self.said(entry.text)}"
        if entry.kind == "role taken":
            return f"somebody is {self.words(entry.data.get('role', 'responsible'))}"
        return self.words(entry.text)

    def nameless(self, text: str) -> str:
        """Return a text with roles in place of known names, and no other name."""
        if self._known is not None:
            text = self._known.sub(lambda found: self._roles[found[0]], text)
        # a name that is found from its surroundings may hide another one
        for each in sorted(people(text), key=lambda one: one.start, reverse=True):
            text = f"{text[: each.start]}a colleague{text[each.end :]}"
        return text


def roles_of(facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield the role of everybody who acted; the last role that they took."""
    systems = {"auto": "runbookkit", "runbookkit": "runbookkit"}
    actors = {each.actor for each in facts.events if each.actor}
    for run in facts.runs:
        actors |= set(run.people)
    roles: dict[str, str] = {}
    for event in facts.of("role taken"):
        roles[str(event.data.get("person", ""))] = str(event.data.get("role", ""))
    for name in sorted(actors | set(roles)):
        role = roles.get(name, "")
        yield name, systems.get(name) or (f"the {role}" if role else _ON_CALL)


_ON_CALL: Final = "the on-call engineer"


def owner_of(alerts: Iterable[AlertRow], service: str) -> str:
    """Return the team that an alert names, else the one of the service."""
    teams = (each.labels.get("team", "") for each in alerts)
    fit = (each for each in teams if _is_name(each) and not any(people(each)))
    return next(fit, f"team of {service}" if _is_name(service) else "on-call")


def is_tame(text: str) -> bool:
    """Tell whether a text holds words and numbers alone.

    >>> is_tame("Do requests fail?: met, 0.23 is above 0.0144"), is_tame("<!channel>")
    (True, False)
    """
    return _TAME.fullmatch(text) is not None and "//" not in text and "??" not in text


def _is_name(text: str) -> bool:
    """Tell whether a label holds a name, and not a text that does something."""
    return _NAME.fullmatch(text) is not None


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
