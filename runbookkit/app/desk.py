"""What the edges do with incidents: one desk for the server and for the terminal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from runbookkit.errors import NotFoundError
from runbookkit.incidents.commands import decision
from runbookkit.incidents.timeline import activity, curated
from runbookkit.model.alert import Body, packed
from runbookkit.model.change import Deploy, deploy_event, deploy_stream
from runbookkit.model.command import Command, CommandKind
from runbookkit.model.event import Event, NewEvent
from runbookkit.model.incident import AlertRow, Changes, IncidentRow, Want
from runbookkit.model.incident_view import IncidentView
from runbookkit.model.policy import Policy
from runbookkit.model.timeline import Entry
from runbookkit.ports import IncidentStore

MANAGED: Final[frozenset[CommandKind]] = frozenset({"merge", "split"})
"""Commands that change which alerts belong together: they want the role manage."""
_KEPT_OF_DEAD: Final = 1024 * 1024
"""Bytes that are kept of a body that nobody understood."""

_DIGITS: Final = 18
"""Of a number that every store can hold."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Reads and changes incidents in one store."""

    store: IncidentStore
    now: Callable[[], datetime]
    policy: Policy = field(default_factory=Policy)

    def incidents(self, *, everything: bool, limit: int) -> list[IncidentRow]:
        """Return incidents, the newest first."""
        found = self.store.incidents(open_only=not everything, limit=limit)
        return [_read(each) for each in found]

    def incident(self, number: int) -> IncidentRow:
        """Return one incident.

        Raises:
            NotFoundError: There is none of that number.
        """
        found = self.store.incident(number)
        if found is None:
            raise NotFoundError(f"there is no incident {number}")
        return _read(found)

    def view(self, number: int) -> IncidentView:
        """Return an incident with its alerts and its timeline.

        Raises:
            NotFoundError: There is none of that number.
        """
        incident = self.incident(number)
        events = self.store.read(stream_of(number))
        return IncidentView(
            incident,
            tuple(_read_alert(each) for each in self.store.alerts(number)),
            curated(events),
            activity(events),
        )

    def window(
        self, number: int, *, before: int = 0, entries: int, alerts: int
    ) -> IncidentView:
        """Return an incident with its newest entries, and with some of its alerts.

        Its row says how many there are of both.

        Args:
            number: Of the incident.
            before: Only entries before this one, for whoever leafs back; 0 for all.
            entries: At most so many.
            alerts: At most so many; those that fire come first.

        Raises:
            NotFoundError: There is none of that number.
        """
        incident, stream = self.incident(number), stream_of(number)
        events = self.store.newest(stream, before, entries)
        # what was said of these entries later
        edits = self.store.edits(stream, before) if before else []
        return IncidentView(
            incident,
            tuple(map(_read_alert, self.store.some_alerts(number, alerts))),
            curated([*events, *edits]),
            activity(events),
        )

    def beginning(self, number: int, entries: int) -> tuple[Entry, ...]:
        """Return the first entries of an incident, as they were kept."""
        return activity(self.store.page(stream_of(number), 0, entries))

    def alerts(self, number: int, skip: int, limit: int) -> list[AlertRow]:
        """Return alerts of an incident behind so many.

        Raises:
            NotFoundError: There is none of that number.
        """
        self.incident(number)
        return [
            _read_alert(each) for each in self.store.alert_page(number, skip, limit)
        ]

    def events(self, number: int, after: int, limit: int) -> list[Event]:
        """Return events of an incident behind a sequence number.

        Raises:
            NotFoundError: There is none of that number.
        """
        self.incident(number)
        return self.store.page(stream_of(number), after, limit)

    def obey(self, command: Command) -> IncidentRow:
        """Carry a command out, and return its incident as it is then.

        Raises:
            IncidentError: It does not fit the state of the incident.
            NotFoundError: There is none of that number.
            StoreError: It could not be stored.
        """
        self.incident(command.incident)
        self.store.decide(*decision(command, self.policy))
        return self.incident(command.incident)

    def unreadable(self, source: str, body: bytes, digest: str, error: str) -> None:
        """Keep a body that nobody understood, for somebody to look at.

        Raises:
            StoreError: It could not be stored.
        """
        letter = Body(
            source,
            self.now(),
            digest,
            packed(body[:_KEPT_OF_DEAD]),
            "dead",
            error,
        )
        self.store.decide(Want(), lambda _: Changes(bodies=(letter,)))

    def dead_letters(self, limit: int) -> list[Body]:
        """Return the bodies that nobody understood, the newest first."""
        return self.store.bodies(dead_only=True, limit=limit)

    def deploy(self, deploy: Deploy, source: str) -> None:
        """Keep a deploy, also on the incidents of its service that are not over.

        Raises:
            StoreError: It could not be stored.
        """
        event = deploy_event(deploy, source)
        events = {deploy_stream(deploy.service): (event,)}
        for incident in self.store.incidents(open_only=True, limit=1000):
            if incident.service == deploy.service:
                stream = stream_of(incident.id)
                events[stream] = (replace(event, key=f"{event.key}:{stream}"),)
        self.store.decide(Want(), lambda _: Changes(events=events))

    def attach(self, event: Event) -> None:
        """Show a run on its incident, if this event is the beginning of one.

        Raises:
            StoreError: It could not be stored.
        """
        number = str(event.data.get("incident", ""))
        if event.kind != "run started" or not is_number(number):
            return
        if self.store.incident(int(number)) is None:
            return
        run = event.stream.partition("/")[2]
        runbook = str(event.data.get("runbook", ""))
        data = {"text": f"run {run} of {runbook}", "run": run, "runbook": runbook}
        attached = NewEvent(
            "run attached", event.at, data, event.actor, event.source, f"run:{run}"
        )
        self.tell(int(number), attached)

    def tell(self, number: int, event: NewEvent) -> None:
        """Keep something that was seen of an incident.

        Raises:
            StoreError: It could not be stored.
        """
        events = {stream_of(number): (event,)}
        self.store.decide(Want(), lambda _: Changes(events=events))


def _read(incident: IncidentRow) -> IncidentRow:
    """Return it with its data read: a store may put that off."""
    return replace(incident, data=dict(incident.data))


def _read_alert(alert: AlertRow) -> AlertRow:
    return replace(
        alert, labels=dict(alert.labels), annotations=dict(alert.annotations)
    )


def is_number(text: str) -> bool:
    """Return whether a text can be the number of an incident.

    >>> is_number("41"), is_number("9" * 40), is_number("-1")
    (True, False, False)
    """
    return text.isdecimal() and len(text) <= _DIGITS


def stream_of(number: int) -> str:
    """Return the stream of an incident."""
    return f"incident/{number}"
