"""What becomes of old bodies, on every store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from runbookkit.app.forgetting import Forgetting
from runbookkit.model.alert import Body, BodyState, packed
from runbookkit.model.incident import Changes, Want
from runbookkit.store.log import Log

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
Open = Callable[[], Log]


@dataclass(frozen=True)
class Stopped:
    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def sleep(self, duration: timedelta) -> None:
        raise NotImplementedError


def emptied(store: Log) -> Log:
    """Return a store without the bodies of other tests, which share a database."""
    later = Stopped(NOON + timedelta(days=10_000))
    Forgetting(store, later, pytest.fail, 1, 1).once()
    return store


def kept(store: Log, days: int, state: BodyState = "kept") -> str:
    """Keep a body that came some days ago; returns its digest."""
    at = NOON - timedelta(days=days)
    body = Body("prod", at, str(uuid4()), packed(b"{}"), state)
    store.decide(Want(), lambda _: Changes(bodies=(body,)))
    return body.digest


def left(store: Log, digests: list[str]) -> list[str]:
    there = {body.digest for body in store.bodies(dead_only=False, limit=10_000)}
    return [digest for digest in digests if digest in there]


def forgetting(store: Log, days: int, dead_days: int) -> Forgetting:
    return Forgetting(store, Stopped(), pytest.fail, days, dead_days, at_once=2)


def test_bodies_are_deleted_once_they_are_old_however_many_there_are(
    opened: Open,
) -> None:
    store = emptied(opened())
    old = [kept(store, 31) for _ in range(5)]
    young = [kept(store, 29)]

    forgotten = forgetting(store, 30, 365).once()

    assert forgotten == 5
    assert left(store, old + young) == young
    assert forgetting(store, 28, 365).once() == 1


def test_bodies_that_nobody_understood_are_kept_longer(opened: Open) -> None:
    store = emptied(opened())
    dead = [kept(store, days, "dead") for days in (366, 366, 366, 364)]
    old = kept(store, 366)

    forgetting(store, 30, 365).once()

    assert left(store, [*dead, old]) == dead[3:]
    assert forgetting(store, 30, 363).once() == 1


def test_nothing_is_deleted_where_bodies_are_kept_for_ever(opened: Open) -> None:
    store = emptied(opened())
    bodies = [kept(store, 3000), kept(store, 3000, "dead")]

    assert forgetting(store, 0, 0).once() == 0

    assert left(store, bodies) == bodies
    assert forgetting(store, 1, 1).once() == 2
