"""Where the payloads decide an order, the order they come in does not matter."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given, settings, strategies as st

from deliveries import alert, deliver
from memory import Memory

SERVICES = ("shop", "search")


@dataclass(frozen=True)
class Told:
    """What one webhook says of one alert, in minutes after noon."""

    service: str
    name: str
    start: int
    end: int | None


@st.composite
def webhooks(draw: st.DrawFn) -> list[list[Told]]:
    """Draw webhooks in which every resolve is older than the last start.

    A resolve that ended before the latest start that is known is stale whenever it
    comes; one of the latest episode would be told from a repeated start by nothing.
    """
    told: list[Told] = []
    for service in SERVICES:
        for name in ("Slow", "Down"):
            starts = draw(st.lists(st.integers(0, 50), max_size=4, unique=True))
            told += [Told(service, name, start, None) for start in starts]
            if starts:
                last = max(starts)
                ends = draw(st.lists(st.integers(0, last), max_size=3))
                told += [Told(service, name, max(end - 3, 0), end) for end in ends]
    groups = draw(st.lists(st.integers(0, 3), min_size=len(told), max_size=len(told)))
    return [
        _each_once([each for each, of in zip(told, groups, strict=True) if of == group])
        for group in range(4)
    ]


def _each_once(told: list[Told]) -> list[Told]:
    """A webhook tells of an alert once: here of its latest start, where it can."""
    ordered = sorted(told, key=lambda each: (each.end is None, each.start))
    return list({(each.service, each.name): each for each in ordered}.values())


def outcome(order: list[list[Told]]) -> object:
    """Return what is known once the webhooks have come in this order."""
    store = Memory()
    for webhook in order:
        alerts = [
            alert(each.name, each.start, each.end, service=each.service)
            for each in webhook
        ]
        deliver(store, 60, *alerts)
    rows = {
        name: (row.status, row.starts_at, store.incidents[row.incident].key)
        for name, row in store.alerts.items()
        if row.status == "firing"
    }
    incidents = {row.key: (row.status, row.firing) for row in store.open()}
    fired = {key: values for key, values in incidents.items() if values[1]}
    return rows, fired


@settings(deadline=None)
@given(st.data())
def test_webhooks_commute_where_their_times_decide(data: st.DataObject) -> None:
    order = data.draw(webhooks())
    other = data.draw(st.permutations(order))

    assert outcome(order) == outcome(other)
