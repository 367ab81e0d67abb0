from __future__ import annotations

from datetime import UTC, datetime, timedelta

from runbookkit.incidents.durations import anchors, durations, spread
from runbookkit.model.event import Event
from runbookkit.model.timeline import Durations

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def happened(*kinds: tuple[str, float]) -> list[Event]:
    return [
        Event(n, "incident/1", n, kind, NOON + minutes(at), NOON + minutes(at))
        for n, (kind, at) in enumerate(kinds, 1)
    ]


def fired(at: float, starts: float) -> Event:
    alert = {"name": "Slow", "starts_at": (NOON + minutes(starts)).isoformat()}
    moment = NOON + minutes(at)
    data = {"alerts": [alert]}
    return Event(9, "incident/1", 9, "alert firing", moment, moment, data)


def test_every_duration_has_its_two_moments() -> None:
    events = happened(
        ("incident opened", 5),
        ("page sent", 6),
        ("incident acknowledged", 8),
        ("incident mitigated", 20),
        ("incident resolved", 30),
    )

    took = durations(anchors([*events, fired(5, 3)], pending=minutes(2)))

    assert took == Durations(minutes(4), minutes(2), minutes(19), minutes(29))


def test_what_is_missing_is_unknown_and_never_zero() -> None:
    assert durations(anchors([])) == Durations()


def test_a_measured_impact_wins_over_what_people_declared() -> None:
    data = {
        "start": (NOON - minutes(2)).isoformat(),
        "end": (NOON + minutes(7)).isoformat(),
    }
    computed = Event(8, "incident/1", 8, "impact computed", NOON, NOON, data)
    events = [*happened(("incident opened", 0), ("incident mitigated", 20)), computed]

    found = anchors([*events, fired(0, -1)])

    assert found.impact_start is not None
    assert (found.impact_start.basis, found.impact_start.entry) == ("measured", "e8")
    assert durations(found).to_mitigate == minutes(9)


def test_after_a_reopening_earlier_ends_do_not_count() -> None:
    events = happened(
        ("incident opened", 0),
        ("incident mitigated", 5),
        ("incident resolved", 10),
        ("incident reopened", 15),
    )

    found = anchors(events)

    assert (found.mitigated, found.resolved) == (None, None)


def test_a_spread_counts_the_unknown_apart() -> None:
    known = [minutes(count) for count in range(1, 11)]

    found = spread([*known, None])

    assert (found.median, found.p90) == (minutes(5), minutes(9))
    assert (found.known, found.unknown) == (10, 1)
