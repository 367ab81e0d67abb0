from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from doubles.clocks import NOON
from runbookkit.app.reconciling import Rounds
from runbookkit.app.working import Tally
from runbookkit.errors import StoreError
from runbookkit.model.event import Event
from runbookkit.model.incident import Changes, Want
from runbookkit.model.job import Job, JobCount, NewJob
from runbookkit.server.job_metrics import AttendanceMetrics, JobMetrics
from runbookkit.server.metrics import Metrics
from runbookkit.store.sqlite import SqliteStore


def said(metrics: Collector) -> list[str]:
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
        "runbookkit_store_up 1.0",
    }
    store.close()


def test_a_store_that_is_away_does_not_read_as_nothing_to_do() -> None:
    def away() -> list[JobCount]:
        raise StoreError("away")

    assert said(JobMetrics(away, lambda: NOON)) == ["runbookkit_store_up 0.0"]


def test_attempts_are_counted_by_how_they_ended_and_from_0_on() -> None:
    tally, rounds = Tally(), Rounds()
    tally.expect("slack", ["post"])
    tally.add(job("slack", "post"), "again")
    tally.add(job("timer", "remind"), "done")
    rounds.answered["prod"] = NOON
    rounds.watchdog["prod"] = NOON - timedelta(minutes=2)

    lines = said(AttendanceMetrics(tally, rounds, lambda: NOON + timedelta(minutes=1)))

    attempts = "runbookkit_job_attempts_total"
    assert set(lines) == {
        f'{attempts}{{kind="post",outcome="again",queue="slack"}} 1.0',
        f'{attempts}{{kind="post",outcome="dead",queue="slack"}} 0.0',
        f'{attempts}{{kind="post",outcome="done",queue="slack"}} 0.0',
        f'{attempts}{{kind="remind",outcome="done",queue="timer"}} 1.0',
        'runbookkit_reconciler_age_seconds{source="prod"} 60.0',
        'runbookkit_watchdog_age_seconds{source="prod"} 180.0',
    }


def job(queue: str, kind: str) -> Job:
    return Job(1, "k", kind, queue, "incident/1", NOON, 1, NOON, "a/1")


def test_how_late_a_webhook_told_of_an_alert_is_observed_once_an_episode() -> None:
    metrics = Metrics()
    starts = [NOON - timedelta(seconds=each) for each in (40, 20)]
    data = {"alerts": [{"name": "A", "starts_at": each.isoformat()} for each in starts]}
    other = Event(2, "incident/1", 2, "note added", NOON, NOON)
    for source in ("alertmanager:prod", "reconciler:prod"):
        firing = Event(1, "incident/1", 1, "alert firing", NOON, NOON, data, "", source)
        metrics.kept([firing, other])

    text = metrics.text().decode()

    assert 'runbookkit_alert_lag_seconds_sum{source="prod"} 40.0' in text
    assert 'runbookkit_alert_lag_seconds_count{source="prod"} 1.0' in text
