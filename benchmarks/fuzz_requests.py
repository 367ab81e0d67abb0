"""Requests as they go over the wire, each with what may come back."""

from __future__ import annotations

import gzip
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

import fuzz_payloads as payloads

SECRET = "s" * 32
LIMIT = 256 * 1024
CONFIG = f"""\
[serve]
max_body_bytes = {LIMIT}
[serve.sources]
prod = {{kind = "alertmanager"}}
locked = {{kind = "alertmanager", tokens_file = "secret"}}
signed = {{kind = "alertmanager", keys_file = "secret", signature_header = "X-Sign"}}
gh = {{kind = "github", keys_file = "secret"}}
cd = {{kind = "cdevents"}}
ci = {{kind = "deploys"}}
pd = {{kind = "pagerduty", keys_file = "secret"}}
chat = {{kind = "slack", keys_file = "secret", users = {{U1 = "respond", "*" = "read"}}}}
[serve.tokens]
boss = {{tokens_file = "secret", role = "manage"}}
[incidents]
storm = 200
"""
TAKEN = frozenset({200, 422})
Headers = dict[str, str | bytes]


@dataclass(frozen=True)
class Shot:
    """One request, and what may come back."""

    kind: str
    wire: bytes
    allowed: frozenset[int]
    digest: str = ""
    """Of the body, where the store keeps bodies."""
    key: str = ""
    """Of an event that is in the store when the answer says that it was kept."""
    broken: bool = False
    """Where it ends is not clear: any number of answers, then an end."""
    again: bool = False
    """Sent twice: what was taken is refused the second time."""


def shot(seed: int, number: int) -> Shot:
    """Return a request; the same numbers give the same one, but for signed times."""
    random = Random(seed << 32 | number)
    kind = random.choices(_KINDS, _WEIGHTS)[0]
    return _MAKERS[kind](number, random)


def _alertmanager(number: int, random: Random) -> Shot:
    body = payloads.spoiled(payloads.alertmanager(number, random), random)
    source = random.choice(("prod", "prod", "prod", "locked", "signed"))
    headers: Headers = {}
    if source == "locked":
        headers["Authorization"] = f"Bearer {SECRET}"
    if source == "signed":
        headers["X-Sign"] = random.choice(("", "sha256=")) + _signature(body)
    return _framed("alertmanager", f"alertmanager/{source}", headers, body, random)


def _github(number: int, random: Random) -> Shot:
    told = payloads.github(number, random)
    body, whole = _body(told, random)
    headers: Headers = {
        "X-Hub-Signature-256": f"sha256={_signature(body)}",
        "X-GitHub-Event": random.choice(("deployment_status", "deployment", "push")),
    }
    state = {"error": "failed", "failure": "failed", "in_progress": "started"}
    said = told.get("deployment_status")
    status = said.get("state") if isinstance(said, dict) else ""
    done = state.get(status, "finished") if isinstance(status, str) else "finished"
    if headers["X-GitHub-Event"] == "push":
        done = ""
    key = f"deploy:github:gh:{number}:{done}" if whole and done else ""
    return _framed("deploy", "github/gh", headers, body, random, key=key)


def _cdevent(number: int, random: Random) -> Shot:
    body = payloads.spoiled(payloads.cdevent(number, random), random)
    kind = random.choice(("application/json", "application/cloudevents+json"))
    if kind == "application/cloudevents+json" and random.random() < 0.9:
        body = b'{"specversion":"1.0","id":"1","data":' + body + b"}"
    return _framed("deploy", "cdevents/cd", {"Content-Type": kind}, body, random)


def _deploy(number: int, random: Random) -> Shot:
    told = payloads.deploy(number, random)
    body, whole = _body(told, random)
    key = f"deploy:deploys:ci:ci-{number}:{told['state']}" if whole else ""
    return _framed("deploy", "deploys/ci", {}, body, random, key=key)


def _pagerduty(number: int, random: Random) -> Shot:
    told = payloads.pagerduty(number, random)
    body, whole = _body(told, random)
    given = f"v1={'0' * 64},v1={_signature(body)}"
    key = ""
    if whole:
        event = told["event"]
        first = event["data"]["incident_key"] == "rbk:runbookkit:1"
        # who acknowledges again changes nothing, and leaves no event
        said = event["event_type"] != "incident.acknowledged"
        key = f"pagerduty:pd:pd-{number}" if first and said else ""
    headers: Headers = {"X-PagerDuty-Signature": given}
    return _framed("pagerduty", "pagerduty/pd", headers, body, random, key=key)


