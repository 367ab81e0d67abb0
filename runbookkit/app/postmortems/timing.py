"""Moments and durations of an incident, with what each is counted from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from runbookkit.app.postmortems.facts import Facts
from runbookkit.app.words import rfc3339, span
from runbookkit.model.timeline import Anchor

_BASIS: Final = {
    "measured": "measured by the objective",
    "recorded": "recorded",
    "declared": "declared by a person",
    "estimated": "estimated from the alert's own start",
}


def durations(facts: Facts) -> str:
    """Return the table of durations, each with its definition."""
    of = facts.durations
    rows = (
        (
            "time to detect",
            of.to_detect,
            "from the start of the harm to the first alert",
        ),
        ("time to acknowledge", of.to_acknowledge, "from the first page to the answer"),
        ("time to mitigate", of.to_mitigate, "from the start of the harm to its end"),
        ("time to resolve", of.to_resolve, "from the start of the harm to the closing"),
    )
    lines = ["| duration | value | definition |", "|---|---|---|"]
    lines += [f"| {name} | {span(value)} | {how} |" for name, value, how in rows]
    return "\n".join(lines)


def moments(facts: Facts) -> str:
    """Return the table of moments, each with how it is known."""
    anchors = facts.anchors
    rows = (
        ("harm began", anchors.impact_start),
        ("detected", anchors.detected),
        ("paged", anchors.paged),
        ("acknowledged", anchors.acknowledged),
        ("harm ended", anchors.mitigated),
        ("resolved", anchors.resolved),
    )
    lines = ["| moment | time | how it is known |", "|---|---|---|"]
    lines += [f"| {name} | {_at(anchor)} | {_how(anchor)} |" for name, anchor in rows]
    return "\n".join(lines)


def _at(anchor: Anchor | None) -> str:
    return "unknown" if anchor is None else rfc3339(anchor.at)


def _how(anchor: Anchor | None) -> str:
    if anchor is None:
        return "nothing in the record says it"
    entry = f", {anchor.entry}" if anchor.entry else ""
    return _BASIS[anchor.basis] + entry


def front_times(facts: Facts) -> Iterator[tuple[str, datetime]]:
    """Yield the times of the front matter; what is not known, or cannot be, is not there.

    Harm that ended before anybody saw it, or after the incident was closed, has no
    end that front matter can hold: the closing stands for it.
    """
    detected = facts.anchors.detected
    began = facts.started
    seen = detected.at if detected is not None else facts.incident.opened_at
    over = facts.resolved
    yield "started", began
    yield "detected", seen
    acknowledged = facts.anchors.acknowledged
    if acknowledged is not None and _between(acknowledged.at, seen, over):
        yield "acknowledged", acknowledged.at
    mitigated = facts.anchors.mitigated
    if mitigated is not None and _between(mitigated.at, seen, over):
        yield "mitigated", mitigated.at
    elif over is not None:
        yield "mitigated", over
    if over is not None:
        yield "resolved", over


def _between(at: datetime, first: datetime, last: datetime | None) -> bool:
    return first <= at and (last is None or at <= last)
