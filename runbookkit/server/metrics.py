"""What the server counts about itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest

from runbookkit.model.event import Event

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_LAGS: Final = (1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 14400)
_NEW: Final = frozenset({"alert firing", "alert fired again"})
_WEBHOOK: Final = "alertmanager:"
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
        self._lag = Histogram(
            "runbookkit_alert_lag_seconds",
            "From the start of an alert, as its sender has it, until it was kept.",
            ("source",),
            buckets=_LAGS,
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

    def kept(self, events: Iterable[Event]) -> None:
        """Observe how late the webhook was that told of new alerts."""
        for event in events:
            if event.kind in _NEW and event.source.startswith(_WEBHOOK):
                starts = [
                    each.get("starts_at") for each in event.data.get("alerts", ())
                ]
                first = min(filter(None, starts), default=None)
                if first is not None:
                    lag = event.recorded_at - datetime.fromisoformat(first)
                    source = event.source.removeprefix(_WEBHOOK)
                    self._lag.labels(source).observe(max(lag.total_seconds(), 0.0))

    def watch(self, name: str, text: str, value: Callable[[], float]) -> None:
        """Show a number that is looked up when the metrics are asked for."""
        Gauge(name, text, registry=self.registry).set_function(value)

    def watch_each(
        self, name: str, text: str, values: Mapping[str, Callable[[], float]]
    ) -> None:
        """Show a number for each source, looked up when the metrics are asked for."""
        gauge = Gauge(name, text, ("source",), registry=self.registry)
        for source, value in values.items():
            gauge.labels(source).set_function(value)

    def text(self) -> bytes:
        """Return everything in the text format of Prometheus."""
        return generate_latest(self.registry)
