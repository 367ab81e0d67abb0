"""The JSON API of incidents."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from runbookkit.app.desk import MANAGED
from runbookkit.model.command import Command, CommandKind
from runbookkit.model.event import Event
from runbookkit.model.incident import AlertRow, IncidentRow, Severity
from runbookkit.model.incident_view import MOST_SHOWN, IncidentView
from runbookkit.model.timeline import Entry
from runbookkit.moments import in_utc
from runbookkit.server.bodies import RefusedError
from runbookkit.server.parts import Reader, Responder, TheDesk, TheParts

router = APIRouter(prefix="/incidents", tags=["incidents"])

Number = Annotated[int, Path(ge=1, le=2**53, description="Number of the incident.")]
Limit = Annotated[int, Query(ge=1, le=1000, description="At most so many.")]
After = Annotated[int, Query(ge=0, le=2**53, description="Only what comes after.")]


Words = Annotated[str, Field(pattern=r"^[^\x00]*$")]
"""Text that every database takes."""
Moment = Annotated[AwareDatetime, AfterValidator(in_utc)]


class Incidents(BaseModel):
    """Incidents, the newest first."""

    incidents: list[IncidentRow]


class Entries(BaseModel):
    """Entries of a timeline."""

    entries: list[Entry]


class Alerts(BaseModel):
    """Alerts by source and fingerprint."""

    alerts: list[AlertRow]


class Events(BaseModel):
    """Events in the order they were kept."""

    events: list[Event]


@router.get("")
def list_incidents(
    desk: TheDesk,
    _: Reader,
    all: Annotated[bool, Query(description="Those that are over too.")] = False,  # noqa: A002, FBT002  the name that callers write
    limit: Annotated[int, Query(ge=1, le=10_000, description="At most so many.")] = 100,
) -> Incidents:
    """Return incidents that are not over."""
    return Incidents(incidents=desk.incidents(everything=all, limit=limit))


@router.get("/{number}")
def show_incident(
    desk: TheDesk, _: Reader, number: Number, limit: Limit = MOST_SHOWN
) -> IncidentView:
    """Return one incident with its alerts, its newest entries and its timeline.

    At most `limit` of each; `sequence` and `total` of the incident count them all.
    """
    return desk.window(number, entries=limit, alerts=limit)


@router.get("/{number}/alerts")
def alerts(
    desk: TheDesk,
    _: Reader,
    number: Number,
    skip: Annotated[int, Query(ge=0, le=2**53, description="Behind so many.")] = 0,
    limit: Limit = 200,
) -> Alerts:
    """Return the alerts of an incident, page by page."""
    return Alerts(alerts=desk.alerts(number, skip, limit))


@router.get("/{number}/timeline")
def timeline(
    desk: TheDesk,
    _: Reader,
    number: Number,
    all: Annotated[bool, Query(description="Everything, as it was kept.")] = False,  # noqa: A002, FBT002  the name that callers write
    before: Annotated[
        int, Query(ge=0, le=2**53, description="Only events before this one.")
    ] = 0,
    limit: Limit = MOST_SHOWN,
) -> Entries:
    """Return the curated timeline of the newest events, or all of these events.

    Whoever leafs back asks again with the number of the earliest one.
    """
    view = desk.window(number, before=before, entries=limit, alerts=1)
    return Entries(entries=list(view.activity if all else view.timeline))


@router.get("/{number}/events")
def events(
    desk: TheDesk, _: Reader, number: Number, after: After = 0, limit: Limit = 200
) -> Events:
    """Return the events of an incident as they were kept."""
    return Events(events=desk.events(number, after, limit))


class Order(BaseModel):
    """What is asked of an incident; the caller's token says who asks."""

    model_config = ConfigDict(extra="forbid")

    kind: CommandKind
    text: Words = Field(
        "", max_length=10_000, description="Of a note, title or edit; else why."
    )
    role: Words = Field("", max_length=80)
    person: Words | None = Field(
        "",
        max_length=200,
        description="Who takes the role; null is the caller, empty gives it up.",
    )
    severity: Severity | None = None
    into: int = Field(
        0, ge=0, le=2**53, description="The incident that a merged one goes into."
    )
    fingerprints: list[Words] = Field(
        default_factory=list,
        max_length=10_000,
        description="Alerts that a split takes along.",
    )
    entry: Words = Field(
        "", max_length=20, description="Entry that is promoted or edited: `e12`."
    )
    entry_at: Moment | None = Field(None, description="Its corrected time.")
    until: Moment | None = Field(
        None, description="When a silence ends, a day from now at the latest."
    )
    even_firing: bool = Field(
        default=False, description="Resolve although alerts fire."
    )
    key: Words = Field(
        "",
        max_length=128,
        description="A command with a key is taken once, however often it comes.",
    )


@router.post("/{number}/commands")
def command(
    parts: TheParts, caller: Responder, number: Number, order: Order
) -> IncidentRow:
    """Carry a command out; one that asks for what is so already changes nothing."""
    if order.kind in MANAGED and not caller.may("manage"):
        raise RefusedError(403, f"{order.kind} wants a token with the role manage")
    asked = order.model_dump(exclude={"fingerprints", "key", "person"})
    return parts.desk.obey(
        Command(
            **asked,
            incident=number,
            actor=caller.name,
            person=caller.name if order.person is None else order.person,
            source="api",
            at=parts.now(),
            fingerprints=tuple(order.fingerprints),
            key=f"api:{caller.name}:{order.key}" if order.key else "",
        )
    )


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
