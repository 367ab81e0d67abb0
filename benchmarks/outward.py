"""One process that does the jobs of incidents outside, to be killed at any moment."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from runbookkit.app.effecting import Alarms, Effects
from runbookkit.app.retrying import Patience
from runbookkit.app.working import Crew, Station, Worker
from runbookkit.errors import StoreError
from runbookkit.model.effect import EffectKind
from runbookkit.model.job import NewJob
from runbookkit.notifiers import pagerduty, slack
from runbookkit.ports import Notifier
from runbookkit.store.log import Log
from runbookkit.store.open import open_store

LEASE = timedelta(seconds=3)
CALL_SECONDS = 0.25
PATIENCE = Patience(timedelta(milliseconds=20), timedelta(milliseconds=250), 5, 100_000)
"""Ten minutes of an outage last a second here, so waits are as much shorter."""


class SteppingClock:
    """The time of this machine, and what it is wrong by."""

    def __init__(self, wrong_by: Any) -> None:
        self._wrong_by = wrong_by

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._wrong_by.value)

    def sleep(self, duration: timedelta) -> None:
        time.sleep(duration.total_seconds())


@dataclass(frozen=True)
class Outside:
    """Where the store and the doubles are."""

    store: str
    slack: str
    slack_token: str
    pagerduty: str
    routing_key: str
    token: str


def job(
    incident: int, kind: EffectKind, name: str, at: datetime, text: str = ""
) -> NewJob:
    queue = "pagerduty" if "page" in kind else "slack"
    data = {"text": text} if text else {}
    key = f"{incident}:{queue} {kind}:{name}"
    return NewJob(key, kind, queue, f"incident/{incident}", at, data)


def patiently(call: Callable[[], Any]) -> Any:
    """Call until the database is there."""
    end = time.monotonic() + 60
    while True:
        try:
            return call()
        except StoreError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def drained(store: Log, seconds: float) -> list[str]:
    """Wait until nothing is left to do; return what is stuck or dead."""
    end = time.monotonic() + seconds
    while (waiting := patiently(store.waiting)) and time.monotonic() < end:
        time.sleep(0.05)
    stuck = [f"stuck: {each.key} ({each.attempts}: {each.error})" for each in waiting]
    dead = [f"dead: {each.key}: {each.error}" for each in patiently(store.dead)]
    return stuck + dead


def work(outside: Outside, wrong_by: Any) -> None:
    """Do what is due until this process is killed."""
    clock = SteppingClock(wrong_by)
    store = patiently(lambda: open_store(outside.store, clock=clock.now))
    notifiers: dict[str, Notifier] = {
        "slack": slack.connect(
            slack.Config(
                outside.slack_token, base_url=outside.slack, seconds=CALL_SECONDS
            ),
            clock=clock,
        ),
        "pagerduty": pagerduty.connect(
            pagerduty.Config(
                outside.routing_key,
                outside.token,
                events_url=outside.pagerduty,
                api_url=outside.pagerduty,
                seconds=CALL_SECONDS,
            ),
            clock=clock,
        ),
    }
    effects = Effects(store, notifiers, clock, status_every=timedelta(milliseconds=200))
    kinds = {kind for each in notifiers.values() for kind in each.kinds}

    def worker(station: Station) -> Worker:
        return Worker(
            store,
            dict.fromkeys(kinds, effects),
            station,
            clock=clock,
            alarm=Alarms(notifiers, (), clock),
            jitter=random.random,
            patience=PATIENCE,
        )

    process = uuid.uuid4().hex
    stations = [
        Station(f"{process}/{queue}{number}", (queue,), LEASE)
        for queue in notifiers
        for number in range(2)
    ]
    crew = Crew(
        worker,
        stations,
        idle=timedelta(milliseconds=20),
        complain=lambda _: None,  # the database is away, as it is meant to be
    )
    crew.start()
    time.sleep(3600)
