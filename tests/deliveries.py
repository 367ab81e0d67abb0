"""Bodies of webhooks as Alertmanager makes them, and what they come to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from memory import Memory
from runbookkit.incidents import intake, timers
from runbookkit.incidents.alertmanager import fingerprint, parse
from runbookkit.model.alert import Delivery
from runbookkit.model.effect import EffectKind
from runbookkit.model.incident import Changes
from runbookkit.model.job import Job
from runbookkit.model.policy import Policy

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
YEAR_ONE = "0001-01-01T00:00:00Z"
EVERYTHING: frozenset[EffectKind] = frozenset({
    "open channel", "show status", "post", "page", "acknowledge page",
    "resolve page", "annotate",
})  # fmt: skip
POLICY = Policy(integrations={"chat": EVERYTHING})


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def alert(
    name: str = "Slow", start: float = 0, end: float | None = None, **labels: str
) -> dict[str, Any]:
    every = {"alertname": name, **labels}
    return {
        "status": "firing" if end is None else "resolved",
        "labels": every,
        "annotations": {"summary": "it is slow"},
        "startsAt": at(start).isoformat().replace("+00:00", "Z"),
        "endsAt": YEAR_ONE if end is None else at(end).isoformat(),
        "generatorURL": "http://prometheus.example/graph",
        "fingerprint": fingerprint(every),
    }


def body(alerts: Sequence[Mapping[str, Any]], **changes: Any) -> bytes:
    whole = {
        "version": "4",
        "groupKey": '{}:{alertname="Slow"}',
        "truncatedAlerts": 0,
        "status": "firing",
        "receiver": "runbookkit",
        "groupLabels": {"alertname": "Slow"},
        "commonLabels": {},
        "commonAnnotations": {},
        "externalURL": "http://alertmanager.example",
        "alerts": alerts,
        **changes,
    }
    return json.dumps({k: v for k, v in whole.items() if v is not ...}).encode()


def read(raw: bytes, minutes: float = 0, source: str = "prod") -> Delivery:
    return parse(source, raw, at(minutes))


def deliver(
    store: Memory,
    minutes: float,
    *alerts: Mapping[str, Any],
    policy: Policy = POLICY,
    **changes: Any,
) -> Changes:
    """Take a webhook in that comes so many minutes after noon."""
    raw = body(alerts, **changes)
    return store.decide(*intake.decision(read(raw, minutes), raw, policy))


def pass_time(store: Memory, minutes: float, policy: Policy = POLICY) -> None:
    """Let all timers be attended to that are due by then, in order."""
    while due := [
        job
        for job in store.jobs.values()
        if job.queue.startswith("timer") and job.run_at <= at(minutes)
    ]:
        job = min(due, key=lambda each: each.run_at)
        del store.jobs[job.key]
        claimed = Job(
            1,
            job.key,
            job.kind,
            job.queue,
            job.stream,
            job.run_at,
            1,
            NOON,
            "",
            job.data,
        )
        store.decide(*timers.decision(claimed, job.run_at, policy))


def status(store: Memory, number: int = 1) -> str:
    return store.incidents[number].status
