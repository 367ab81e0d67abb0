"""What goes on beside the requests: timers, and asking what fires."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from doubles.served import Reply, Request, served
from runbookkit.app.attending import attendance_of
from runbookkit.app.desk import Desk
from runbookkit.app.receiving import keeper, reader
from runbookkit.clock import SystemClock
from runbookkit.model.asking import Asked
from runbookkit.model.options import Configuration
from runbookkit.model.policy import Policy
from runbookkit.model.serving import ServeOptions, Source
from runbookkit.settings import Loaded
from runbookkit.store.sqlite import SqliteStore
from server.whole import alert, delivery
from servers import wait_for

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
POLICY = Policy(resolve_grace=timedelta(), settle_after=timedelta())


@contextmanager
def desk(folder: Path) -> Iterator[Desk]:
    store = SqliteStore(folder / "log.sqlite", clock=SystemClock().now)
    yield Desk(store, SystemClock().now, POLICY)
    store.close()


def received(desk: Desk, *alerts: Any) -> None:
    body = delivery(*alerts)
    webhook = reader(desk.policy)("prod", body, desk.now())
    keeper(desk.store)(webhook).result()


def test_an_incident_settles_by_itself_once_its_alerts_are_quiet(
    tmp_path: Path,
) -> None:
    loaded = Loaded(Configuration(incidents=POLICY), str(tmp_path))
    ended = {"endsAt": datetime.now(UTC).isoformat()}

    with desk(tmp_path) as at:
        attendance = attendance_of(
            at.store, loaded, {}, clock=SystemClock(), complain=pytest.fail
        )
        received(at, alert(service="checkout"))
        received(at, alert(status="resolved", service="checkout") | ended)
        attendance.start()
        wait_for(lambda: at.incident(1).status == "resolved")
        attendance.close()


def test_a_server_asks_its_senders_as_soon_as_it_starts(tmp_path: Path) -> None:
    asked: list[str] = []

    def answer(request: Request) -> Reply:
        asked.append(request.path)
        status = {"uptime": "2026-01-01T00:00:00.000Z"}
        return Reply(status if request.path.endswith("/status") else [])

    with desk(tmp_path) as at, served(answer) as url:
        source = Source(asked=Asked(alertmanagers=(url,)))
        options = ServeOptions(sources={"prod": source})
        loaded = Loaded(Configuration(serve=options, incidents=POLICY), str(tmp_path))
        attendance = attendance_of(
            at.store, loaded, {}, clock=SystemClock(), complain=pytest.fail
        )
        received(at, alert(service="checkout"))
        attendance.start()
        wait_for(lambda: at.incident(1).firing == 0)
        attendance.close()

    assert "/api/v2/alerts" in asked
