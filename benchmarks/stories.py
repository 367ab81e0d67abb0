"""Alerts of one service that fire and end, sent as Alertmanager sends them."""

from __future__ import annotations

import hashlib
import http.client
import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

sys.path[:0] = [str(Path(__file__).parent)]

from receiver_process import Outdoors  # noqa: E402  the path is set first

from runbookkit.store.log import Log  # noqa: E402

HOOK = "/webhooks/alertmanager/prod"
TOLD = Counter(
    {
        "incident opened": 1,
        "alert firing": 2,
        "alert resolved": 2,
        "incident resolved": 1,
        "channel opened": 1,
        "page sent": 1,
        "effect done": 1,
    }
)
"""What the timeline of a story holds, and how often; the last is the page that ended."""
_STAGES = (("firing",), ("firing", "firing"), ("resolved", "firing"), ("", "resolved"))


@dataclass
class Sender:
    """Sends until 200; whatever else is answered is counted."""

    ports: Sequence[int]
    answers: Counter[str] = field(default_factory=Counter)
    over: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def deliver(self, body: bytes, random: Random) -> bool:
        """Return whether it was answered 200 before all is over."""
        while not self.over.is_set():
            answer = self._once(body, random)
            with self._lock:
                self.answers[answer] += 1
            if answer == "200":
                return True
            time.sleep(random.uniform(0.05, 0.3))
        return False

    def _once(self, body: bytes, random: Random) -> str:
        try:
            connection = http.client.HTTPConnection(
                "127.0.0.1", random.choice(self.ports), timeout=10
            )
            try:
                connection.request("POST", HOOK, body)
                return str(connection.getresponse().status)
            finally:
                connection.close()
        except (OSError, http.client.HTTPException, IndexError) as error:
            return type(error).__name__

    @property
    def unexpected(self) -> list[str]:
        """What may never be answered to a webhook that is in order."""
        fine = {"200", "503"}
        return [each for each in self.answers if each.isdigit() and each not in fine]


@dataclass
class Story:
    """One service: an alert fires, another joins it, and one after the other ends."""

    service: str
    severity: str = "critical"
    acknowledged: Counter[str] = field(default_factory=Counter)
    """How often a webhook was answered 200, by the digest of its body."""

    def tell(self, sender: Sender, random: Random, pause: float) -> None:
        for statuses in _STAGES:
            body = self._body(statuses, random)
            # two Alertmanagers that do not hear of each other send the same
            for _ in range(random.choice((1, 1, 1, 2))):
                if sender.deliver(body, random):
                    self.acknowledged[hashlib.sha256(body).hexdigest()] += 1
            time.sleep(random.uniform(0.0, pause))

    def _body(self, statuses: Sequence[str], random: Random) -> bytes:
        alerts = [
            self._alert(number, status, random)
            for number, status in enumerate(statuses)
            if status
        ]
        whole = {
            "version": "4",
            "groupKey": f'{{}}:{{service="{self.service}"}}',
            "truncatedAlerts": 0,
            "status": "firing" if "firing" in statuses else "resolved",
            "receiver": "runbookkit",
            "groupLabels": {"service": self.service},
            "commonLabels": {},
            "commonAnnotations": {},
            "externalURL": "https://alertmanager.example",
            "alerts": alerts,
        }
        return json.dumps(whole).encode()

    def _alert(self, number: int, status: str, random: Random) -> dict[str, Any]:
        over = status == "resolved"
        name = f"{self.service} {number}"
        return {
            "status": status,
            "labels": {
                "alertname": ("Slow", "Failing")[number],
                "severity": self.severity,
                "service": self.service,
            },
            # a text that does not get smaller fills a disk
            "annotations": {"summary": random.randbytes(3000).hex()},
            "startsAt": "2026-11-20T11:58:00Z",
            "endsAt": datetime.now(UTC).isoformat() if over else "0001-01-01T00:00:00Z",
            "generatorURL": "",
            "fingerprint": hashlib.sha256(name.encode()).hexdigest()[:16],
        }


@dataclass
class Check:
    """Compares a store and what stands outside with the stories that were told."""

    store: Log
    outdoors: Outdoors

    def __post_init__(self) -> None:
        rows = self.store.incidents(open_only=False, limit=1_000_000)
        self._incidents: dict[str, list[int]] = {}
        for row in rows:
            self._incidents.setdefault(row.service, []).append(row.id)
        bodies = self.store.bodies(dead_only=False, limit=1_000_000)
        self._kept = Counter(each.digest for each in bodies)
        self._dead = {each.digest for each in bodies if each.state == "dead"}

    def wrong(self, story: Story) -> Iterator[str]:
        for digest, count in story.acknowledged.items():
            if self._kept[digest] < count:
                yield f"{story.service}: answered 200 and lost"
            if digest in self._dead:
                yield f"{story.service}: taken for unreadable"
        incidents = self._incidents.get(story.service, [])
        if len(incidents) != 1:
            yield f"{story.service}: {len(incidents)} incidents"
            return
        timeline = self._told(incidents[0])
        if timeline != TOLD:
            yield f"{story.service}: timeline {dict(timeline)}"
        yield from self.outdoors.wrong(incidents[0])

    def _told(self, incident: int) -> Counter[str]:
        """Count what the timeline holds; an alert that is there twice is named."""
        told: Counter[str] = Counter()
        named: set[str] = set()
        for event in self.store.read(f"incident/{incident}"):
            alerts = [each["fingerprint"] for each in event.data.get("alerts", ())]
            told[event.kind] += len(alerts) or 1
            for name in (f"{event.kind} {each}" for each in alerts):
                told[f"twice: {name}"] += 1 if name in named else 0
                named.add(name)
            if event.kind in {"effect failed", "page failed"}:
                told[str(event.data["text"])] += 1
        return +told
