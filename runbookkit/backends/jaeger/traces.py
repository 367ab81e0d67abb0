"""Traces and spans of Jaeger in the words of expectations: those of Tempo's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from runbookkit.model.answer import ResultKind
from runbookkit.moments import rfc3339

_MICROSECOND: Final = 1000
"""In nanoseconds; Jaeger counts microseconds."""
_MILLISECOND: Final = 1000
"""In microseconds."""
_STATES: Final[Mapping[str, str]] = {"OK": "ok", "ERROR": "error"}


def names_of(told: Sequence[Mapping[str, Any]], kind: ResultKind) -> dict[str, Any]:
    """Return what an expectation sees of traces, which come in no order."""
    found = sorted(
        (each for each in told if each.get("spans")),
        key=lambda each: (-_began(each), _trace_id(each["spans"][0])),
    )
    groups = [_spans(each) for each in found]
    traces = [
        _summary(spans, _length(each))
        for spans, each in zip(groups, found, strict=True)
    ]
    spans = [span for group in groups for span in group]
    failed = [span for span in spans if span["status"] == "error"]
    names: dict[str, Any] = {
        "traces": traces,
        "spans": spans,
        "errors": failed if kind == "trace" else [t for t in traces if t["errors"]],
    }
    if len(traces) == 1:
        names["duration_ms"] = traces[0]["duration_ms"]
    return names


def _began(trace: Mapping[str, Any]) -> int:
    return min(int(each["startTime"]) for each in trace["spans"])


def _length(trace: Mapping[str, Any]) -> float:
    """Return how long a trace took, in milliseconds."""
    ends = (int(s["startTime"]) + int(s.get("duration") or 0) for s in trace["spans"])
    return (max(ends) - _began(trace)) / _MILLISECOND


def _spans(trace: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the spans of a trace in the order they began."""
    processes = trace.get("processes") or {}
    told = sorted(
        trace.get("spans") or (), key=lambda each: (each["startTime"], each["spanID"])
    )
    return [_span(each, processes.get(each.get("processID")) or {}) for each in told]


def _span(told: Mapping[str, Any], process: Mapping[str, Any]) -> dict[str, Any]:
    tags = _tags(told.get("tags"))
    service = str(process.get("serviceName", ""))
    return {
        "trace_id": _trace_id(told),
        "span_id": str(told["spanID"]).lower().zfill(16),
        "parent_id": _parent(told),
        "service": service,
        "name": str(told.get("operationName", "")),
        "kind": str(tags.pop("span.kind", "unspecified")),
        "status": _status(tags),
        "message": str(tags.pop("otel.status_description", "")),
        "start": rfc3339(int(told["startTime"]) * _MICROSECOND),
        "duration_ms": int(told.get("duration") or 0) / _MILLISECOND,
        "attributes": tags,
        "resource": {"service.name": service, **_tags(process.get("tags"))},
        "events": [_event(each) for each in told.get("logs") or ()],
    }


def _status(tags: dict[str, Any]) -> str:
    """Return how a span ended; some servers write the truth as a text."""
    error = tags.pop("error", None)
    state = _STATES.get(str(tags.pop("otel.status_code", "")), "unset")
    return "error" if error is True or error == "true" else state


def _parent(told: Mapping[str, Any]) -> str:
    """Return the parent: the first span of the same trace that is referred to."""
    own = _trace_id(told)
    for each in told.get("references") or ():
        if each.get("refType") == "CHILD_OF" and _trace_id(each) == own:
            return str(each["spanID"]).lower().zfill(16)
    return ""


def _trace_id(told: Mapping[str, Any]) -> str:
    # 16 digits where the upper half is zero
    return str(told["traceID"]).lower().zfill(32)


def _tags(told: Any) -> dict[str, Any]:
    return {str(each["key"]): each.get("value") for each in told or ()}


def _event(told: Mapping[str, Any]) -> dict[str, Any]:
    fields = _tags(told.get("fields"))
    return {
        "time": rfc3339(int(told.get("timestamp") or 0) * _MICROSECOND),
        "name": str(fields.pop("event", "")),
        "attributes": fields,
    }


def _summary(spans: list[dict[str, Any]], duration_ms: float) -> dict[str, Any]:
    """Return a trace as other searches list it; the root is a span without parent."""
    known = {each["span_id"] for each in spans}
    root = next((each for each in spans if each["parent_id"] not in known), spans[0])
    return {
        "trace_id": root["trace_id"],
        "root_service": root["service"],
        "root_name": root["name"],
        "start": spans[0]["start"],
        "duration_ms": duration_ms,
        "matched": len(spans),
        "errors": sum(each["status"] == "error" for each in spans),
        "services": sorted({each["service"] for each in spans}),
    }
