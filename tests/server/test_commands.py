"""What people may do to incidents through the API and the pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from server.listening import Answer, Site
from server.sites import bearer, login
from server.whole import ADA, BOSS, EYE, fired, server

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def ask(site: Site, number: int, token: str = ADA, **order: Any) -> Answer:
    return site.post(
        f"/api/v1/incidents/{number}/commands",
        order,
        content_type="application/json",
        **bearer(token),
    )


def story(site: Site, number: int) -> list[str]:
    place = f"/api/v1/incidents/{number}/timeline"
    return [each["text"] for each in site.get(place, **bearer(EYE)).json["entries"]]


def test_an_incident_is_worked_on_from_its_alert_to_its_end(tmp_path: Path) -> None:
    with server(tmp_path) as (site, _):
        number = fired(site)
        statuses = [
            ask(site, number, kind=kind, **more).json["status"]
            for kind, more in (
                ("acknowledge", {}),
                ("note", {"text": "rolled <b>back</b>"}),
                ("role", {"role": "commander", "person": "ada"}),
                ("severity", {"severity": "low"}),
                ("mitigate", {"text": "rolled back"}),
                ("resolve", {"even_firing": True}),
                ("reopen", {}),
            )
        ]
        told = story(site, number)

    assert statuses == [*["acknowledged"] * 4, "mitigated", "resolved", "open"]
    assert "rolled <b>back</b>" in told
    assert "severity critical → low" in told


def test_a_command_with_a_key_is_taken_once(tmp_path: Path) -> None:
    with server(tmp_path) as (site, _):
        number = fired(site)
        for _ in range(3):
            assert ask(site, number, kind="note", text="once", key="n1").status == 200

        assert story(site, number).count("once") == 1


def test_the_story_is_corrected_and_the_original_stays(tmp_path: Path) -> None:
    with server(tmp_path) as (site, _):
        number = fired(site)
        ask(site, number, kind="note", text="rolled bakc")
        place = f"/api/v1/incidents/{number}/timeline?all=true"
        entries = site.get(place, **bearer(EYE)).json["entries"]
        first, note = entries[0]["id"], entries[-1]["id"]
        ask(site, number, kind="edit", entry=note, text="rolled back")
        ask(site, number, kind="demote", entry=first)
        shown = site.get(f"/api/v1/incidents/{number}/timeline", **bearer(EYE)).json
        told = {each["id"]: each for each in shown["entries"]}

    assert (told[note]["text"], told[note]["original"]) == (
        "rolled back",
        "rolled bakc",
    )
    assert first not in told


def test_who_only_reads_changes_nothing_and_few_may_merge(tmp_path: Path) -> None:
    with server(tmp_path) as (site, _):
        number, other = fired(site), fired(site, cluster="b")

        assert ask(site, number, EYE, kind="acknowledge").status == 403
        assert ask(site, number, kind="merge", into=other).status == 403
        merged = ask(site, number, BOSS, kind="merge", into=other)

    assert merged.json["merged_into"] == other


def test_what_does_not_fit_the_state_is_409_and_what_is_not_there_404(
    tmp_path: Path,
) -> None:
    with server(tmp_path) as (site, _):
        number = fired(site)

        assert ask(site, number, kind="review").status == 409
        assert ask(site, number + 1, kind="acknowledge").status == 404
        assert ask(site, number, kind="explode").status == 422


def test_a_button_of_the_page_works_and_one_of_another_page_does_not(
    tmp_path: Path,
) -> None:
    with server(tmp_path) as (site, desk):
        number = fired(site)
        place = f"/incidents/{number}/acknowledge"
        foreign = site.post(place, b"", origin="http://evil.example", **login(ADA))
        bare = site.post(place, b"", **login(ADA))
        own = site.post(place, b"", origin=site.url, **login(ADA))
        reader = site.get(f"/incidents/{number}", **login(EYE))

        assert (foreign.status, bare.status, own.status) == (403, 403, 303)
        assert desk.incident(number).status == "acknowledged"
        assert b"<button" not in reader.body
