"""The timeline of an incident as a projection of its events.

Two layers: the *activity* is every event in the order it was kept, chained by
digests; the *curated* timeline is what belongs to the story, in the order of its own
times. What people promote, demote or edit are events too, so the original stays.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from runbookkit.incidents.wording import worded
from runbookkit.model.event import Event
from runbookkit.model.timeline import Entry

CURATED: Final = frozenset(
    {
        "incident opened",
        "incident acknowledged",
        "incident mitigated",
        "incident resolved",
        "incident reopened",
        "incident reviewed",
        "incident merged",
        "incident split",
        "severity changed",
        "role taken",
        "alert firing",
        "alert resolved",
        "alert fired again",
        "state unknown",
        "state known",
        "gap found",
        "silence made",
        "silence ended",
        "deploy seen",
        "note added",
        "page sent",
        "page acknowledged",
        "page failed",
        "effect failed",
        "run attached",
        "impact computed",
    }
)
"""Kinds that belong to the story unless somebody demotes them."""
_OVERLAY: Final = frozenset({"entry promoted", "entry demoted", "entry edited"})
_CLOCK_ERROR: Final = timedelta(seconds=60)


def activity(events: Sequence[Event]) -> tuple[Entry, ...]:
    """Return everything that happened, in the order it was kept.

    Args:
        events: Of one incident. Where they do not begin with the first one, their
            entries have no digests.
    """
    whole = not events or events[0].sequence == 1
    digests = chain(events) if whole else [""] * len(events)
    return tuple(
        _entry(event, digest) for event, digest in zip(events, digests, strict=True)
    )


def curated(events: Sequence[Event]) -> tuple[Entry, ...]:
    """Return the story, in the order of its own times, as people corrected it."""
    entries = {entry.id: entry for entry in activity(events)}
    for event in events:
        if event.kind in _OVERLAY:
            entry = entries.get(str(event.data.get("entry", "")))
            if entry is not None:
                entries[entry.id] = _overlaid(entry, event)
    story = [entry for entry in entries.values() if entry.curated]
    return tuple(sorted(story, key=lambda entry: (entry.at, int(entry.id[1:]))))


def chain(events: Iterable[Event]) -> list[str]:
    """Return the digest of each event together with all before it.

    Whoever kept the last one can tell later whether any of them was changed.
    """
    digests: list[str] = []
    last = ""
    for event in events:
        last = hashlib.sha256(f"{last}\n{_canonical(event)}".encode()).hexdigest()
        digests.append(last)
    return digests


def entry_id(event: Event) -> str:
    """Return the name that other texts cite an event by."""
    return f"e{event.sequence}"


def _entry(event: Event, digest: str) -> Entry:
    return Entry(
        id=entry_id(event),
        at=event.at,
        recorded_at=event.recorded_at,
        kind=event.kind,
        text=worded(event.kind, event.data),
        source=event.source,
        actor=event.actor,
        curated=event.kind in CURATED,
        ahead=event.at > event.recorded_at + _CLOCK_ERROR,
        digest=digest,
        data=event.data,
    )


def _overlaid(entry: Entry, event: Event) -> Entry:
    if event.kind != "entry edited":
        return replace(entry, curated=event.kind == "entry promoted")
    return replace(
        entry,
        text=str(event.data.get("text") or entry.text),
        at=_moment(event.data.get("at")) or entry.at,
        edited_by=event.actor,
        original=entry.original or entry.text,
    )


def _canonical(event: Event) -> str:
    fields = (
        event.stream,
        event.sequence,
        event.kind,
        event.at.astimezone(UTC).isoformat(),
        event.recorded_at.astimezone(UTC).isoformat(),
        event.actor,
        event.source,
        event.key,
        dict(event.data),
    )
    return json.dumps(fields, sort_keys=True, separators=(",", ":"))


def _moment(value: object) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) and value else None
