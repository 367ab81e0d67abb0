"""A Tempo that refuses what Tempo refuses and lies as Tempo lies."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from doubles.served import Reply, Request

MOST_LIMIT = 262_144
_HEX = re.compile(r"[0-9a-fA-F]{1,32}")
_WANTED = re.compile(r'trace:id\s*=\s*"(\w+)"')
_DAY = 86_400
_COUNTED = {"completedJobs": 1, "totalJobs": 1}
_DONE = {**_COUNTED, "inspectedBytes": "4096"}
_KNOWN: Mapping[str, Any] = {
    "/api/status/buildinfo": {"version": "v3.0.3"},
    "/api/v2/search/tags": {"scopes": [{"name": "span", "tags": ["route", "code"]}]},
    "/api/v2/search/tag/": {"tagValues": [{"type": "int", "value": "500"}]},
}


@dataclass(frozen=True)
class Trace:
    id: str
    """32 hexadecimal digits."""
    at: int
    """In nanoseconds."""
    service: str = "shop"
    failed: bool = False
    milliseconds: int = 50


@dataclass
class TempoDouble:
    traces: list[Trace] = field(default_factory=list)
    tenants: tuple[str, ...] = ()
    has_v2: bool = True
    has_metrics: bool = True
    partial: bool = False
    searchable_until: int = 2**63
    """In seconds: search does not know yet what comes after."""
    values: Mapping[int, float] = field(default_factory=dict)
    """Of a metrics query, by the seconds of their points."""
    asked: list[Request] = field(default_factory=list)

    def __call__(self, request: Request) -> Reply:
        self.asked.append(request)
        tenant = request.headers.get("x-scope-orgid", "")
        if self.tenants and not tenant:
            return Reply("no org id", 401)
        traces = self.traces if not self.tenants or tenant in self.tenants else []
        try:
            return self._reply(request, traces)
        except Refused as refused:
            return Reply(f"{refused}\n", 400)

    def _reply(self, request: Request, traces: list[Trace]) -> Reply:
        path, params = request.path, request.params
        name = path.rsplit("/", 1)[1]
        routes: dict[str, Callable[[], Reply]] = {
            "/api/v2/traces/": lambda: self._second(name, traces),
            "/api/traces/": lambda: _first(name, traces),
            # the form of a POST is not looked at
            "/api/search": lambda: self._search(params, traces),
            "/api/metrics/query_range": lambda: self._range(params),
            "/api/metrics/query": lambda: self._instant(params),
        }
        if "v2" in path and not self.has_v2:
            return Reply("404 page not found\n", 404)
        for beginning, reply in routes.items():
            if path.startswith(beginning):
                return reply()
        for beginning, body in _KNOWN.items():
            if path.startswith(beginning):
                return Reply(body)
        return Reply("404 page not found\n", 404)

    def _second(self, given: str, traces: list[Trace]) -> Reply:
        found = _trace(given, traces)
        trace = {"resourceSpans": [_resource(found)]} if found else {}
        body: dict[str, Any] = {"trace": trace, "metrics": {}}
        if self.partial:
            body |= {"status": "PARTIAL", "message": "Trace exceeds maximum size"}
        return Reply(body)

    def _search(self, params: Mapping[str, str], traces: list[Trace]) -> Reply:
        start, end = _ends(params)
        if end - start > 168 * 3600:
            raise Refused("range specified by start and end exceeds 168h0m0s")
        limit = _count(params.get("limit", "20"), "limit")
        if limit > MOST_LIMIT:
            raise Refused(f"limit {limit} exceeds max limit {MOST_LIMIT}")
        if _count(params.get("spss", "3"), "spss") > 100:
            raise Refused("spans per span set exceeds 100")
        query = params.get("q", "")
        if query.count("{") != query.count("}"):
            raise Refused("invalid TraceQL query: parse error at line 1, col 12")
        found = [
            each
            for each in traces
            if start <= each.at / 1e9 < min(end, self.searchable_until)
            and _matches(query, each)
        ]
        told = [_found(each, query) for each in found[:limit]]
        body: dict[str, Any] = {"traces": told}
        return Reply(body | {"metrics": _DONE})

    def _range(self, params: Mapping[str, str]) -> Reply:
        if "|" not in params.get("q", ""):
            raise Refused("not a metrics query")
        start, end = _ends(params)
        if end - start > _DAY:
            raise Refused("metrics query time range exceeds 24h0m0s")
        if not self.has_metrics:
            return Reply({"series": [], "metrics": {}})
        step = int(params.get("step", "5s").removesuffix("s"))
        samples: list[dict[str, Any]] = []
        for at in range(start // step * step, end + step, step):
            sample: dict[str, Any] = {"timestampMs": str(at * 1000)}
            if self.values.get(at):
                sample["value"] = self.values[at]  # a zero is left out
            samples.append(sample)
        labels = [
            {"key": "name", "value": {"stringValue": "GET /"}},
            {"key": "p", "value": {"doubleValue": 0.5}},
        ]
        body: dict[str, Any] = {"series": [{"labels": labels, "samples": samples}]}
        if self.partial:
            body |= {"status": "PARTIAL", "message": "maximum series limit of 1"}
        return Reply(body)

    def _instant(self, params: Mapping[str, str]) -> Reply:
        _ends(params)
        if not self.values or not self.has_metrics:
            return Reply({"metrics": _COUNTED})
        one: dict[str, Any] = {"labels": []}
        if total := sum(self.values.values()):
            one["value"] = total
        return Reply({"series": [one], "metrics": _COUNTED})


class Refused(Exception):  # noqa: N818  a signal inside this module
    pass


def _ends(params: Mapping[str, str]) -> tuple[int, int]:
    start, end = (_seconds(params.get(name, "0"), name) for name in ("start", "end"))
    if bool(start) != bool(end) or end < start:
        raise Refused("http parameter start must be before end")
    return start, end


def _seconds(text: str, name: str) -> int:
    if not re.fullmatch(r"\d{1,10}", text):
        raise Refused(f"invalid {name}: strconv.ParseUint: parsing {text!r}")
    return int(text)


def _count(text: str, name: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text) or int(text) == 0:
        raise Refused(f"invalid {name}: must be a positive number")
    return int(text)


def _matches(query: str, trace: Trace) -> bool:
    wanted = _WANTED.search(query)
    if wanted is not None:
        return wanted[1].zfill(32) == trace.id
    if '.code = "' in query or '"none"' in query:
        return False  # a number never equals a text, and nobody says so
    return trace.failed or "error" not in query


def _trace(given: str, traces: list[Trace]) -> Trace | None:
    if not _HEX.fullmatch(given):
        raise Refused("trace IDs can only contain hex characters")
    return next((each for each in traces if each.id == given.lower().zfill(32)), None)


def _first(given: str, traces: list[Trace]) -> Reply:
    found = _trace(given, traces)
    return Reply({"batches": [_resource(found)]}) if found else Reply("", 404)


def _base64(digits: str) -> str:
    return base64.b64encode(bytes.fromhex(digits)).decode()


def otlp(trace: Trace) -> dict[str, Any]:
    """Return a trace as a service sends it; ids are hexadecimal there."""
    sent = {"resourceSpans": [_resource(trace)]}
    for span in sent["resourceSpans"][0]["scopeSpans"][0]["spans"]:
        for name in ("traceId", "spanId", "parentSpanId"):
            if name in span:
                span[name] = base64.b64decode(span[name]).hex()
        kinds = {"SPAN_KIND_SERVER": 2, "SPAN_KIND_CLIENT": 3}
        span["kind"] = kinds[span["kind"]]
        span["status"] = {"code": 2} if span["status"] else {}
    return sent


def _resource(trace: Trace) -> dict[str, Any]:
    ids = {"traceId": _base64(trace.id)}
    times = {
        "startTimeUnixNano": str(trace.at),
        "endTimeUnixNano": str(trace.at + trace.milliseconds * 1_000_000),
    }
    root = {
        **ids,
        "spanId": _base64("00f067aa0ba902b7"),
        "name": "GET /",
        "kind": "SPAN_KIND_SERVER",
        **times,
        "attributes": [{"key": "code", "value": {"intValue": "500"}}],
        "status": {"code": "STATUS_CODE_ERROR"} if trace.failed else {},
    }
    child = {
        **ids,
        "spanId": _base64("00f067aa0ba902b8"),
        "parentSpanId": _base64("00f067aa0ba902b7"),
        "name": "call",
        "kind": "SPAN_KIND_CLIENT",
        **times,
        "events": [{"timeUnixNano": str(trace.at), "name": "retry"}],
        "status": {},
    }
    service = {"key": "service.name", "value": {"stringValue": trace.service}}
    # out of order on purpose
    scope = {"scope": {"name": "demo"}, "spans": [child, root]}
    return {"resource": {"attributes": [service]}, "scopeSpans": [scope]}


def _found(trace: Trace, query: str) -> dict[str, Any]:
    span: dict[str, Any] = {
        "spanID": "f067aa0ba902b7",
        "startTimeUnixNano": str(trace.at),
        "durationNanos": str(trace.milliseconds * 1_000_000),
    }
    if ".code" in query:  # those that the query names
        span["attributes"] = [{"key": "code", "value": {"intValue": "500"}}]
    spans = {"spans": [span], "matched": 1}
    stats = {"spanCount": 2, "errorCount": 1} if trace.failed else {"spanCount": 2}
    body: dict[str, Any] = {
        "traceID": trace.id.lstrip("0"),
        "rootServiceName": trace.service,
        "rootTraceName": "GET /",
        "startTimeUnixNano": str(trace.at),
    }
    if query:
        body |= {"spanSet": spans, "spanSets": [spans]}
        body["serviceStats"] = {trace.service: stats}
    # nothing is shorter than a millisecond there
    return body | ({"durationMs": trace.milliseconds} if trace.milliseconds else {})
