from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest

from doubles.clocks import NOON
from runbookkit.errors import StoreError
from runbookkit.model.incident import Changes, Want
from runbookkit.model.job import JobCount, NewJob
from runbookkit.server.job_metrics import JobMetrics
from runbookkit.store.sqlite import SqliteStore


def said(metrics: JobMetrics) -> list[str]:
    registry = CollectorRegistry()
    registry.register(metrics)
    lines = generate_latest(registry).decode().splitlines()
    return [line for line in lines if not line.startswith("#")]


def test_jobs_that_wait_and_dead_ones_are_counted_by_queue(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "log.sqlite", clock=lambda: NOON)
    jobs = tuple(
        NewJob(str(n), "post", queue, f"incident/{n}", NOON)
        for n, queue in enumerate(("slack", "slack", "mail"))
    )
    store.decide(Want(), lambda _: Changes(jobs=jobs))
    dead = store.claim("a/1", ["mail"], NOON, timedelta(minutes=1))
    assert dead
    store.give_up(dead, "no such address")

    lines = said(JobMetrics(store.job_counts, lambda: NOON + timedelta(seconds=90)))

    assert set(lines) == {
        'runbookkit_jobs{queue="slack",state="pending"} 2.0',
        'runbookkit_jobs{queue="mail",state="dead"} 1.0',
        'runbookkit_job_late_seconds{queue="slack"} 90.0',
    }
    store.close()


def test_a_store_that_is_away_does_not_read_as_nothing_to_do() -> None:
    def away() -> list[JobCount]:
        raise StoreError("away")

    assert said(JobMetrics(away, lambda: NOON)) == []
