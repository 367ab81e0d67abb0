"""How long detecting, acknowledging, mitigating and resolving took.

Definitions differ from house to house, so each duration names its two moments, each
moment its basis, and what is missing is unknown, never zero.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from runbookkit.incidents.timeline import entry_id
from runbookkit.model.event import Event
from runbookkit.model.timeline import Anchor, Anchors, Basis, Durations, Spread


def anchors(events: Sequence[Event], *, pending: timedelta = timedelta()) -> Anchors:
    """Return the moments that an incident's durations are counted from.

    Args:
        events: Of one incident, from the first on. The last ``impact computed``
            gives the impact: ``start`` and ``end`` in its data, RFC 3339.
        pending: How long the alert's rule waits (its ``for``): the impact began at
            least that much before the alert did.
    """
    impact = _last(events, "impact computed")
    since = _last(events, "incident reopened")
    after = since.sequence if since else 0
    late = [event for event in events if event.sequence > after]
    return Anchors(
        impact_start=_measured(impact, "start") or _first_start(events, pending),
        detected=_recorded(_first(events, "incident opened", "alert firing")),
        paged=_recorded(_first(events, "page sent")),
        acknowledged=_recorded(
            _first(events, "incident acknowledged", "page acknowledged")
        ),
        mitigated=_measured(impact, "end")
        or _recorded(_last(late, "incident mitigated"), "declared"),
        resolved=_recorded(_last(late, "incident resolved")),
        reviewed=_recorded(_last(late, "incident reviewed")),
    )


def durations(of: Anchors) -> Durations:
    """Return how long it took, from what to what ``Durations`` says."""
    return Durations(
        to_detect=_between(of.impact_start, of.detected),
        to_acknowledge=_between(of.paged, of.acknowledged),
        to_mitigate=_between(of.impact_start, of.mitigated),
        to_resolve=_between(of.impact_start, of.resolved),
    )


def spread(values: Iterable[timedelta | None]) -> Spread:
    """Return the median and the ninth decile of durations; nearest rank.

    >>> spread([timedelta(minutes=1), timedelta(minutes=9), None]).unknown
    1
    """
    every = list(values)
    known = sorted(value for value in every if value is not None)
    return Spread(
        _rank(known, 0.5), _rank(known, 0.9), len(known), len(every) - len(known)
    )


def _rank(ordered: Sequence[timedelta], share: float) -> timedelta | None:
    return ordered[math.ceil(share * len(ordered)) - 1] if ordered else None


def _between(start: Anchor | None, end: Anchor | None) -> timedelta | None:
    return None if start is None or end is None else end.at - start.at


def _first(events: Iterable[Event], *kinds: str) -> Event | None:
    return next((event for event in events if event.kind in kinds), None)


def _last(events: Sequence[Event], kind: str) -> Event | None:
    return _first(reversed(events), kind)


def _recorded(event: Event | None, basis: Basis = "recorded") -> Anchor | None:
    return None if event is None else Anchor(event.at, basis, entry_id(event))


def _measured(event: Event | None, name: str) -> Anchor | None:
    value = event.data.get(name) if event else None
    if event is None or not isinstance(value, str) or not value:
        return None
    return Anchor(datetime.fromisoformat(value), "measured", entry_id(event))


def _first_start(events: Iterable[Event], pending: timedelta) -> Anchor | None:
    starts = [
        (datetime.fromisoformat(alert["starts_at"]), entry_id(event))
        for event in events
        if event.kind == "alert firing"
        for alert in event.data.get("alerts", ())
        if alert.get("starts_at")
    ]
    if not starts:
        return None
    at, entry = min(starts)
    return Anchor(at - pending, "estimated", entry)
