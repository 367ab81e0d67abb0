"""Payloads as senders send them, and what can be spoiled in them.

Everything is a function of its random numbers, so a seed and a number give the same
payload again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from random import Random
from typing import Any

HOSTILE = (
    *("<!channel> <@U1>", "{{ 7*7 }}${7*7}<%= 7 %>", "**a** [x](javascript:1) `b`"),
    *(
        "<script>alert(1)</script>",
        "\x00",
        "\x1b[31m\u202e\u2066",
        "a\r\nb\tc",
        "\ufffe",
    ),
    *("\U0001f525" * 40, "é" * 300, "'; DROP TABLE event; --", "%s%n{0}", "../../etc"),
)
PIECES: tuple[Any, ...] = (
    *(None, True, False, -1, 0, 2**31, 2**53, 2**63, 2**64, 10**30, 1e308, 10**400),
    *("", "x" * 5000, "9" * 5000, [], {}, [None], [[[[]]]], {"a": {"b": {}}}),
    *("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:60Z"),
    *("9999-12-31T23:59:59-14:00", "2026-11-20T11:58:00.123456789123Z", "1e400"),
    *("2026-11-20", "20261120T115800", "-0001-01-01T00:00:00Z", "99999999999999999"),
    *(99999999999999999, -99999999999999999, "NaN", "FIRING", "resolved", "incident"),
    *({str(n): str(n) for n in range(70)}, ["x"] * 300, {"x" * 300: "y" * 5000}),
    *HOSTILE,
)
LITERALS = (
    b"NaN",
    b"Infinity",
    b"-0",
    b"1e999",
    b'"\\ud800"',
    b"\xff",
    b"'",
    b"9" * 5000,
)


def alertmanager(number: int, random: Random) -> dict[str, Any]:
    """Return a webhook of one of the forms that Alertmanager's versions send."""
    count = random.choice((0, 1, 1, 1, 2, 3, 8))
    service = f"svc{random.randrange(2000)}"
    alerts = [_alert(number, index, service, random) for index in range(count)]
    told: dict[str, Any] = {
        "version": "4",
        "groupKey": f'{{}}/{{team="shop"}}:{{service="{service}"}}',
        "truncatedAlerts": random.choice((0, 0, 0, 0, 7)),
        "status": "firing",
        "receiver": random.choice(("runbookkit", '"a.b"', "team\\.x")),
        "groupLabels": {"service": service},
        "commonLabels": {"service": service},
        "commonAnnotations": {},
        "externalURL": "https://alertmanager.example",
        "alerts": alerts,
    }
    for name in ("groupKey", "truncatedAlerts", "version", "receiver"):
        if random.random() < 0.05:
            del told[name]
    if random.random() < 0.1:
        told |= {"notification_reason": "new_alerts", "routeLabels": {"a": "b"}}
    if random.random() < 0.05:
        told |= {"commonLabels": None, "groupLabels": None, "title": "Grafana's"}
    return told


def _alert(number: int, index: int, service: str, random: Random) -> dict[str, Any]:
    over = random.random() < 0.3
    labels = {
        "alertname": random.choice(("Burn", "Slow", "Watchdog", "InfoInhibitor")),
        "service": service,
        "severity": random.choice(("critical", "warning", "info", "page", "odd")),
        "pod": f"{service}-{random.randrange(50)}",
    }
    alert = {
        "status": random.choice(("resolved", "Resolved")) if over else "firing",
        "labels": labels,
        "annotations": {"summary": f"it burns, says {number}"},
        "startsAt": random.choice(
            ("2026-11-20T11:58:00.123456789Z", "2026-11-20T12:58:00+01:00")
        ),
        "endsAt": "2026-11-20T12:58:00Z" if over else "0001-01-01T00:00:00Z",
        "generatorURL": "https://prometheus.example/graph?g0.expr=up",
        "fingerprint": random.choice(("", f"{random.randrange(1000):016x}")),
    }
    if random.random() < 0.1:
        labels[random.choice(HOSTILE)] = random.choice(HOSTILE)
        labels["service"] = random.choice(HOSTILE)
        alert["annotations"] = {"summary": random.choice(HOSTILE)}
        alert["generatorURL"] = random.choice(HOSTILE)
    if index % 2:
        alert.pop(random.choice(tuple(alert)))
    return alert


def github(number: int, random: Random) -> dict[str, Any]:
    state = random.choice(("success", "failure", "error", "in_progress", "queued"))
    return {
        "action": "created",
        "deployment": {
            "id": number,
            "sha": f"{number:040x}",
            "ref": "main",
            "environment": "production",
            "description": random.choice((None, *HOSTILE)),
            "created_at": "2026-11-20T11:00:00Z",
            "creator": {"login": "octo", "id": 1},
        },
        "deployment_status": {"state": state, "created_at": "2026-11-20T11:05:00Z"},
        "repository": {
            "name": f"svc{number % 50}",
            "html_url": "https://git.example/a",
        },
    }


def cdevent(number: int, random: Random) -> dict[str, Any]:
    what = random.choice(("deployed", "upgraded", "rolledback", "removed", "odd"))
    return {
        "context": {
            "version": "0.4.1",
            "id": f"cd-{number}",
            "source": "/ci",
            "type": f"dev.cdevents.service.{what}.0.2.0",
            "timestamp": "2026-11-20T11:05:00Z",
        },
        "subject": {
            "id": f"/ns/svc{number % 50}",
            "type": "service",
            "content": {"environment": {"id": "production"}, "artifactId": "pkg:oci/c"},
        },
    }


