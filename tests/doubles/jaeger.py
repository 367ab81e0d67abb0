"""A Jaeger that refuses what Jaeger refuses and answers as it does.

Shapes and refusals are those of Jaeger 2.20's ``/api/traces``, as its source tells
them, and of VictoriaTraces, as it answers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from doubles.served import Reply, Request

_DURATION = re.compile(r"(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+")
_ID = re.compile(r"[0-9a-fA-F]{1,32}")


@dataclass(frozen=True)
class Trace:
    id: str
    """Without its leading zeros, as Jaeger writes it."""
    at: int
    """In microseconds."""
    service: str = "shop"
    failed: bool = False
    milliseconds: int = 50


@dataclass
class JaegerDouble:
    traces: list[Trace] = field(default_factory=list)
    errors: tuple[str, ...] = ()
    """Said beside the traces of a search, as when a store is asked in part."""
    victoria: bool = False
    """Answer as VictoriaTraces does: 200 for what is not there, and other words."""
    asked: list[Request] = field(default_factory=list)

    def __call__(self, request: Request) -> Reply:
        self.asked.append(request)
        beginning, _, name = request.path.partition("/api/traces")
        if beginning or not (name == "" or name.startswith("/")):
            return Reply("404 page not found\n", 404)
        try:
            if name:
                return self._one(name.removeprefix("/"))
            return self._search(request.params)
        except Refused as refused:
            return self._error(400, str(refused))

    def _one(self, given: str) -> Reply:
        if not _ID.fullmatch(given):
            raise Refused("strconv.ParseUint: invalid syntax")
        found = [each for each in self.traces if each.id == given.lstrip("0")]
        if not found and not self.victoria:
            return self._error(404, "trace not found")
        return _found([_trace(each) for each in found])

    def _search(self, params: Mapping[str, str]) -> Reply:
        if not params.get("service"):
            raise Refused("parameter 'service' is required")
        for name in ("minDuration", "maxDuration"):
            if name in params and not _DURATION.fullmatch(params[name]):
                raise Refused(f"unable to parse param '{name}'")
        # both are now when they are left out, so that nothing lies between
        start, end = (_microseconds(params, name) for name in ("start", "end"))
        tags = _tags(params)
        found = [
            each
            for each in self.traces
            if each.service == params["service"]
            and start <= each.at <= end
            and (tags.get("error") != "true" or each.failed)
        ]
        limit = int(params.get("limit", "100"))
        return _found([_trace(each) for each in found[:limit]], self.errors)

    def _error(self, status: int, message: str) -> Reply:
        if self.victoria:
            return Reply(f"incorrect trace query params: {message}\n", status)
        body = {"data": None, "errors": [{"code": status, "msg": message}]}
        # it is JSON, and says that it is not
        return Reply(json.dumps(body), status)


class Refused(Exception):  # noqa: N818  a signal inside this module
    pass


def _microseconds(params: Mapping[str, str], name: str) -> int:
    text = params.get(name, "0")
    if not re.fullmatch(r"\d+", text):
        raise Refused(f"unable to parse param '{name}'")
    return int(text)


def _tags(params: Mapping[str, str]) -> dict[str, str]:
    tags = json.loads(params.get("tags", "{}"))
    if not all(isinstance(each, str) for each in tags.values()):
        raise Refused("malformed 'tags' parameter, cannot unmarshal JSON")
    return dict(tags)


def _found(traces: list[dict[str, Any]], errors: tuple[str, ...] = ()) -> Reply:
    told = [{"msg": each} for each in errors] or None
    return Reply({"data": traces, "total": 0, "limit": 0, "offset": 0, "errors": told})


def _trace(trace: Trace) -> dict[str, Any]:
    root = {
        "traceID": trace.id,
        "spanID": "f067aa0ba902b7",
        "operationName": "GET /",
        "references": [],
        "startTime": trace.at,
        "duration": trace.milliseconds * 1000,
        "tags": [
            {"key": "span.kind", "type": "string", "value": "server"},
            {"key": "code", "type": "int64", "value": 500},
            *([{"key": "error", "type": "bool", "value": True}] * trace.failed),
        ],
        "logs": [],
        "processID": "p1",
        "warnings": None,
    }
    child = {
        **root,
        "spanID": "00f067aa0ba902b8",
        "operationName": "call",
        "references": [
            {"refType": "FOLLOWS_FROM", "traceID": "ab", "spanID": "1"},
            {
                "refType": "CHILD_OF",
                "traceID": trace.id,
                "spanID": "00f067aa0ba902b7",
            },
        ],
        "startTime": trace.at + 1000,
        "duration": 2000,
        "tags": [
            {"key": "span.kind", "type": "string", "value": "client"},
            # VictoriaTraces writes a text, also for what has not failed
            {"key": "error", "type": "string", "value": "unset"},
        ],
        "logs": [
            {
                "timestamp": trace.at + 1500,
                "fields": [
                    {"key": "event", "type": "string", "value": "retry"},
                    {"key": "try", "type": "int64", "value": 2},
                ],
            }
        ],
        "processID": "p2",
        "warnings": ["clock skew adjusted"] if trace.failed else None,
    }
    return {
        "traceID": trace.id,
        "spans": [child, root],  # in no order
        "processes": {
            "p1": {"serviceName": trace.service, "tags": []},
            "p2": {
                "serviceName": "cart",
                "tags": [{"key": "pod", "type": "string", "value": "cart-1"}],
            },
        },
        "warnings": None,
    }