def _slack(number: int, random: Random) -> Shot:
    key, kind = "", "application/json"
    form = random.randrange(3)
    if form == 0:
        told = payloads.slack_event(number, random)
        body, whole = _body(told, random)
        if whole and _is_said(told):
            key = f"slack:chat:Ev{number}"
    else:
        kind = "application/x-www-form-urlencoded"
        body = _form(number, form, random)
    stamp = str(int(time.time()) + random.choice((0, 0, -200, 200)))
    signed = b"v0:" + stamp.encode() + b":" + body
    headers: Headers = {
        "Content-Type": kind,
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={_signature(signed)}",
    }
    again = random.random() < 0.1
    return _framed("slack", "slack/chat", headers, body, random, key=key, again=again)


def _form(number: int, form: int, random: Random) -> bytes:
    fields = {
        "command": "/incident",
        "trigger_id": f"{number}.2",
        "channel_id": random.choice(("C1", "C404")),
        "user_id": random.choice(("U1", "U9")),
        "user_name": random.choice(payloads.HOSTILE),
        "text": random.choice(payloads.COMMANDS),
    }
    if form == 1:
        action = payloads.spoiled(payloads.slack_action(number, random), random)
        body = b"payload=" + quote(action).encode()
    else:
        body = urlencode(fields).encode()
    if random.random() < 0.3:
        at = random.randrange(len(body))
        body = body[:at] + random.randbytes(random.randrange(9)) + body[at:]
    return body


def _refused(number: int, random: Random) -> Shot:
    """Return one that must be refused for what it is, whatever it holds."""
    told = payloads.alertmanager(number, random)
    body = json.dumps({**told, "mark": number}).encode()
    ways: Mapping[str, tuple[str, Headers, bytes, int]] = {
        "unauthenticated": ("alertmanager/locked", {}, body, 401),
        "wrong token": (
            "alertmanager/locked",
            {"Authorization": f"{random.choice(('Bearer', 'Basic'))} {number:032}"},
            body,
            403,
        ),
        "not signed": ("alertmanager/signed", {}, body, 401),
        "wrongly signed": (
            random.choice(("github/gh", "pagerduty/pd")),
            {"X-Hub-Signature-256": "sha256=" + "0" * 64},
            body,
            401,
        ),
        "signed long ago": ("slack/chat", _old(body, random), body, 401),
        "oversized": ("alertmanager/prod", {}, body + b" " * LIMIT, 413),
        "compressed": (
            "alertmanager/prod",
            {"Content-Encoding": random.choice(("gzip", "deflate", "br", "zstd"))},
            _bomb(),
            415,
        ),
        "from a browser": (
            "alertmanager/prod",
            {"Origin": "https://a.example"},
            body,
            403,
        ),
        "unknown": (
            random.choice(("alertmanager/x", "x/prod", "", "..")),
            {},
            body,
            404,
        ),
    }
    kind = random.choice(tuple(ways))
    path, headers, sent, status = ways[kind]
    return _framed(kind, path, headers, sent, random, allowed=frozenset({status}))


def _old(body: bytes, random: Random) -> Headers:
    stamp = str(int(time.time()) + random.choice((-1000, 1000, -(10**9))))
    signature = _signature(b"v0:" + stamp.encode() + b":" + body)
    return {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={signature}",
    }


def _misframed(number: int, random: Random) -> Shot:
    """Return one that says another length than it has, or is no HTTP at all."""
    body = json.dumps({**payloads.alertmanager(number, random), "n": number}).encode()
    head = b"POST /webhooks/alertmanager/prod HTTP/1.1\r\nHost: localhost\r\n"
    at = random.randrange(len(body))
    ways: tuple[Callable[[], bytes], ...] = (
        lambda: head + b"Content-Length: %d\r\n\r\n" % (len(body) + 9) + body,
        lambda: head + b"Content-Length: %d\r\n\r\n" % at + body,
        lambda: head + b"Content-Length: -1\r\n\r\n" + body,
        lambda: head + b"Content-Length: 1e3\r\n\r\n" + body,
        lambda: head + b"Content-Length: 5\r\nContent-Length: 9\r\n\r\n" + body,
        lambda: (
            head
            + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nzz\r\n"
            + body
        ),
        lambda: head + b"Transfer-Encoding: chunked\r\n\r\n5\r\n" + body[:5] + b"\r\n",
        lambda: (
            head + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n" + body
        ),
        lambda: head + b"Content-Length: %d\r\n" % (10**30) + b"\r\n" + body,
        lambda: head.replace(b"1.1", b"9.9") + b"\r\n" + body,
        lambda: head + random.randbytes(40) + b"\r\n\r\n" + body,
        lambda: head[: random.randrange(len(head))],
        lambda: random.randbytes(random.randrange(1, 400)),
        lambda: b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + random.randbytes(90),
    )
    return Shot("misframed", random.choice(ways)(), TAKEN, broken=True)


