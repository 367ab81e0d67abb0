"""The whole server, put together from settings, over a real store."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from runbookkit.app.desk import Desk
from runbookkit.app.following import poll
from runbookkit.model.serving import ApiToken, ServeOptions, Source
from runbookkit.server.assembly import assembled
from runbookkit.store.sqlite import SqliteStore
from server.listening import Site, listening

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
KEY = "k" * 32
ADA, BOSS, EYE = "a" * 32, "b" * 32, "e" * 32
SOURCES = {
    "prod": Source(),
    "gh": Source("github", keys=(KEY,)),
    "cd": Source("cdevents"),
    "ci": Source("deploys"),
    "pd": Source("pagerduty", keys=("old" * 8, KEY)),
    "chat": Source("slack", keys=(KEY,), users={"U1": "respond", "*": "read"}),
}
TOKENS = {
    "ada": ApiToken((ADA,)),
    "boss": ApiToken((BOSS,), role="manage"),
    "eye": ApiToken((EYE,), role="read"),
}


@contextmanager
def server(
    folder: Path,
    options: ServeOptions | None = None,
    now: Callable[[], datetime] = lambda: NOON,
) -> Iterator[tuple[Site, Desk]]:
    store = SqliteStore(folder / "log.sqlite", clock=now)
    desk = Desk(store, now)
    options = options or ServeOptions(sources=SOURCES, tokens=TOKENS)
    whole = assembled(desk, options, poll, now)
    try:
        whole.start()
        with listening(whole.app, whole.end_live) as site:
            yield site, desk
        whole.close()
    finally:
        store.close()


def signature(body: bytes, key: str = KEY) -> str:
    return hmac.digest(key.encode(), body, hashlib.sha256).hex()


def alert(name: str = "HighErrorRate", status: str = "firing", **labels: str) -> Any:
    return {
        "status": status,
        "labels": {"alertname": name, "severity": "critical", **labels},
        "annotations": {"summary": "too many errors"},
        "startsAt": "2026-11-20T11:58:00.1Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus.example/graph",
        "fingerprint": hashlib.sha256(f"{name}{labels}".encode()).hexdigest()[:16],
    }


def delivery(*alerts: Any) -> bytes:
    body = {
        "version": "4",
        "groupKey": '{}:{service="checkout"}',
        "truncatedAlerts": 0,
        "status": "firing",
        "receiver": "runbookkit",
        "groupLabels": {},
        "commonLabels": {},
        "commonAnnotations": {},
        "externalURL": "http://am.example",
        "alerts": alerts,
    }
    return json.dumps(body).encode()


def fired(site: Site, **labels: str) -> int:
    """Let an alert fire; return the number of its incident."""
    answer = site.post(
        "/webhooks/alertmanager/prod", delivery(alert(service="checkout", **labels))
    )
    assert answer.status == 200, answer
    listed = site.get("/api/v1/incidents", authorization=f"Bearer {EYE}")
    return int(listed.json["incidents"][0]["id"])