def deploy(number: int, random: Random) -> dict[str, Any]:
    told = {
        "service": random.choice((f"svc{number % 50}", *HOSTILE)),
        "state": random.choice(("started", "finished", "failed", "rolled back")),
        "id": f"ci-{number}",
        "at": random.choice(("2026-11-20T11:05:00Z", "0001-01-01T00:00:00+14:00")),
        "environment": "production",
        "revision": "v1",
        "actor": random.choice(HOSTILE),
        "summary": random.choice(HOSTILE),
        "url": "https://ci.example/1",
    }
    if random.random() < 0.3:
        del told["at"]
    return told


def pagerduty(number: int, random: Random) -> dict[str, Any]:
    kind = random.choice(
        ("acknowledged", "annotated", "resolved", "reassigned", "triggered")
    )
    # the incident that is there from the beginning, one that is not, and none of ours
    key = random.choice(("1", "1", "1", "7777777", "9" * 40, "x", "٣"))
    return {
        "event": {
            "id": f"pd-{number}",
            "event_type": f"incident.{kind}",
            "resource_type": "incident",
            "occurred_at": "2026-11-20T12:01:00Z",
            "agent": {"summary": random.choice(HOSTILE), "type": "user_reference"},
            "data": {
                "id": "PD1",
                "incident_key": f"rbk:runbookkit:{key}",
                "html_url": "https://pagerduty.example/1",
                "content": random.choice((None, *HOSTILE)),
            },
        }
    }


def slack_event(number: int, random: Random) -> dict[str, Any]:
    stamp = f"17951760{number % 100:02}.{number % 10**6:06}"
    message: dict[str, Any] = {
        "type": "message",
        "channel": random.choice(("C1", "C1", "C404")),
        "user": "U1",
        "text": random.choice(HOSTILE),
        "ts": stamp,
        "event_ts": stamp,
    }
    subtype = random.choice(
        ("", "", "message_changed", "message_deleted", "channel_join")
    )
    if subtype:
        message = {**message, "subtype": subtype, "message": {**message, "text": "new"}}
        message["previous_message"] = {**message["message"], "text": "old"}
    kind = random.choice(("event_callback",) * 9 + ("url_verification",))
    return {
        "type": kind,
        "event_id": f"Ev{number}",
        "challenge": "c" * 9,
        "event": message,
    }


def slack_action(number: int, random: Random) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "user": {"id": random.choice(("U1", "U9")), "username": "ada"},
        "trigger_id": f"{number}.1",
        "channel": {"id": "C1"},
        "actions": [
            {
                "action_id": random.choice(COMMANDS),
                "value": random.choice(("1", "", "x")),
            }
        ],
    }


COMMANDS = (
    *("ack", "note it is the disk", "role incident commander", "severity high", "help"),
    *("title \x1b[31m<!channel>", "mitigate", "resolve", "reopen", "promote e1", ""),
    *(
        "1 ack",
        "#1 note x",
        "7777777 ack",
        f"{'9' * 40} ack",
        f"{'9' * 5000} ack",
        "٣ ack",
    ),
    *(
        "promote e99999999999999999999",
        "demote \x00",
        "severity",
        "²  note a",
        "sudo rm",
    ),
)
Payload = Callable[[int, Random], dict[str, Any]]


def spoiled(told: dict[str, Any], random: Random) -> bytes:
    """Return a payload as bytes, in two cases of three with something wrong."""
    kind = random.randrange(12)
    if kind < 4:
        return json.dumps(told, ensure_ascii=bool(kind % 2)).encode()
    if kind < 8:
        for _ in range(random.randrange(1, 4)):
            _retype(told, random)
        return json.dumps(told).encode()
    whole = json.dumps(told).encode()
    return _damaged(whole, random)


def _damaged(whole: bytes, random: Random) -> bytes:
    at, other = (random.randrange(len(whole)) for _ in range(2))
    ways: tuple[Callable[[], bytes], ...] = (
        lambda: whole[:at],
        lambda: whole[:at] + random.randbytes(random.randrange(1, 9)) + whole[at:],
        lambda: whole[:at] + random.choice(LITERALS) + whole[at + 1 :],
        lambda: whole[:at] + whole[min(at, other) :],
        lambda: bytes(each ^ (random.random() < 0.01) for each in whole),
        lambda: random.randbytes(random.randrange(200)),
        lambda: (
            random.choice((b"[", b'{"a":', b"[[", b'"')) * random.randrange(1, 5000)
        ),
        lambda: b"\xef\xbb\xbf" + whole,
        lambda: whole.decode().encode(random.choice(("utf-16", "utf-32", "utf-7"))),
        lambda: whole + whole,
        lambda: whole + b"\x00\n ",
        lambda: b'{"alerts":[' + b",".join([b'{"labels":{}}'] * at) + b"]}",
        lambda: whole[:-1] + b',"alerts":[],"alerts":[{}],"event":1}',
        lambda: b"" if at % 2 else b" \n",
    )
    return random.choice(ways)()


def _retype(told: Any, random: Random) -> None:
    """Put something else somewhere, or leave something out."""
    while True:
        if isinstance(told, dict) and told:
            name: Any = random.choice(list(told))
        elif isinstance(told, list) and told:
            name = random.randrange(len(told))
        else:
            return
        inner = told[name]
        if isinstance(inner, dict | list) and inner and random.random() < 0.7:
            told = inner
        elif random.random() < 0.3:
            del told[name]
            return
        else:
            told[name] = deepcopy(random.choice(PIECES))
            return
