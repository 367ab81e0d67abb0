"""How services name the metrics and log fields that everybody has.

Names are those of the Prometheus client libraries, of OpenTelemetry's semantic
conventions (https://opentelemetry.io/docs/specs/semconv/http/http-metrics/) and of
Micrometer.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

_COUNTERS: Final = (
    "http_requests_total",
    "http_server_request_duration_seconds_count",
    "http_server_requests_seconds_count",
    "http_request_duration_seconds_count",
    "grpc_server_handled_total",
)
_HISTOGRAMS: Final = (
    "http_request_duration_seconds_bucket",
    "http_server_request_duration_seconds_bucket",
    "http_server_requests_seconds_bucket",
    "http_server_duration_milliseconds_bucket",
    "grpc_server_handling_seconds_bucket",
)
_CODES: Final = ("code", "status_code", "http_response_status_code", "status")
_GRPC: Final = "grpc_code"
_GRPC_FAILS: Final = (
    "Unknown|DeadlineExceeded|Unimplemented|Internal|Unavailable|DataLoss"
)
SERVICE_LABELS: Final = ("service", "job")
LOG_LABELS: Final = ("service_name", "service", "job")
TRACE_LABELS: Final = ("trace_id", "traceID", "traceId", "TraceID")
_LEVELS: Final = ("level", "severity", "detected_level", "lvl")
_MESSAGES: Final = ("message", "msg", "event")
_WORDS: Final = {
    "warn": "warning",
    "err": "error",
    "information": "info",
    "critical": "fatal",
}


@dataclass(frozen=True, slots=True)
class MetricNames:
    """What a service calls its requests; empty where it has none."""

    selector: str
    requests: str = ""
    code: str = ""
    """The label that says how a request ended."""
    latency: str = ""

    @property
    def failed(self) -> str:
        """The matcher of failed requests."""
        if self.code == _GRPC:
            return f'{_GRPC}=~"{_GRPC_FAILS}"'
        return f'{self.code}=~"5.."'

    @property
    def per_second(self) -> float:
        """How many of the latency's unit make a second."""
        return 1000.0 if "milliseconds" in self.latency else 1.0


def discovery_query(service: str) -> str:
    """Return the query that tells which of the known metrics a service has."""
    known = "|".join(("up", *_COUNTERS, *_HISTOGRAMS))
    picks = (f'{{__name__=~"{known}", {each}="{service}"}}' for each in SERVICE_LABELS)
    by = ", ".join(("__name__", *SERVICE_LABELS, *_CODES, _GRPC))
    return f"group by ({by}) ({' or '.join(picks)})"


def metric_names(service: str, series: Iterable[Mapping[str, Any]]) -> MetricNames:
    """Return the names that a service uses; the label ``service`` wins over ``job``.

    >>> found = [{"__name__": "http_requests_total", "job": "shop", "code": "200"}]
    >>> metric_names("shop", found)
    MetricNames(selector='job="shop"', requests='http_requests_total', code='code', latency='')
    """
    found = list(series)
    for label in SERVICE_LABELS:
        own = [each for each in found if each.get(label) == service]
        if own:
            return _names(f'{label}="{service}"', own)
    return MetricNames("")


def _names(selector: str, own: list[Mapping[str, Any]]) -> MetricNames:
    there = {each.get("__name__", "") for each in own}
    requests = next((each for each in _COUNTERS if each in there), "")
    labels = {
        label
        for each in own
        if each.get("__name__") == requests
        for label, value in each.items()
        if value
    }
    code = next((each for each in (*_CODES, _GRPC) if each in labels), "")
    latency = next((each for each in _HISTOGRAMS if each in there), "")
    return MetricNames(selector, requests, code, latency)


def trace_id_of(labels: Mapping[str, Any]) -> str:
    """Return a trace's id as 32 lower-case hexadecimal digits; empty when none is there.

    >>> trace_id_of({"traceID": "4BF92F35-77B3-4DA6-A3CE-929D0E0E4736"})
    '4bf92f3577b34da6a3ce929d0e0e4736'
    """
    told = (str(labels[each]) for each in TRACE_LABELS if labels.get(each))
    return next((found for each in told if (found := normal_id(each))), "")


def normal_id(text: str) -> str:
    """Return an id as 32 lower-case hexadecimal digits; empty when it is none.

    >>> normal_id("F00")
    '00000000000000000000000000000f00'
    >>> normal_id("none"), normal_id("0" * 32)
    ('', '')
    """
    plain = text.strip().replace("-", "").lower()
    digits = set(plain) <= set("0123456789abcdef")
    fits = 0 < len(plain) <= 32 and digits and plain.strip("0")
    return plain.zfill(32) if fits else ""


def fields_of(line: Mapping[str, Any]) -> dict[str, str]:
    """Return what a log line says of itself: labels, metadata, its own JSON."""
    found = {**line.get("labels", {}), **line.get("fields", {})}
    text = str(line["line"]).strip()
    if text.startswith("{"):
        try:
            told = json.loads(text)
        except (ValueError, RecursionError):
            told = {}
        found |= {str(name): value for name, value in told.items()}
    return {name: str(value) for name, value in found.items()}


def level_of(fields: Mapping[str, str]) -> str:
    """Return a line's level in the usual word; empty where it has none."""
    told = next((fields[each] for each in _LEVELS if fields.get(each)), "").lower()
    return _WORDS.get(told, told)


def message_of(line: str, fields: Mapping[str, str]) -> str:
    """Return what a line tells a person."""
    return next((fields[each] for each in _MESSAGES if fields.get(each)), line)
