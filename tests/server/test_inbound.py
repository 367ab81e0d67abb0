"""What deploys, pagers and chats tell, and who may tell it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from runbookkit.app.desk import Desk
from runbookkit.model.incident import Changes, Want
from server.listening import Answer, Site
from server.whole import KEY, NOON, fired, server, signature

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
GITHUB = {
    "deployment": {
        "id": 7,
        "sha": "abc123",
        "environment": "production",
        "created_at": "2026-11-20T11:00:00Z",
        "creator": {"login": "octo"},
    },
    "deployment_status": {"state": "success", "created_at": "2026-11-20T11:05:00Z"},
    "repository": {"name": "checkout", "html_url": "https://github.example/checkout"},
}
CDEVENT = {
    "context": {
        "version": "0.4.1",
        "id": "cd-1",
        "source": "/ci",
        "type": "dev.cdevents.service.deployed.0.2.0",
        "timestamp": "2026-11-20T11:05:00Z",
    },
    "subject": {
        "id": "checkout",
        "type": "service",
        "content": {"environment": {"id": "production"}, "artifactId": "pkg:oci/c@1"},
    },
}


def deploys(desk: Desk, service: str = "checkout") -> list[Any]:
    return [each.data for each in desk.store.read(f"deploy/{service}")]


def github(site: Site, told: Any, kind: str = "deployment_status") -> Answer:
    body = json.dumps(told).encode()
    return site.post(
        "/webhooks/github/gh",
        body,
        x_github_event=kind,
        x_hub_signature_256=f"sha256={signature(body)}",
    )


def test_a_deploy_is_kept_once_and_shown_on_the_incident_of_its_service(
    tmp_path: Path,
) -> None:
    with server(tmp_path) as (site, desk):
        number = fired(site)
        statuses = [github(site, GITHUB).status for _ in range(2)]
        shown = [e.text for e in desk.view(number).timeline if e.kind == "deploy seen"]

        assert statuses == [200, 200]
        assert len(shown) == 1
        assert [(each["state"], each["revision"]) for each in deploys(desk)] == [
            ("finished", "abc123")
        ]


def test_a_github_webhook_without_its_signature_is_refused(tmp_path: Path) -> None:
    with server(tmp_path) as (site, desk):
        answer = site.post(
            "/webhooks/github/gh", GITHUB, x_github_event="deployment_status"
        )

        assert answer.status == 401
        assert not deploys(desk)


def test_other_webhooks_of_github_are_taken_and_mean_nothing(tmp_path: Path) -> None:
    with server(tmp_path) as (site, desk):
        assert github(site, {"zen": "hi"}, "ping").json == {"status": "ignored"}
        assert not deploys(desk)


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_cdevent_is_read_bare_and_as_a_cloud_event(
    tmp_path: Path,
    wrapped: bool,
) -> None:
    told = {"specversion": "1.0", "data": CDEVENT} if wrapped else CDEVENT
    kind = "application/cloudevents+json" if wrapped else "application/json"

    with server(tmp_path) as (site, desk):
        answer = site.post("/webhooks/cdevents/cd", told, content_type=kind)

        assert answer.status == 200
        assert deploys(desk)[0]["environment"] == "production"


def test_a_plain_deploy_needs_only_a_service_and_is_kept_once(tmp_path: Path) -> None:
    with server(tmp_path) as (site, desk):
        for _ in range(2):
            site.post("/webhooks/deploys/ci", {"service": "api", "revision": "1.2"})
        bad = site.post("/webhooks/deploys/ci", {"revision": "1.2"})

        assert len(deploys(desk, "api")) == 1
        assert bad.status == 422
        assert len(desk.dead_letters(10)) == 1


def pager(site: Site, number: int, kind: str, key: str = KEY) -> Answer:
    event = {
        "id": f"E-{kind}",
        "event_type": f"incident.{kind}",
        "occurred_at": "2026-11-20T12:01:00Z",
        "agent": {"summary": "Grace", "type": "user_reference"},
        "data": {"id": "PD1", "incident_key": f"rbk:runbookkit:{number}"},
    }
    body = json.dumps({"event": event}).encode()
    given = f"v1={'0' * 64},v1={signature(body, key)}"
    return site.post("/webhooks/pagerduty/pd", body, x_pagerduty_signature=given)


def test_an_acknowledged_page_acknowledges_its_incident_once(tmp_path: Path) -> None:
    with server(tmp_path) as (site, desk):
        number = fired(site)
        statuses = [pager(site, number, "acknowledged").status for _ in range(2)]
        story = [e for e in desk.view(number).activity if e.actor == "Grace"]

        assert statuses == [200, 200]
        assert desk.incident(number).status == "acknowledged"
        assert [each.kind for each in story] == ["incident acknowledged"]


def test_a_page_that_is_resolved_elsewhere_resolves_nothing(tmp_path: Path) -> None:
    with server(tmp_path) as (site, desk):
        number = fired(site)
        answer = pager(site, number, "resolved")

        assert answer.status == 200
        assert desk.incident(number).status == "open"


def test_a_page_with_a_wrong_signature_or_of_others_changes_nothing(
    tmp_path: Path,
) -> None:
    with server(tmp_path) as (site, _):
        number = fired(site)

        assert pager(site, number, "acknowledged", "x" * 32).status == 401
        assert pager(site, 999, "acknowledged").json == {"status": "ignored"}


def slack(site: Site, body: bytes, *, age: int = 0, kind: str = "") -> Answer:
    stamp = str(int((NOON - timedelta(seconds=age)).timestamp()))
    return site.post(
        "/webhooks/slack/chat",
        body,
        content_type=kind or "application/x-www-form-urlencoded",
        x_slack_request_timestamp=stamp,
        x_slack_signature=f"v0={signature(f'v0:{stamp}:'.encode() + body)}",
    )


def typed(text: str, *, user: str = "U1", trigger: str = "t1") -> bytes:
    fields = {
        "command": "/incident",
        "text": text,
        "user_id": user,
        "user_name": "ada",
        "channel_id": "C1",
        "trigger_id": trigger,
    }
    return urlencode(fields).encode()


def pressed(action: str, number: int, *, user: str = "U1") -> bytes:
    payload = {
        "type": "block_actions",
        "user": {"id": user, "username": "ada"},
        "trigger_id": f"{action}.1",
        "channel": {"id": "C1"},
        "actions": [{"action_id": action, "value": str(number)}],
    }
    return urlencode({"payload": json.dumps(payload)}).encode()


def in_channel(desk: Desk, number: int) -> None:
    """Let an incident have the channel C1."""
    row = desk.incident(number)
    data = {**row.data, "refs": {"slack": {"channel": "C1"}}}
    changes = Changes(incidents=(replace(row, data=data),))
    desk.store.decide(Want(incidents=(number,)), lambda _: changes)


def test_a_button_and_a_command_work_on_the_incident_of_their_channel(
    tmp_path: Path,
) -> None:
    with server(tmp_path) as (site, desk):
        number = fired(site)
        in_channel(desk, number)
        by_button = slack(site, pressed("acknowledge", number))
        by_word = slack(site, typed("role commander"))

        assert "acknowledged" in by_button.json["text"]
        assert by_word.status == 200
        assert desk.incident(number).data["roles"] == {"commander": "ada"}


def test_users_without_a_role_are_told_so_and_change_nothing(tmp_path: Path) -> None:
    with server(tmp_path) as (site, desk):
        number = fired(site)
        answer = slack(site, pressed("acknowledge", number, user="U9"))

        assert "may not" in answer.json["text"]
        assert desk.incident(number).status == "open"


def test_an_old_an_unsigned_and_a_repeated_request_are_refused(tmp_path: Path) -> None:
    with server(tmp_path) as (site, _):
        body = typed("help")

        assert slack(site, body, age=400).status == 401
        assert site.post("/webhooks/slack/chat", body).status == 401
        assert slack(site, body).status == 200
        assert slack(site, body).status == 401


@pytest.mark.parametrize("stamp", ["soon", "9" * 40, "-1", "1e9", "²"])
def test_a_timestamp_that_is_none_is_refused(tmp_path: Path, stamp: str) -> None:
    with server(tmp_path) as (site, _):
        answer = site.send(
            "POST",
            "/webhooks/slack/chat",
            b"\xff",
            x_slack_request_timestamp=stamp,
            x_slack_signature="v0=1",
        )

    assert answer.status == 401


def said(change: str, *, text: str = "", before: str = "", event: str) -> bytes:
    message = {"user": "U1", "text": text, "ts": "1795176000.1", "type": "message"}
    told: dict[str, Any] = {
        "type": "message",
        "channel": "C1",
        "event_ts": "1795176060.2",
    }
    if change == "posted":
        told |= message
    else:
        told["subtype"] = f"message_{change}"
        told["previous_message"] = {**message, "text": before}
    if change == "changed":
        told["message"] = message
    callback = {"type": "event_callback", "event_id": event, "event": told}
    return json.dumps(callback).encode()


def test_messages_are_followed_through_edits_and_deletions(tmp_path: Path) -> None:
    with server(tmp_path) as (site, desk):
        number = fired(site)
        in_channel(desk, number)
        for body in (
            said("posted", text="deploying <!channel>", event="E1"),
            said("changed", text="deployed", before="deploying", event="E2"),
            said("deleted", before="deployed", event="E3"),
        ):
            assert slack(site, body, kind="application/json").status == 200
        told = [
            (each.kind, each.data.get("text"), each.data.get("before"))
            for each in desk.view(number).activity
            if each.kind.startswith("message")
        ]

    assert told == [
        ("message posted", "deploying <!channel>", None),
        ("message edited", "deployed", "deploying"),
        ("message deleted", "", "deployed"),
    ]


def test_slack_gets_its_challenge_back_once(tmp_path: Path) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc"}).encode()

    with server(tmp_path) as (site, _):
        answer, again = (slack(site, body, kind="application/json") for _ in range(2))

    assert answer.json == {"challenge": "abc"}
    assert again.status == 401
