"""Effects as a worker makes them, for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from doubles.clocks import NOON
from runbookkit.model.effect import Effect, EffectKind, StatusBlock
from runbookkit.model.incident import IncidentRow

HOSTILE = (
    "*bold* <b>x</b> <!channel> <@U1> <https://evil.example|click> @everyone"
    " [a](javascript:alert(1)) {{ 7*7 }} ${x} `code` &amp; \x1b[31m\x00\u202e \ud800"
)
ROW = IncidentRow(
    id=41,
    key="prod?service=checkout",
    status="open",
    severity="high",
    title="Slow: checkout",
    opened_at=NOON,
    changed_at=NOON,
    sequence=3,
    source="prod",
    service="checkout",
    firing=2,
    total=3,
)
BLOCK = StatusBlock(
    "Slow: checkout",
    "high",
    "open",
    (("alerts", "2 of 3 firing"), ("owner", "nobody")),
    (("runbook", "https://runbooks.example/slow"),),
    (("Acknowledge", "acknowledge"),),
)
HOSTILE_ROW = replace(
    ROW, title=HOSTILE, service=HOSTILE, runbook="javascript:alert(1)"
)
HOSTILE_BLOCK = StatusBlock(
    HOSTILE,
    HOSTILE,
    HOSTILE,
    ((HOSTILE, HOSTILE),),
    ((HOSTILE, "javascript:alert(1)"), (HOSTILE, "https://a.example|<!channel>")),
    ((HOSTILE, "acknowledge"),),
)


def effect(kind: EffectKind, key: str = "", **others: Any) -> Effect:
    told = {"incident": ROW, "at": NOON + timedelta(seconds=5), **others}
    return Effect(key or f"41 {kind}", kind, **told)
