"""Traces and spans of Tempo in the words of expectations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from runbookkit.backends.tempo.ids import hexadecimal, trace_id
from runbookkit.moments import rfc3339

_MILLISECOND: Final = 1e6
_KINDS: Final = ("unspecified", "internal", "server", "client", "producer", "consumer")
_STATES: Final = ("unset", "ok", "error")


def attributes_of(told: Any) -> dict[str, Any]:
    """Return attributes with plain values; whole numbers come as texts.

    >>> attributes_of([{"key": "code", "value": {"intValue": "500"}}])
    {'code': 500}
    """
    return {str(each["key"]): _value(each.get("value") or {}) for each in told or ()}


def _value(typed: Mapping[str, Any]) -> Any:
    kind = next(iter(typed), "")
    read = _READ.get(kind)
    return None if read is None else read(typed[kind])


_READ: Final[Mapping[str, Callable[[Any], Any]]] = {
    "stringValue": str,
    "bytesValue": str,
    "intValue": int,
    "doubleValue": float,
    "boolValue": bool,
    "arrayValue": lambda told: [_value(each) for each in told.get("values") or ()],
    "kvlistValue": lambda told: attributes_of(told.get("values")),
}


class Whole(NamedTuple):
    """One whole trace; both are empty when the server does not have it."""

    traces: list[dict[str, Any]]
    spans: list[dict[str, Any]]


def whole(trace: Mapping[str, Any]) -> Whole:
    """Return a trace as search would list it, and its spans in the order they began."""
    if not trace:
        return Whole([], [])
    # v1 calls the list `batches`, v2 `resourceSpans`
    groups = trace["resourceSpans" if "resourceSpans" in trace else "batches"]
    found = [
        (int(told["startTimeUnixNano"]), _end(told), _span(told, resource))
        for group in groups
        for resource in [attributes_of((group.get("resource") or {}).get("attributes"))]
        for told in _told(group)
    ]
    found.sort(key=lambda each: (each[0], each[2]["span_id"]))
    if not found:
        return Whole([], [])
    spans = [span for _, _, span in found]
    length = max(end for _, end, _ in found) - found[0][0]
    root = next((each for each in spans if not each["parent_id"]), spans[0])
    summary = {
        "trace_id": spans[0]["trace_id"],
        "root_service": root["service"],
        "root_name": root["name"],
        "start": spans[0]["start"],
        "duration_ms": length / _MILLISECOND,
        "matched": len(spans),
        "errors": sum(each["status"] == "error" for each in spans),
        "services": sorted({each["service"] for each in spans}),
    }
    return Whole([summary], spans)


def _told(group: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    # the second name is from before 2.0
    for name in ("scopeSpans", "instrumentationLibrarySpans"):
        for scope in group.get(name) or ():
            yield from scope.get("spans") or ()


def _end(told: Mapping[str, Any]) -> int:
    return max(int(told.get("endTimeUnixNano") or 0), int(told["startTimeUnixNano"]))


def _span(told: Mapping[str, Any], resource: Mapping[str, Any]) -> dict[str, Any]:
    status = told.get("status") or {}
    start = int(told["startTimeUnixNano"])
    parent = told.get("parentSpanId")
    return {
        "trace_id": hexadecimal(str(told["traceId"]), 32),
        "span_id": hexadecimal(str(told["spanId"]), 16),
        "parent_id": hexadecimal(str(parent), 16) if parent else "",
        "service": str(resource.get("service.name", "")),
        "name": str(told.get("name", "")),
        "kind": _word(told.get("kind", 0), "SPAN_KIND_", _KINDS),
        # no code at all means that nobody has set one
        "status": _word(status.get("code", 0), "STATUS_CODE_", _STATES),
        "message": str(status.get("message", "")),
        "start": rfc3339(start),
        "duration_ms": (_end(told) - start) / _MILLISECOND,
        "attributes": attributes_of(told.get("attributes")),
        "resource": dict(resource),
        "events": [_event(each) for each in told.get("events") or ()],
    }


def _event(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "time": rfc3339(int(told.get("timeUnixNano") or 0)),
        "name": str(told.get("name", "")),
        "attributes": attributes_of(told.get("attributes")),
    }


def _word(told: Any, prefix: str, words: tuple[str, ...]) -> str:
    """Return an enumeration's value, which is a number or a long name."""
    if isinstance(told, int):
        return words[told] if 0 <= told < len(words) else words[0]
    return str(told).removeprefix(prefix).lower()


def found(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return one trace of a search; what is zero or empty is left out there."""
    stats = told.get("serviceStats") or {}
    return {
        "trace_id": trace_id(str(told["traceID"])),
        "root_service": str(told.get("rootServiceName", "")),
        "root_name": str(told.get("rootTraceName", "")),
        "start": rfc3339(began(told)),
        "duration_ms": float(told.get("durationMs") or 0),
        "matched": sum(int(each.get("matched") or 0) for each in _sets(told)),
        "errors": sum(int(each.get("errorCount") or 0) for each in stats.values()),
        "services": sorted(stats),
    }


def matched_spans(told: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the spans of a found trace that the query is about, as far as told."""
    for each in _sets(told):
        for span in each.get("spans") or ():
            yield {
                "trace_id": trace_id(str(told["traceID"])),
                "span_id": str(span["spanID"]).lower().zfill(16),
                "name": str(span.get("name", "")),
                "start": rfc3339(int(span.get("startTimeUnixNano") or 0)),
                "duration_ms": int(span.get("durationNanos") or 0) / _MILLISECOND,
                "attributes": attributes_of(span.get("attributes")),
            }


def began(told: Mapping[str, Any]) -> int:
    """Return when a found trace began, in nanoseconds."""
    return int(told.get("startTimeUnixNano") or 0)


def _sets(told: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    # the single set is the older name, and stands beside the list
    return list(told.get("spanSets") or [told.get("spanSet") or {}])
