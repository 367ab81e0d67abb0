from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest

from deliveries import alert, body, read
from doubles.clocks import NOON, StillClock
from runbookkit.app.reconciling import EVERY, Reconciler, Senders, senders_of
from runbookkit.incidents import intake, timers
from runbookkit.incidents.alertmanager import fingerprint
from runbookkit.model.answer import Answer, Ask
from runbookkit.model.asking import Asked
from runbookkit.model.policy import Policy
from runbookkit.store.sqlite import SqliteStore

POLICY = Policy()
PAIR = Asked(("http://am-1.example/", "http://am-2.example"), "team.a")


class Alertmanager:
    """Answers as two instances do; one that is down refuses."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.down: set[str] = set()
        self.asked: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        if request.url.host in self.down:
            return httpx2.Response(503, json="not ready")
        if request.url.path == "/api/v2/status":
            return httpx2.Response(200, json={"uptime": "2026-11-20T08:00:00.892Z"})
        return httpx2.Response(200, content=json.dumps(list(map(listed, self.names))))


def listed(name: str) -> dict[str, object]:
    labels = {"alertname": name}
    return {
        "labels": labels,
        "annotations": {},
        "startsAt": "2026-11-20T11:00:00.000Z",
        "endsAt": "2026-11-20T12:30:00.000Z",
        "fingerprint": fingerprint(labels),
        "status": {"state": "active", "silencedBy": [], "inhibitedBy": []},
    }


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def store(tmp_path: Path, clock: StillClock) -> Iterator[SqliteStore]:
    store = SqliteStore(tmp_path / "log.sqlite", clock=clock.now)
    raw = body([alert()])
    store.decide(*intake.decision(read(raw), raw, POLICY))
    yield store
    store.close()


def reconciler(
    store: SqliteStore, clock: StillClock, sender: Alertmanager, said: list[str]
) -> Reconciler:
    transport = httpx2.MockTransport(sender)
    senders = senders_of({"prod": PAIR}, {}, clock=clock, transport=transport)
    return Reconciler(store, POLICY, senders, clock, said.append)


def test_both_of_a_pair_are_asked_for_what_they_send_to_us(
    store: SqliteStore, clock: StillClock
) -> None:
    sender, said = Alertmanager(), list[str]()

    reconciler(store, clock, sender, said).once(NOON)

    alerts = [each for each in sender.asked if each.url.path.endswith("/alerts")]
    assert [each.url.host for each in alerts] == ["am-1.example", "am-2.example"]
    assert alerts[0].url.params["receiver"] == r"^team\.a$"
    assert not said


def test_what_is_listed_no_more_is_resolved_after_the_grace(
    store: SqliteStore, clock: StillClock
) -> None:
    clock.time += timedelta(minutes=1)
    reconciler(store, clock, Alertmanager(), []).once(NOON)
    row = store.incident(1)
    assert row is not None
    assert row.firing == 0

    clock.time += POLICY.resolve_grace
    lease = timedelta(minutes=1)
    job = store.claim("here/1", ["timer"], clock.now(), lease)
    assert job is not None
    store.decide(*timers.decision(job, clock.now(), POLICY))

    row = store.incident(1)
    assert row is not None
    assert row.status == "resolved"


def test_one_that_is_down_is_told_and_the_other_one_counts(
    store: SqliteStore, clock: StillClock
) -> None:
    sender, said = Alertmanager(), list[str]()
    sender.names, sender.down = ["Slow", "Lost"], {"am-1.example"}
    clock.time += timedelta(minutes=5)

    reconciler(store, clock, sender, said).once(NOON)

    assert [row.title for row in store.incidents(open_only=True)] == ["Lost", "Slow"]
    assert said == ["http://am-1.example/api/v2/alerts: answers 503"]


def test_where_both_are_down_it_is_unknown_and_not_closed(
    store: SqliteStore, clock: StillClock
) -> None:
    sender, said = Alertmanager(), list[str]()
    sender.down = {"am-1.example", "am-2.example"}

    reconciler(store, clock, sender, said).once(NOON)

    row = store.incident(1)
    assert row is not None
    assert (row.status, row.unknown_since) == ("open", NOON)
    assert len(said) == 2


def test_it_asks_at_the_start_and_every_minute_until_the_end(
    store: SqliteStore, clock: StillClock
) -> None:
    sender = Alertmanager()
    waits: list[timedelta] = []

    def wait(duration: timedelta) -> bool:
        waits.append(duration)
        return len(waits) == 3

    reconciler(store, clock, sender, []).run(wait)

    assert waits == [EVERY] * 3
    assert len(sender.asked) == 3 * 4


class Prometheus:
    """A backend on which one alert fires."""

    name = "prometheus"
    languages: tuple[str, ...] = ("promql",)

    def ask(self, ask: Ask) -> Answer:
        since = datetime(2026, 11, 20, 11, tzinfo=UTC).timestamp()
        series = [{"labels": {"alertname": "Other"}, "value": since}]
        nothing = timedelta()
        return Answer("instant", {"series": series}, "", ask.text, NOON, nothing)

    def link(self, _: Ask) -> str:
        return ""


def test_where_no_alertmanager_can_be_asked_prometheus_is(clock: StillClock) -> None:
    asked = Asked(backend="prometheus")
    senders = Senders("prod", asked, clock=clock, backend=Prometheus())

    listing, said = senders.listing()

    assert listing is not None
    assert [each.alert.labels["alertname"] for each in listing.alerts] == ["Other"]
    assert not listing.exact
    assert not said


def test_a_silent_watchdog_is_an_incident(
    store: SqliteStore, clock: StillClock
) -> None:
    senders = senders_of({"prod": Asked(watchdog=True)}, {}, clock=clock)
    clock.time += POLICY.watchdog_after

    Reconciler(store, POLICY, senders, clock, print).once(NOON)

    assert store.incidents(open_only=True)[0].title == "No sign of life from prod"


def test_it_is_known_when_each_source_was_heard_of_last(
    store: SqliteStore, clock: StillClock
) -> None:
    sender = Alertmanager()
    at = reconciler(store, clock, sender, [])
    clock.time += timedelta(minutes=1)
    at.once(NOON)
    sender.down = {"am-1.example", "am-2.example"}
    clock.time += timedelta(minutes=1)
    at.once(NOON)
    never = reconciler(store, clock, sender, [])
    never.once(NOON)
    senders = senders_of({"prod": Asked(watchdog=True)}, {}, clock=clock)
    watching = Reconciler(store, POLICY, senders, clock, print)
    watching.once(NOON)

    assert at.rounds.answered == {"prod": NOON + timedelta(minutes=1)}
    assert never.rounds.answered == {"prod": NOON}
    assert watching.rounds.watchdog == {"prod": NOON}
