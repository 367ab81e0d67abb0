"""What the server counts about itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Metrics:
    """Counters of one server; each server has its own registry."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._webhooks = Counter(
            "runbookkit_webhooks",
            "Webhooks by source and answered status.",
            ("source", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "runbookkit_webhook_duration_seconds",
            "From the first byte of a webhook to its answer.",
            ("source",),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._children: dict[tuple[str, int], tuple[Counter, Histogram]] = {}

    def observe(self, source: str, status: int, seconds: float) -> None:
        """Count one webhook."""
        children = self._children.get((source, status))
        if children is None:
            children = (
                self._webhooks.labels(source, str(status)),
                self._seconds.labels(source),
            )
            self._children[source, status] = children
        counter, histogram = children
        counter.inc()
        histogram.observe(seconds)

    def watch(self, name: str, text: str, value: Callable[[], float]) -> None:
        """Show a number that is looked up when the metrics are asked for."""
        Gauge(name, text, registry=self.registry).set_function(value)

    def text(self) -> bytes:
        """Return everything in the text format of Prometheus."""
        return generate_latest(self.registry)
