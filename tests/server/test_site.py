"""What the API and the pages answer, and to whom."""

from __future__ import annotations

import http.client
from pathlib import Path

import pytest

from runbookkit.model.event import NewEvent
from server.sites import (
    HOSTILE,
    NOON,
    READ,
    RESPOND,
    bearer,
    login,
    opened,
    site,
    tokens,
)

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
PLACES = ("/", "/incidents/1", "/dead-letters", "/api/v1/incidents", "/api/v1/live")


@pytest.mark.parametrize("place", [*PLACES, "/metrics", "/api/v1/streams/run/a"])
def test_nothing_is_shown_to_who_proves_nothing(tmp_path: Path, place: str) -> None:
    with site(tmp_path, tokens()) as (web, _):
        assert web.get(place).status == 401
        assert web.get(place, **bearer("x" * 32)).status == 401


def test_a_browser_sends_a_token_as_its_password(tmp_path: Path) -> None:
    with site(tmp_path, tokens()) as (web, _):
        answer = web.get("/", **login(READ))

    assert answer.status == 200
    assert b"Open incidents" in answer.body


def test_without_tokens_only_names_of_this_machine_are_answered(tmp_path: Path) -> None:
    with site(tmp_path) as (web, _):
        assert web.get("/api/v1/incidents").status == 200
        assert web.get("/api/v1/incidents", host="evil.example").status == 403
        assert web.get("/", origin="http://evil.example").status == 403


def test_health_is_told_to_everybody(tmp_path: Path) -> None:
    with site(tmp_path, tokens()) as (web, _):
        assert web.get("/healthz").body == b"ok\n"
        assert web.get("/readyz").body == b"ready\n"
        assert web.get("/metrics", **bearer(READ)).body.startswith(b"# HELP runbookkit")


def test_incidents_are_listed_and_shown(tmp_path: Path) -> None:
    with site(tmp_path) as (web, desk):
        number = opened(desk)
        listed = web.get("/api/v1/incidents").json["incidents"]
        view = web.get(f"/api/v1/incidents/{number}").json

    assert [each["id"] for each in listed] == [number]
    assert view["incident"]["title"] == "Checkout is slow"
    assert view["timeline"][0]["text"] == "opened: Checkout is slow (high)"
    assert view["alerts"][0]["fingerprint"] == "f1"


def test_what_is_not_there_is_404_and_never_a_redirect(tmp_path: Path) -> None:
    with site(tmp_path) as (web, _):
        for place in ("/api/v1/incidents/7", "/api/v1/incidents/", "/x", "/static/x"):
            answer = web.get(place)
            assert (answer.status, "error" in answer.json) == (404, True)


def test_a_method_that_an_address_does_not_have_is_told_those_that_it_has(
    tmp_path: Path,
) -> None:
    with site(tmp_path) as (web, _):
        answers = [
            web.send("PUT", f"/api/v1/{place}")
            for place in ("streams/run/a", "incidents/1/commands", "incidents/1")
        ]

    assert [each.status for each in answers] == [405] * 3
    assert [each.headers["allow"] for each in answers] == ["GET, POST", "POST", "GET"]


def test_text_from_outside_is_text_on_every_page(tmp_path: Path) -> None:
    with site(tmp_path) as (web, desk):
        number = opened(desk, HOSTILE, runbook="javascript:alert(2)")
        desk.unreadable("prod", HOSTILE.encode(), "d", HOSTILE)
        pages = [
            web.get(place).body.decode()
            for place in ("/", f"/incidents/{number}", "/dead-letters")
        ]

    for page in pages:
        assert "<img" not in page
        assert "&lt;img src=x onerror=alert(1)&gt; **bold** &lt;!channel&gt;" in page
        assert "{{ 7*7 }} ⟨U+001B⟩[31m⟨U+202E⟩" in page
        assert 'href="javascript' not in page


def test_an_incident_says_when_its_runbook_was_audited(tmp_path: Path) -> None:
    with site(tmp_path, audited=f"audited at this text {HOSTILE}") as (web, desk):
        with_runbook = opened(desk, runbook="https://handbook.test/a")
        shown = web.get(f"/incidents/{with_runbook}").body.decode()
        without = web.get(f"/incidents/{opened(desk)}").body.decode()

    assert "audited at this text &lt;img" in shown
    assert "audited at this text" not in without


def test_pages_forbid_what_is_not_their_own(tmp_path: Path) -> None:
    with site(tmp_path) as (web, _):
        answer = web.get("/")

    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_bodies_that_nobody_understood_are_shown(tmp_path: Path) -> None:
    with site(tmp_path) as (web, desk):
        desk.unreadable("prod", b"<xml/>", "abc", "not JSON")
        letters = web.get("/api/v1/dead-letters").json["dead_letters"]

    assert [(each["text"], each["error"]) for each in letters] == [
        ("<xml/>", "not JSON")
    ]


def test_events_of_a_run_are_appended_and_read_from_elsewhere(tmp_path: Path) -> None:
    event = {"kind": "note added", "at": NOON.isoformat(), "source": "terminal"}
    place = "/api/v1/streams/run/a1"

    with site(tmp_path, tokens(), bearer(RESPOND)) as (web, _):
        kind = {"content_type": "application/json"}
        first = web.post(place, {"expected": 0, "events": [event]}, **kind)
        again = web.post(place, {"expected": 0, "events": [event]}, **kind)
        read = web.get(f"{place}?after=0").json["events"]

    assert (first.status, again.status) == (200, 409)
    assert [each["source"] for each in read] == ["terminal:ada"]


def test_events_of_incidents_cannot_be_forged_nor_appended_by_readers(
    tmp_path: Path,
) -> None:
    nothing = {"expected": 0, "events": []}
    kind = {"content_type": "application/json"}

    with site(tmp_path, tokens()) as (web, _):
        forged = web.post(
            "/api/v1/streams/incident/1", nothing, **kind, **bearer(RESPOND)
        )
        only_reads = web.post("/api/v1/streams/run/1", nothing, **kind, **bearer(READ))

    assert (forged.status, only_reads.status) == (403, 403)


def test_a_body_that_is_too_large_is_refused(tmp_path: Path) -> None:
    with site(tmp_path) as (web, _):
        answer = web.post(
            "/api/v1/streams/run/1", b" " * (2 << 20), content_type="application/json"
        )

    assert answer.status == 413


def test_a_page_hears_only_what_comes_after_it(tmp_path: Path) -> None:
    with site(tmp_path) as (web, desk):
        number = opened(desk)
        last = desk.store.position()
        pages = [
            web.get(place).body.decode()
            for place in ("/", f"/incidents/{number}", "/dead-letters")
        ]

    assert last
    for page, only in zip(pages, ("", "&amp;stream=incident/1", ""), strict=True):
        assert f'data-live="/api/v1/live?after={last}{only}"' in page


def test_live_events_come_once_each_also_to_who_comes_back(tmp_path: Path) -> None:
    with site(tmp_path) as (web, desk):
        kept = desk.store.append("run/a", 0, [NewEvent("note added", NOON)] * 3)
        connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=10)
        connection.request(
            "GET", "/api/v1/live", headers={"Last-Event-ID": str(kept[0].position)}
        )
        answer = connection.getresponse()
        desk.store.append("run/a", 3, [NewEvent("run paused", NOON)])
        ids: list[bytes] = []
        while len(ids) < 3:
            line = answer.readline()
            ids += [line] if line.startswith(b"id:") else []
        connection.close()

    after = [int(line.split(b":")[1]) for line in ids]
    assert after == [each.position for each in kept[1:]] + [kept[-1].position + 1]
