"""What is still to be done outside, and what was given up, as metrics."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

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

        Nothing while the store is away: 0 would read as if all were well.
        """
        try:
            counts = self._counts()
        except StoreError:
            return
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
