"""A model of a highly available Alertmanager and of what lies around it.

Two peers take alerts from two Prometheis, mute some, and send the state of a group
at their own time; the network reorders and doubles what they send. Facts: dispatch,
notify and silence of alertmanager 0.34, and what was measured on 0.25.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from runbookkit.incidents.alertmanager import fingerprint
from runbookkit.model.alert import SeenAlert
from runbookkit.model.listed import ListedAlert, Listing

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LABELS = tuple(
    {"alertname": name, "service": service, "severity": severity}
    for service in ("shop", "search")
    for name, severity in (("Down", "critical"), ("Slow", "page"), ("Odd", "info"))
)
COUNT = len(LABELS)
NAMES = tuple(fingerprint(labels) for labels in LABELS)
GROUPS = ("shop", "search")
INHIBITS = {0: 1, 3: 4}
"""While the first fires, the other of its group is muted."""


def moment(seconds: int) -> datetime:
    return NOON + timedelta(seconds=seconds)


@dataclass
class Held:
    """An alert as a peer holds it; times in seconds after noon."""

    start: int
    end: int | None = None


@dataclass(frozen=True)
class Sent:
    """A notification on its way."""

    peer: int
    group: str
    firing: frozenset[int]
    resolved: frozenset[int]
    body: bytes


@dataclass
class Peer:
    """One instance."""

    number: int
    up_since: int
    alerts: dict[int, Held] = field(default_factory=dict)
    log: dict[str, frozenset[int]] = field(default_factory=dict)
    """By group: alerts that fired in the last notification that was taken."""

    def post(self, alert: int, start: int, end: int | None) -> None:
        """Take what Prometheus says (alert/alert.go ``Merge``)."""
        held = self.alerts.get(alert)
        if held is None or (held.end is not None and end is None):
            # an alert that is not known any more ends as it starts
            self.alerts[alert] = Held(start if end is None else end, end)
        elif held.end is None:
            held.start, held.end = min(held.start, start), end

    def restart(self, now: int) -> None:
        """Forget all alerts; the log of notifications is on the disk."""
        self.alerts.clear()
        self.up_since = now

    def muted(self, silenced: set[int]) -> set[int]:
        """Return the alerts that nobody is told of."""
        inhibited = {
            target
            for cause, target in INHIBITS.items()
            if cause in self.alerts and self.alerts[cause].end is None
        }
        return silenced | inhibited

    def flush(
        self, group: str, silenced: set[int], most: int, *, repeat: bool
    ) -> Sent | None:
        """Return what is sent now, if anything has to be."""
        muted = self.muted(silenced)
        told = {
            alert: held
            for alert, held in sorted(self.alerts.items())
            if LABELS[alert]["service"] == group and alert not in muted
        }
        firing = frozenset(a for a, held in told.items() if held.end is None)
        resolved = frozenset(told) - firing
        before = self.log.get(group, frozenset())
        news = not firing <= before or bool(resolved & before)
        if not told or not (news or (repeat and firing)):
            return None
        shown = dict(list(told.items())[: most or None])
        body = _body(self.number, group, shown, len(told) - len(shown))
        return Sent(self.number, group, firing, resolved, body)

    def taken(self, sent: Sent) -> None:
        """Take note that a notification was answered with 200."""
        self.log[sent.group] = sent.firing
        for alert in sent.resolved:
            held = self.alerts.get(alert)
            if held is not None and held.end is not None:
                del self.alerts[alert]

    def collect(self, silenced: set[int]) -> None:
        """Drop what ended while nobody is told of it: this is how resolves are lost."""
        for alert in self.muted(silenced):
            held = self.alerts.get(alert)
            if held is not None and held.end is not None:
                del self.alerts[alert]

    def listing(self, now: int, silenced: set[int]) -> Listing:
        """Answer ``GET /api/v2/alerts``."""
        muted = self.muted(silenced)
        listed = tuple(
            ListedAlert(
                SeenAlert(NAMES[a], "firing", LABELS[a], moment(held.start)),
                a in muted,
            )
            for a, held in self.alerts.items()
            if held.end is None
        )
        return Listing(listed, moment(now), moment(self.up_since))


def _body(peer: int, group: str, told: dict[int, Held], truncated: int) -> bytes:
    alerts = [_alert(alert, held) for alert, held in told.items()]
    fires = any(each["status"] == "firing" for each in alerts)
    return json.dumps(
        {
            "version": "4",
            "groupKey": f'{{}}:{{service="{group}"}}',
            "truncatedAlerts": truncated,
            "status": "firing" if fires else "resolved",
            "receiver": "runbookkit",
            "groupLabels": {"service": group},
            "externalURL": f"http://alertmanager-{peer}.example",
            "alerts": alerts,
        }
    ).encode()


def _alert(alert: int, held: Held) -> dict[str, Any]:
    never = "0001-01-01T00:00:00Z"
    return {
        "status": "firing" if held.end is None else "resolved",
        "labels": LABELS[alert],
        "annotations": {},
        "startsAt": moment(held.start).isoformat(),
        "endsAt": never if held.end is None else moment(held.end).isoformat(),
        "fingerprint": NAMES[alert],
    }


def observed(body: bytes) -> Iterable[tuple[int, int, int | None]]:
    """Return alert, start and end in seconds of all that a body tells of."""
    for each in json.loads(body)["alerts"]:
        start = datetime.fromisoformat(each["startsAt"])
        end = datetime.fromisoformat(each["endsAt"])
        ended = None if each["status"] == "firing" else _seconds(end)
        yield NAMES.index(each["fingerprint"]), _seconds(start), ended


def _seconds(at: datetime) -> int:
    return int((at - NOON).total_seconds())
