"""What is still to be done outside, and what was given up, as metrics."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from runbookkit.app.reconciling import Rounds
from runbookkit.app.working import Tally
from runbookkit.errors import StoreError
from runbookkit.model.job import JobCount


class JobMetrics(Collector):
    """Counts jobs whenever metrics are asked for."""

    def __init__(
        self, counts: Callable[[], list[JobCount]], now: Callable[[], datetime]
    ) -> None:
        self._counts = counts
        self._now = now

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield how many jobs there are, and how late the oldest one is.

        Of these nothing while the store is away: 0 would read as if all were well.
        """
        up = GaugeMetricFamily("runbookkit_store_up", "Whether the store answers.")
        try:
            counts = self._counts()
        except StoreError:
            up.add_metric((), 0)
            yield up
            return
        up.add_metric((), 1)
        yield up
        jobs = GaugeMetricFamily(
            "runbookkit_jobs",
            "Jobs that are still to be done, and those that were given up.",
            labels=("queue", "state"),
        )
        late = GaugeMetricFamily(
            "runbookkit_job_late_seconds",
            "How long ago the oldest job should have been done.",
            labels=("queue",),
        )
        for each in counts:
            jobs.add_metric((each.queue, each.state), each.count)
            if each.state == "pending":
                seconds = (self._now() - each.oldest_at).total_seconds()
                late.add_metric((each.queue,), max(seconds, 0.0))
        yield jobs
        yield late


class AttendanceMetrics(Collector):
    """Shows what goes on beside the requests whenever metrics are asked for."""

    def __init__(
        self, tally: Tally, rounds: Rounds, now: Callable[[], datetime]
    ) -> None:
        self._tally = tally
        self._rounds = rounds
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """Yield how attempts ended, and when senders were heard of last."""
        attempts = CounterMetricFamily(
            "runbookkit_job_attempts",
            "Attempts at jobs by how they ended: done, again, dead, later, lost.",
            labels=("queue", "kind", "outcome"),
        )
        for names, count in sorted(self._tally.counted().items()):
            attempts.add_metric(names, count)
        yield attempts
        yield self._ages(
            "runbookkit_reconciler_age_seconds",
            "How long ago a sender said which of its alerts fire.",
            self._rounds.answered,
        )
        yield self._ages(
            "runbookkit_watchdog_age_seconds",
            "How long ago the watchdog of a source was heard, as looked up each minute.",
            self._rounds.watchdog,
        )

    def _ages(
        self, name: str, text: str, moments: dict[str, datetime]
    ) -> GaugeMetricFamily:
        ages = GaugeMetricFamily(name, text, labels=("source",))
        for source, at in sorted(moments.copy().items()):
            ages.add_metric((source,), max((self._now() - at).total_seconds(), 0.0))
        return ages
