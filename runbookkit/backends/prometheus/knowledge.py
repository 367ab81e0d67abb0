"""What Prometheus knows besides samples: exemplars, rules, alerts, cardinality."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from runbookkit.backends.prometheus.answers import SERVER, body_of
from runbookkit.backends.prometheus.forms import API
from runbookkit.exchange import Remote
from runbookkit.model.answer import Window
from runbookkit.model.observed import (
    ActiveAlert,
    Cardinality,
    Exemplar,
    LoadedRule,
    MetricMetadata,
    ServerFacts,
)
from runbookkit.moments import seconds


class Knowledge:
    """Asks a Prometheus for what it knows besides samples.

    Every method raises a :class:`runbookkit.errors.BackendError` where it fails.
    """

    def __init__(self, remote: Remote) -> None:
        self._remote = remote

    def exemplars(
        self, query: str, window: Window, timeout: timedelta
    ) -> tuple[Exemplar, ...]:
        """Return the exemplars of a query's selectors, the newest first.

        None where the server keeps none, or nothing is scraped as OpenMetrics.
        """
        form = {
            "query": query,
            "start": seconds(window.start),
            "end": seconds(window.end),
        }
        answer = self._remote.post(f"{API}query_exemplars", form, timeout)
        data = body_of(answer, self._remote).get("data")
        with self._remote.understanding(SERVER):
            return exemplars_of(data)

    def alerts(self, timeout: timedelta) -> tuple[ActiveAlert, ...]:
        """Return the alerts that fire or are about to."""
        data = self._data("alerts", {}, timeout)
        with self._remote.understanding(SERVER):
            return alerts_of(data["alerts"])

    def rules(self, timeout: timedelta, name: str = "") -> tuple[LoadedRule, ...]:
        """Return the rules, or those of one name."""
        data = self._data("rules", {}, timeout)
        with self._remote.understanding(SERVER):
            # older servers ignore the parameter for names without a word
            return tuple(
                each for each in rules_of(data) if not name or each.name == name
            )

    def metadata(
        self, timeout: timedelta, metric: str = ""
    ) -> tuple[MetricMetadata, ...]:
        """Return types and help texts of metrics, or of one."""
        params = {"metric": metric} if metric else {}
        data = self._data("metadata", params, timeout)
        with self._remote.understanding(SERVER):
            return metadata_of(data)

    def cardinality(self, timeout: timedelta) -> Cardinality:
        """Return what fills the server's head block."""
        data = self._data("status/tsdb", {}, timeout)
        with self._remote.understanding(SERVER):
            return cardinality_of(data)

    def facts(self, timeout: timedelta) -> ServerFacts:
        """Return version and clock of the server."""
        return self._remote.facts(f"{API}status/buildinfo", timeout, SERVER)

    def _data(
        self, path: str, params: Mapping[str, str], timeout: timedelta
    ) -> Mapping[str, Any]:
        answer = self._remote.get(API + path, params, timeout)
        data = body_of(answer, self._remote).get("data")
        if not isinstance(data, dict):
            raise self._remote.unavailable(f"knows nothing of {path}")
        return data


def exemplars_of(data: Any) -> tuple[Exemplar, ...]:
    """Return exemplars, the newest first."""
    found = [
        Exemplar(
            dict(one.get("seriesLabels") or {}),
            dict(each.get("labels") or {}),
            float(each["value"]),
            datetime.fromtimestamp(float(each["timestamp"]), UTC),
        )
        for one in data or ()
        for each in one.get("exemplars") or ()
    ]
    found.sort(key=lambda each: sorted(each.series.items()))
    return tuple(sorted(found, key=lambda each: each.at, reverse=True))


def alerts_of(told: Any) -> tuple[ActiveAlert, ...]:
    """Return alerts in the order of their labels."""
    found = [
        ActiveAlert(
            dict(each.get("labels") or {}),
            dict(each.get("annotations") or {}),
            str(each["state"]),
            float(each["value"]),
            datetime.fromisoformat(each["activeAt"]),
        )
        for each in told or ()
    ]
    return tuple(sorted(found, key=lambda each: sorted(each.labels.items())))


def rules_of(data: Mapping[str, Any]) -> tuple[LoadedRule, ...]:
    """Return rules in the order of their groups."""
    return tuple(
        LoadedRule(
            str(each["name"]),
            "alerting" if each["type"] == "alerting" else "recording",
            str(each["query"]),
            dict(each.get("labels") or {}),
            dict(each.get("annotations") or {}),
            timedelta(seconds=float(each.get("duration") or 0)),
            str(each.get("health") or "unknown"),
            str(each.get("lastError") or ""),
            alerts_of(each.get("alerts")),
        )
        for group in data.get("groups") or ()
        for each in group.get("rules") or ()
    )


def metadata_of(data: Mapping[str, Any]) -> tuple[MetricMetadata, ...]:
    """Return what exporters say; exporters may differ about one metric."""
    return tuple(
        MetricMetadata(
            name,
            str(each.get("type") or "unknown"),
            str(each.get("help") or ""),
            str(each.get("unit") or ""),
        )
        for name, told in sorted(data.items())
        for each in told
    )


def cardinality_of(data: Mapping[str, Any]) -> Cardinality:
    """Return the lists of ``/status/tsdb``."""
    return Cardinality(
        int(data["headStats"]["numSeries"]),
        _counts(data.get("seriesCountByMetricName")),
        _counts(data.get("labelValueCountByLabelName")),
        _counts(data.get("seriesCountByLabelValuePair")),
        _counts(data.get("memoryInBytesByLabelName")),
    )


def _counts(told: Any) -> dict[str, int]:
    found = [(str(each["name"]), int(each["value"])) for each in told or ()]
    return dict(sorted(found, key=lambda each: (-each[1], each[0])))
