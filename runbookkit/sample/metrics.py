"""The service's metrics, with exemplars, as OpenMetrics."""

from __future__ import annotations

import resource
import threading
import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.openmetrics.exposition import (
    CONTENT_TYPE_LATEST,
    generate_latest,
)

from runbookkit.sample.work import Request

CONTENT_TYPE = CONTENT_TYPE_LATEST
_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """Counts requests; a label without bounds is one of the faults."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "http_requests",
            "Requests served.",
            ["route", "code"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "http_request_duration_seconds",
            "Time to serve a request.",
            ["route"],
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._items = Gauge(
            "cart_items", "Items in a cart.", ["user_id"], registry=self._registry
        )
        self._probes = {
            name: Counter(name, "Traces of the probe.", registry=self._registry)
            for name in ("trace_probe_sent", "trace_probe_late")
        }
        self._started = Gauge(
            "process_start_time_seconds",
            "Start of the process.",
            registry=self._registry,
        )
        self._started.set(time.time())
        self._registry.register(_Cpu())
        self._lock = threading.Lock()

    def count(self, request: Request, *, sampled: bool, unbounded: bool) -> None:
        """Count one request."""
        self._requests.labels(request.route, str(request.code)).inc()
        exemplar = {"trace_id": request.trace_id} if sampled else None
        self._seconds.labels(request.route).observe(request.seconds, exemplar)
        self._probes["trace_probe_sent"].inc()
        if unbounded:
            for part in range(4):
                self._items.labels(f"u{request.trace_id[part * 8 : part * 8 + 8]}").set(
                    1
                )

    def forget_carts(self) -> None:
        """Drop the series of the label without bounds."""
        with self._lock:
            self._items.clear()

    def text(self) -> bytes:
        """Return the exposition."""
        text: bytes = generate_latest(self._registry)  # type: ignore[no-untyped-call]
        return text


class _Cpu:
    """The CPU time of the process, read when asked."""

    def collect(self) -> list[Metric]:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        seconds = usage.ru_utime + usage.ru_stime
        family = CounterMetricFamily("process_cpu_seconds", "CPU time.", value=seconds)
        return [family]
