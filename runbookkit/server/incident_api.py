"""The JSON API of incidents."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from runbookkit.model.desk import IncidentView
from runbookkit.model.event import Event
from runbookkit.model.incident import AlertRow, IncidentRow
from runbookkit.model.timeline import Entry
from runbookkit.server.parts import Reader, TheDesk

router = APIRouter(prefix="/incidents", tags=["incidents"])

Number = Annotated[int, Path(ge=1, le=2**53, description="Number of the incident.")]
Limit = Annotated[int, Query(ge=1, le=1000, description="At most so many.")]
After = Annotated[int, Query(ge=0, le=2**53, description="Only what comes after.")]


class Incidents(BaseModel):
    """Incidents, the newest first."""

    incidents: list[IncidentRow]


class Entries(BaseModel):
    """Entries of a timeline."""

    entries: list[Entry]


class Alerts(BaseModel):
    """Alerts of an incident."""

    alerts: list[AlertRow]


class Events(BaseModel):
    """Events in the order they were kept."""

    events: list[Event]


@router.get("")
def list_incidents(
    desk: TheDesk,
    _: Reader,
    all: Annotated[bool, Query(description="Those that are over too.")] = False,  # noqa: A002, FBT002  the name that callers write
    limit: Limit = 100,
) -> Incidents:
    """Return incidents that are not over."""
    return Incidents(incidents=desk.incidents(everything=all, limit=limit))


@router.get("/{number}")
def show_incident(desk: TheDesk, _: Reader, number: Number) -> IncidentView:
    """Return one incident with its alerts, its timeline and its activity."""
    return desk.view(number)


@router.get("/{number}/timeline")
def timeline(
    desk: TheDesk,
    _: Reader,
    number: Number,
    all: Annotated[bool, Query(description="Everything, as it was kept.")] = False,  # noqa: A002, FBT002  the name that callers write
) -> Entries:
    """Return the curated timeline, or all activity."""
    view = desk.view(number)
    return Entries(entries=list(view.activity if all else view.timeline))


@router.get("/{number}/events")
def events(
    desk: TheDesk, _: Reader, number: Number, after: After = 0, limit: Limit = 200
) -> Events:
    """Return the events of an incident as they were kept."""
    return Events(events=desk.events(number, after, limit))


class DeadLetter(BaseModel):
    """A body that nobody understood."""

    id: int
    source: str
    received_at: datetime
    digest: str
    error: str
    size: int
    text: str


class DeadLetters(BaseModel):
    """Bodies that nobody understood, the newest first."""

    dead_letters: list[DeadLetter]


letters = APIRouter(prefix="/dead-letters", tags=["webhooks"])
_SHOWN = 4096


@letters.get("")
def dead_letters(desk: TheDesk, _: Reader, limit: Limit = 100) -> DeadLetters:
    """Return the bodies that were refused with 422, the newest first."""
    return DeadLetters(
        dead_letters=[
            DeadLetter(
                id=each.id,
                source=each.source,
                received_at=each.received_at,
                digest=each.digest,
                error=each.error,
                size=len(each.raw),
                text=each.raw[:_SHOWN].decode("utf-8", "replace"),
            )
            for each in desk.dead_letters(limit)
        ]
    )