def _api(number: int, random: Random) -> Shot:
    """Return a body for one of the routes that the framework answers."""
    order = {
        "kind": random.choice(("note", "acknowledge", "severity", "edit", "split")),
        "text": random.choice(payloads.HOSTILE),
        "entry": random.choice(("", "e1", "e" + "9" * 19, "x")),
        "into": random.choice((0, 1, 2**53)),
        "key": random.choice(("", f"k{number}", "\x00")),
    }
    event = {"kind": "note", "at": "2026-11-20T12:00:00Z", "data": {"a": "b"}}
    append = {"expected": 0, "events": [event]}
    told = random.choice((order, append))
    path = (
        f"incidents/{random.choice(('1', '7777777', '9' * 40))}/commands"
        if told is order
        else f"streams/run/{random.choice((str(number), '%00', 'a%2Fb', '%ff'))}"
    )
    body = payloads.spoiled(told, random)
    headers: Headers = {"Authorization": f"Bearer {SECRET}"}
    headers["Content-Type"] = "application/json"
    allowed = frozenset({200, 400, 403, 404, 405, 409, 422})
    return _framed("api", f"../api/v1/{path}", headers, body, random, allowed=allowed)


def _framed(  # noqa: PLR0913  what a request has
    kind: str,
    path: str,
    headers: Headers,
    body: bytes,
    random: Random,
    *,
    allowed: frozenset[int] = TAKEN,
    key: str = "",
    again: bool = False,
) -> Shot:
    """Put a request on the wire, with odd headers in one case of four."""
    target = f"/webhooks/{path}".replace("/webhooks/../", "/")
    lines: list[bytes] = [f"POST {target} HTTP/1.1".encode(), b"Host: localhost"]
    odd = _odd(random) if random.random() < 0.25 else []
    lines += [_line(name, value) for name, value in headers.items()]
    lines += odd
    if random.random() < 0.1:
        lines.append(b"Transfer-Encoding: chunked")
        sent = _chunked(body, random)
    else:
        lines.append(b"Content-Length: %d" % len(body))
        sent = body
    wire = b"\r\n".join(lines) + b"\r\n\r\n" + sent
    digest = hashlib.sha256(body).hexdigest() if kind != "api" else ""
    return Shot(kind, wire, allowed, digest, key, again=again)


def _odd(random: Random) -> list[bytes]:
    """Return headers that change nothing, however odd they are."""
    return random.sample(
        (
            b"X-Odd: " + bytes(random.randrange(128, 256) for _ in range(20)),
            b"X-Long: " + b"x" * 8000,
            b"X-Empty:",
            b"Accept-Encoding: gzip, deflate, br",
            b"Expect: 100-continue",
            b"Content-Encoding: identity",
            b"X-Forwarded-For: 10.0.0.1, <script>",
            b'Forwarded: for=unknown;host="a"',
            b"X-Forwarded-Proto: gopher",
            b"User-Agent: Alertmanager/0.34",
            b"Cookie: " + b"a=b; " * 100,
            b"Referer: javascript:alert(1)",
            b"If-None-Match: *",
            b"Range: bytes=0-0",
        ),
        3,
    )


def _line(name: str, value: str | bytes) -> bytes:
    return (
        name.encode() + b": " + (value if isinstance(value, bytes) else value.encode())
    )


def _chunked(body: bytes, random: Random) -> bytes:
    pieces = []
    while body:
        size = random.randrange(1, max(2, len(body)))
        pieces.append(b"%x\r\n%s\r\n" % (size, body[:size]))
        body = body[size:]
    return b"".join([*pieces, b"0\r\n\r\n"])


def _signature(body: bytes) -> str:
    return hmac.digest(SECRET.encode(), body, hashlib.sha256).hex()


def _body(told: dict[str, Any], random: Random) -> tuple[bytes, bool]:
    """Return a payload as bytes, and whether nothing in it was spoiled."""
    whole = {json.dumps(told, ensure_ascii=each).encode() for each in (True, False)}
    body = payloads.spoiled(told, random)
    return body, body in whole


def _is_said(told: dict[str, Any]) -> bool:
    event = told.get("event", {})
    said = told.get("type") == "event_callback" and event.get("channel") == "C1"
    return bool(said and event.get("subtype") != "channel_join")


@cache
def _bomb() -> bytes:
    return gzip.compress(b" " * (64 * 1024 * 1024))


Make = Callable[[int, Random], Shot]
_MAKERS: Mapping[str, Make] = {
    "alertmanager": _alertmanager,
    "github": _github,
    "cdevent": _cdevent,
    "deploy": _deploy,
    "pagerduty": _pagerduty,
    "slack": _slack,
    "refused": _refused,
    "misframed": _misframed,
    "api": _api,
}
_KINDS = tuple(_MAKERS)
_WEIGHTS = (60, 5, 5, 5, 5, 8, 6, 4, 2)
