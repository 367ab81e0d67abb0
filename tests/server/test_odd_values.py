"""Values that JSON allows and a calendar, a number or a database does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runbookkit.app.desk import Desk
from runbookkit.app.following import poll
from runbookkit.model.serving import ServeOptions
from runbookkit.server.assembly import assembled
from runbookkit.store.open import open_store
from server.listening import Site, listening
from server.test_inbound import pager, slack, typed
from server.whole import (
    BOSS,
    NOON,
    SOURCES,
    TOKENS,
    alert,
    delivery,
    fired,
    server,
)
from servers import postgres

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
HUGE = "9" * 40
NUL = "a\0b"
BEFORE_TIME = "0001-01-01T00:00:00+14:00"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Desk]]:
    with server(tmp_path_factory.mktemp("odd")) as found:
        yield found


@pytest.fixture(scope="module")
def site(served: tuple[Site, Desk]) -> Site:
    return served[0]


def append(site: Site, **event: Any) -> int:
    told = {"kind": "note", "at": "2026-11-20T12:00:00Z", **event}
    answer = site.post(
        "/api/v1/streams/run/odd",
        {"expected": 0, "events": [told]},
        authorization=f"Bearer {BOSS}",
        content_type="application/json",
    )
    return answer.status


def test_a_moment_that_utc_does_not_have_is_refused(site: Site) -> None:
    told = {"service": "api", "at": BEFORE_TIME}

    assert site.post("/webhooks/deploys/ci", told).status == 422
    assert append(site, at=BEFORE_TIME) == 422


def test_the_number_of_an_incident_that_no_database_has_is_nobodys(site: Site) -> None:
    said = [
        slack(site, typed(f"{digits} ack", trigger=digits[:50])).json["text"]
        for digits in (HUGE, "9" * 5000)
    ]

    assert pager(site, int(HUGE), "resolved").json == {"status": "ignored"}
    assert append(site, kind="run started", data={"incident": HUGE}) == 200
    assert all("is no command" in each for each in said)


@pytest.mark.parametrize(
    "event",
    [
        {"data": {"a": "\ud800"}},
        {"data": {"a": float("nan")}},
        {"actor": "\ud800"},
        {"key": NUL},
    ],
    ids=["half a sign", "no number", "a name that is no text", "NUL"],
)
def test_an_event_that_cannot_be_shown_again_is_not_kept(
    site: Site, event: dict[str, Any]
) -> None:
    assert append(site, **event) == 422


def test_an_event_of_too_many_levels_is_not_kept(site: Site) -> None:
    deep: list[Any] = []
    for _ in range(500):
        deep = [deep]

    assert append(site, data={"a": deep}) == 422
    assert site.get("/api/v1/events", authorization=f"Bearer {BOSS}").status == 200


def test_a_command_with_a_nul_is_refused(site: Site) -> None:
    number = fired(site)

    answers = [
        site.post(
            f"/api/v1/incidents/{number}/commands",
            {"kind": "note", "text": "x", name: NUL},
            authorization=f"Bearer {BOSS}",
            content_type="application/json",
        ).status
        for name in ("text", "key", "person")
    ]

    assert answers == [422, 422, 422]


@pytest.mark.program
def test_a_nul_that_a_sender_sends_is_kept_by_postgresql_too(tmp_path: Path) -> None:
    odd = alert(service=NUL, pod="\\u0000", **{"x\0": NUL})
    odd |= {"generatorURL": NUL, "annotations": {"summary": NUL}}
    options = ServeOptions(sources=SOURCES, tokens=TOKENS)
    with postgres(tmp_path) as url:
        store = open_store(url, clock=lambda: NOON)
        desk = Desk(store, lambda: NOON)
        whole = assembled(desk, options, poll, lambda: NOON)
        with listening(whole.app, whole.end_live) as site:
            answers = [
                site.post("/webhooks/alertmanager/prod", delivery(odd)),
                site.post("/webhooks/deploys/ci", {"service": NUL, "id": NUL}),
                slack(site, typed(f"1 title {NUL}", trigger=NUL)),
            ]
        whole.close()
        view = desk.view(1)
        store.close()

    assert [each.status for each in answers] == [200, 200, 200]
    assert view.alerts[0].labels["service"] == "a\ufffdb"
    assert view.alerts[0].labels["pod"] == "\\u0000"
    assert view.incident.title == "ab"
