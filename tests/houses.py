"""Incidents in a real store, from webhooks and commands through the engine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from runbookkit.incidents import commands, intake
from runbookkit.model.alert import AlertStatus, Delivery, SeenAlert
from runbookkit.model.command import Command, CommandKind
from runbookkit.model.event import NewEvent
from runbookkit.model.incident import Changes, Want
from runbookkit.model.policy import Policy
from runbookkit.store.sqlite import SqliteStore

NOON = datetime(2026, 11, 17, 12, tzinfo=UTC)
LABELS = {
    "alertname": "ShopFails",
    "service": "shop",
    "severity": "page",
    "team": "team-shop",
    "sloth_id": "shop-orders",
}
POLICY = Policy(resolve_grace=timedelta(), integrations={"pager": frozenset({"page"})})


class House:
    """A store whose clock stands where the last thing happened."""

    def __init__(self, folder: Path) -> None:
        self.now = NOON
        self.store = SqliteStore(folder / "log.sqlite", clock=lambda: self.now)

    def at(self, minutes: float) -> datetime:
        """Move the clock to so many minutes after noon."""
        self.now = NOON + timedelta(minutes=minutes)
        return self.now

    def alert(
        self,
        minutes: float,
        status: AlertStatus = "firing",
        *,
        labels: Mapping[str, str] | None = None,
        annotations: Mapping[str, str] | None = None,
        fingerprint: str = "f",
    ) -> int:
        """Take a webhook in; return the newest incident's number."""
        now = self.at(minutes)
        over = now if status == "resolved" else None
        seen = SeenAlert(
            fingerprint,
            status,
            LABELS if labels is None else labels,
            now - timedelta(minutes=5),
            over,
            annotations or {},
        )
        delivery = Delivery("prod", "runbookkit", (seen,), now, "digest")
        self.store.decide(*intake.decision(delivery, b"{}", POLICY))
        return max(row.id for row in self.store.incidents(open_only=False))

    def command(
        self, kind: CommandKind, number: int, minutes: float, **more: Any
    ) -> None:
        """Do what a person asks."""
        now = self.at(minutes)
        command = Command(kind, number, "Priya Okafor", "terminal", now, **more)
        self.store.decide(*commands.decision(command, POLICY))

    def event(self, number: int, minutes: float, kind: str, **data: Any) -> None:
        """Keep something that a system saw."""
        now = self.at(minutes)
        kept = NewEvent(kind, now, data, "", "pager", f"{kind}:{number}:{minutes}")
        changes = Changes(events={f"incident/{number}": (kept,)})
        self.store.decide(Want(), lambda _: changes)
