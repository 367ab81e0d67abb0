"""An incident with all that its first minute can bring, for tests of its page."""

from __future__ import annotations

from datetime import timedelta

from pydantic import TypeAdapter

from runbookkit.app.desk import Desk
from runbookkit.model.event import NewEvent
from runbookkit.model.impact import Impact, Measured
from runbookkit.model.observation import (
    Figure,
    LevelCount,
    Links,
    LogLine,
    Logs,
    Metrics,
    NotAsked,
    Observation,
    Traces,
    TraceSummary,
)
from server.sites import NOON, opened

SINCE = NOON - timedelta(minutes=5)


def with_evidence(desk: Desk, text: str, url: str = "https://grafana.test/x") -> int:
    """Open an incident about which each text is the same; return its number."""
    links = Links(url, "")
    number = opened(desk, text, service=text, data={"seen": {"next step": text}})
    measured = Measured(0.2, text, NOON, links)
    impact = Impact(
        text, 0.999, 2592000, SINCE, NOON, measured, spent=0.02, notes=(text,)
    )
    seen = Observation(
        text,
        SINCE,
        NOON,
        (NotAsked("traces", text),),
        Metrics("", (Figure(text, "ratio", 0.2, text, links),)),
        Logs(text, links, 7, (LevelCount("error", 7),), (LogLine("", "error", text),)),
        Traces(text, links, (TraceSummary("4bf9", text, "", 12.0, True, links),)),
    )
    for kind, data in (
        ("deploy seen", {"text": text, "deploy": {"url": url}}),
        ("channel opened", {"text": text, "url": url}),
        ("impact computed", {"text": text, "impact": dumped(impact)}),
        ("evidence attached", {"text": text, "observation": dumped(seen)}),
        ("evidence attached", {"text": text}),
        ("run attached", {"text": text, "run": "f3e389fb", "waits": True}),
    ):
        desk.tell(number, NewEvent(kind, NOON, data, "auto", "test"))
    return number


def dumped(value: Impact | Observation) -> object:
    return TypeAdapter(type(value)).dump_python(value, mode="json")
