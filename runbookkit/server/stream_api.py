"""The JSON API of streams of events: runs are appended to and read from elsewhere."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, Field, TypeAdapter

from runbookkit.model.event import Event, NewEvent
from runbookkit.moments import in_utc
from runbookkit.server.admission import Caller
from runbookkit.server.bodies import RefusedError
from runbookkit.server.incident_api import After, Events, Limit
from runbookkit.server.parts import Reader, Responder, TheDesk, TheParts

router = APIRouter(tags=["events"])

Kind = Annotated[
    str, Path(pattern=r"^[a-z]{1,32}$", description="What it is about: `run`.")
]
Name = Annotated[
    str,
    Path(
        min_length=1, max_length=200, pattern=r"^[^\x00]+$", description="Its own id."
    ),
]
_EVENT = TypeAdapter(Event)
_SHOWN = TypeAdapter(dict[str, list[NewEvent]])
_FOREIGN = ("run",)
"""Kinds of streams that others may append to; incidents are changed by commands."""


_DIGITS = 18
"""Of a number that every store can count to."""


class Streams(BaseModel):
    """Names of streams, the newest first."""

    streams: list[str]


class Append(BaseModel):
    """Events to keep behind the expected last sequence number of their stream."""

    expected: int = Field(ge=0, le=2**53)
    events: list[NewEvent] = Field(max_length=1000)


@router.get("/streams")
def streams(
    desk: TheDesk,
    _: Reader,
    kind: Annotated[str, Query(pattern=r"^[a-z]{1,32}$")] = "run",
) -> Streams:
    """Return the streams of a kind."""
    return Streams(streams=desk.store.streams(kind)[:1000])


# services, whose deploys have streams, may have a slash in their names
@router.get("/streams/{kind}/{name:path}")
def read_stream(
    desk: TheDesk,
    _: Reader,
    kind: Kind,
    name: Name,
    after: After = 0,
    limit: Limit = 200,
) -> Events:
    """Return the events of a stream behind a sequence number."""
    return Events(events=desk.store.page(f"{kind}/{name}", after, limit))


@router.post("/streams/{kind}/{name:path}")
def append(
    desk: TheDesk, caller: Responder, kind: Kind, name: Name, order: Append
) -> Events:
    """Keep events durably; 409 when somebody else appended meanwhile."""
    if kind not in _FOREIGN:
        raise RefusedError(403, f"streams of kind {kind!r} are not appended to here")
    stream = f"{kind}/{name}"
    kept = desk.store.append(
        stream,
        order.expected,
        [_signed(event, caller) for event in order.events],
    )
    for event in kept:
        desk.attach(event)
    return Events(events=kept)


def _signed(event: NewEvent, caller: Caller) -> NewEvent:
    """Return an event that can be kept; nobody signs with another one's name.

    Raises:
        RefusedError: 422, it holds what no store takes.
    """
    try:
        # as it is answered later: what cannot be shown must not be kept
        _SHOWN.dump_json({"events": [event]})
        json.dumps(event.data, allow_nan=False)
        at = in_utc(event.at)
    except (ValueError, RecursionError) as error:
        raise RefusedError(422, f"events: cannot be kept: {error}") from error
    if "\0" in event.kind + event.actor + event.source + event.key:
        raise RefusedError(422, "U+0000: no store takes it in kind, actor or key")
    return replace(event, at=at, source=f"{event.source or 'api'}:{caller.name}")


@router.get("/events")
def since(desk: TheDesk, _: Reader, after: After = 0, limit: Limit = 200) -> Events:
    """Return events of all streams behind a position."""
    return Events(events=desk.store.since(after, limit))


@router.get("/live", response_class=EventSourceResponse)
async def live(
    parts: TheParts,
    _: Reader,
    after: After = 0,
    stream: Annotated[str, Query(max_length=256)] = "",
    last_event_id: Annotated[str, Header(max_length=20)] = "",
) -> AsyncIterator[ServerSentEvent]:
    """Send events as they are kept: those behind a position, then those that come.

    A listener that reconnects with `Last-Event-ID` misses nothing.
    """
    number = last_event_id[:_DIGITS]
    position = int(number) if number.isdecimal() else after
    async for event in parts.live.events(position):
        if not stream or event.stream == stream:
            yield ServerSentEvent(
                raw_data=_EVENT.dump_json(event).decode(), id=str(event.position)
            )
