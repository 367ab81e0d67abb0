"""A store of incidents in memory: what the real ones do, without a database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from runbookkit.model.event import NewEvent
from runbookkit.model.incident import (
    NOT_OVER,
    AlertRow,
    Changes,
    IncidentRow,
    Known,
    Want,
)
from runbookkit.model.job import NewJob


@dataclass
class Memory:
    """Knows everything, and refuses what the databases would refuse."""

    alerts: dict[tuple[str, str], AlertRow] = field(default_factory=dict)
    incidents: dict[int, IncidentRow] = field(default_factory=dict)
    events: dict[str, list[NewEvent]] = field(default_factory=dict)
    jobs: dict[str, NewJob] = field(default_factory=dict)

    def decide(self, want: Want, decide: Callable[[Known], Changes]) -> Changes:
        """Keep what a decision comes to that is told what it wants, and no more."""
        changes = decide(self.known(want))
        self.alerts |= {(row.source, row.fingerprint): row for row in changes.alerts}
        for name in changes.seen:
            assert changes.seen_at is not None
            row = self.alerts[name]
            at = max(row.seen_at, changes.seen_at)
            self.alerts[name] = replace(row, seen_at=at)
        self.incidents |= {row.id: row for row in changes.incidents}
        for stream, events in changes.events.items():
            kept = {event.key for each in self.events.values() for event in each}
            new = [each for each in events if not each.key or each.key not in kept]
            self.events.setdefault(stream, []).extend(new)
        for job in changes.jobs:
            self.jobs.setdefault(job.key, job)
        keys = [row.key for row in self.open()]
        assert len(keys) == len(set(keys)), "two incidents are open for one key"
        return changes

    def known(self, want: Want) -> Known:
        """Return what is wanted."""
        alerts = {
            name: row
            for name, row in self.alerts.items()
            if name in want.alerts
            or (row.source in want.firing_of and row.status == "firing")
            or row.incident in want.alerts_of
        }
        numbers = {row.incident for row in alerts.values()}
        numbers |= {*want.incidents, *want.alerts_of, *want.keys_of}
        numbers |= {row.id for row in self.open() if row.source in want.open_of}
        keyed = [self.incidents[n] for n in want.keys_of if n in self.incidents]
        keys = {row.key for row in keyed} | set(want.keys)
        by_key = {key: row for key in keys if (row := self._under(key))}
        numbers |= {row.id for row in by_key.values()}
        while more := {
            row.merged_into
            for row in self.incidents.values()
            if row.id in numbers and row.merged_into not in {0, *numbers}
        }:
            numbers |= more
        newest = sorted(self.incidents)[-want.opened :] if want.opened else []
        return Known(
            alerts,
            by_key,
            {n: self.incidents[n] for n in numbers if n in self.incidents},
            max(self.incidents, default=0) + 1,
            {number: self.incidents[number].opened_at for number in newest},
            {want.once} & {e.key for each in self.events.values() for e in each},
        )

    def open(self) -> list[IncidentRow]:
        """Return the incidents that are not over."""
        return [row for row in self.incidents.values() if row.status in NOT_OVER]

    def kinds(self, number: int = 1) -> list[str]:
        """Return what happened to an incident, in order."""
        return [event.kind for event in self.events.get(f"incident/{number}", ())]

    def _under(self, key: str) -> IncidentRow | None:
        rows = [row for row in self.incidents.values() if row.key == key]
        opened = [row for row in rows if row.status in NOT_OVER]
        return max(opened or rows, key=lambda row: row.id, default=None)
