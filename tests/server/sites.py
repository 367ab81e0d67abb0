"""The whole application over a real store, for tests."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from runbookkit.app.desk import Desk
from runbookkit.app.following import poll
from runbookkit.model.event import NewEvent
from runbookkit.model.incident import AlertRow, Changes, IncidentRow, Want
from runbookkit.model.serving import ApiToken
from runbookkit.server.admission import Callers, callers_of
from runbookkit.server.live import Live
from runbookkit.server.metrics import Metrics
from runbookkit.server.parts import Parts
from runbookkit.server.site import site_of
from runbookkit.store.sqlite import SqliteStore
from server.listening import Site, listening

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
READ, RESPOND = "r" * 32, "w" * 32
HOSTILE = "<img src=x onerror=alert(1)> **bold** <!channel> {{ 7*7 }} \x1b[31m\u202e"


def tokens() -> Callers:
    return callers_of(
        {
            "viewer": ApiToken((READ,), role="read"),
            "ada": ApiToken((RESPOND,), role="respond"),
        }
    )


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def login(token: str) -> dict[str, str]:
    word = base64.b64encode(f"me:{token}".encode()).decode()
    return {"authorization": f"Basic {word}"}


@contextmanager
def site(
    folder: Path,
    callers: Callers | None = None,
    headers: Mapping[str, str] | None = None,
    audited: str = "",
    run_page: Callable[[str], str] | None = None,
) -> Iterator[tuple[Site, Desk]]:
    """Serve a store in a folder; the second value is the desk behind it."""
    store = SqliteStore(folder / "log.sqlite", clock=lambda: NOON)
    desk = Desk(store, lambda: NOON)
    live = Live(store.since, poll)
    who = callers or Callers()
    parts = Parts(
        desk,
        who,
        live,
        Metrics(),
        lambda: NOON,
        audited=lambda _: audited,
        run_page=run_page,
    )
    app = site_of(parts, max_body_bytes=1 << 20)
    try:
        with listening(app, live.close) as where:
            yield replace(where, headers=headers or {}), desk
    finally:
        store.close()


def opened(desk: Desk, title: str = "Checkout is slow", **fields: object) -> int:
    """Open an incident with one alert; return its number."""

    def decide(known: object) -> Changes:
        number = known.next_incident  # type: ignore[attr-defined]
        incident = IncidentRow(
            number,
            f"key-{number}",
            "open",
            "high",
            title,
            NOON,
            NOON,
            1,
            source="prod",
            firing=1,
            total=1,
        )
        alert = AlertRow(
            "prod",
            f"f{number}",
            "firing",
            {"alertname": title, "pod": HOSTILE},
            NOON,
            NOON,
            number,
            NOON,
            annotations={"summary": HOSTILE},
            generator_url="javascript:alert(1)",
        )
        event = NewEvent("incident opened", NOON, {"title": title, "severity": "high"})
        return Changes(
            (alert,),
            (replace(incident, **fields),),  # type: ignore[arg-type]
            {f"incident/{number}": (event,)},
        )

    kept = desk.store.decide(Want(), decide)
    return int(kept[0].stream.partition("/")[2])
