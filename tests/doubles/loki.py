"""A Loki that refuses what Loki refuses and lies as Loki lies.

Of LogQL it knows one selector, ``| json`` and counts; what tests are about is
everything around the query.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from doubles.served import Reply, Request

SECOND = 1_000_000_000
MOST_ENTRIES = 5000
_SELECTOR = re.compile(r'\{(\w+)(=~?)"([^"]*)"\}')
_SUMMARY = {"totalBytesProcessed": 4096, "totalLinesProcessed": 32, "execTime": 0.004}


@dataclass(frozen=True)
class Line:
    at: int
    """In nanoseconds."""
    labels: Mapping[str, str]
    text: str
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass
class LokiDouble:
    lines: list[Line] = field(default_factory=list)
    tenants: tuple[str, ...] = ()
    """With one, a request without a tenant is refused, and others see nothing."""
    warnings: tuple[str, ...] = ()
    knows_categories: bool = True
    asked: list[Request] = field(default_factory=list)

    def __call__(self, request: Request) -> Reply:
        self.asked.append(request)
        tenant = request.headers.get("x-scope-orgid", "")
        if self.tenants and not tenant:
            return Reply("no org id\n", 401)
        lines = self.lines if not self.tenants or tenant in self.tenants else []
        # a POST of JSON has no form, so nothing is asked
        given = request.form if request.method == "POST" else request.params
        name = request.path.removeprefix("/loki/api/v1/")
        answers: dict[str, Callable[[], Reply]] = {
            "query_range": lambda: self._range(given, lines, request),
            "query": lambda: self._instant(given, lines),
            "format_query": lambda: _formatted(given),
        }
        try:
            return answers.get(name, lambda: _other(name, _within(lines, given)))()
        except Refused as refused:
            return Reply(f"{refused}\n", 400)

    def _range(
        self, given: Mapping[str, str], lines: list[Line], request: Request
    ) -> Reply:
        query = _query(given)
        start, end = _time(given["start"]), _time(given["end"])
        if end <= start:
            raise Refused("end timestamp must not be before or equal to start time")
        chosen = _chosen(query, lines)
        if _is_metric(query):
            return self._success("matrix", list(_matrix(given, chosen, start, end)))
        limit = int(given.get("limit", "100"))
        if limit <= 0:
            raise Refused("limit must be a positive value")
        if limit > MOST_ENTRIES:
            raise Refused(f"max entries limit per query exceeded, limit > ({limit})")
        backward = given.get("direction", "backward") == "backward"
        inside = [line for line in chosen if start <= line.at < end]
        inside.sort(key=lambda line: line.at, reverse=backward)
        flags = request.headers.get("x-loki-response-encoding-flags", "")
        categories = "categorize-labels" in flags and self.knows_categories
        return self._success("streams", _streams(query, inside[:limit], categories))

    def _instant(self, given: Mapping[str, str], lines: list[Line]) -> Reply:
        query = _query(given)
        if query == "1+1":
            return self._success("scalar", [1795198197445, "2"])
        if not _is_metric(query):
            raise Refused("log queries are not supported as an instant query type")
        at = _time(given["time"])
        inside = [line for line in _chosen(query, lines) if line.at <= at]
        if not inside:
            return self._success("vector", [])
        counted = {"metric": {}, "value": [at / SECOND, str(len(inside))]}
        return self._success("vector", [counted])

    def _success(self, kind: str, result: list[Any]) -> Reply:
        data = {"resultType": kind, "result": result, "stats": {"summary": _SUMMARY}}
        body: dict[str, Any] = {"status": "success", "data": data}
        if self.warnings:
            body["warnings"] = list(self.warnings)
        return Reply(body)


class Refused(Exception):  # noqa: N818  a signal inside this module
    pass


def _query(given: Mapping[str, str]) -> str:
    query = given.get("query", "")
    if not query:
        raise Refused("parse error : syntax error: unexpected $end")
    if query.count("{") != query.count("}") or query.count("(") != query.count(")"):
        raise Refused("parse error at line 1, col 9: syntax error: unexpected $end")
    if "unwrap words" in query:
        raise Refused(
            "pipeline error: 'SampleExtractionErr' for series: "
            '\'{__error__="SampleExtractionErr", words="paid by jo@example.test"}\'.\n'
            "Use a label filter to intentionally skip this error."
        )
    return query


def _is_metric(query: str) -> bool:
    return "(" in query


def _time(text: str) -> int:
    """Read a time as Loki does: by the look of it, and never complain."""
    if re.fullmatch(r"\d+", text):
        return int(text) * SECOND if len(text) <= 10 else int(text)
    if re.fullmatch(r"\d+\.\d+", text):
        return int(float(text) * SECOND)
    return int(datetime.fromisoformat(text).timestamp() * SECOND)


def _chosen(query: str, lines: list[Line]) -> list[Line]:
    found = _SELECTOR.search(query)
    if found is None:
        return lines
    name, operator, value = found.groups()
    pattern = value if operator == "=~" else re.escape(value)
    return [each for each in lines if re.fullmatch(pattern, each.labels.get(name, ""))]


def _matrix(
    given: Mapping[str, str], lines: list[Line], start: int, end: int
) -> Iterator[dict[str, Any]]:
    step = int(float(given.get("step", "2")) * SECOND)
    if step <= 0:
        raise Refused("zero or negative query resolution step widths are not accepted")
    if (end - start) / step > 11_000:
        raise Refused("exceeded maximum resolution of 11,000 points per time series")
    labels = sorted({tuple(sorted(line.labels.items())) for line in lines})
    for each in labels:
        values = []
        for at in range(start // step * step, end + 1, step):
            count = sum(
                at - 60 * SECOND < line.at <= at
                for line in lines
                if tuple(sorted(line.labels.items())) == each
            )
            if count:
                values.append([at // SECOND, str(count)])
        if values:
            yield {"metric": dict(each), "values": values}


def _streams(query: str, lines: list[Line], categories: bool) -> list[dict[str, Any]]:
    streams: dict[str, dict[str, Any]] = {}
    for line in lines:
        parsed = _parsed(line.text) if "| json" in query else {}
        labels = dict(line.labels)
        entry: list[Any] = [str(line.at), line.text]
        if categories:
            told = {"structuredMetadata": dict(line.metadata), "parsed": parsed}
            entry.append({name: each for name, each in told.items() if each})
        else:
            labels |= {**line.metadata, **parsed}
        key = json.dumps(labels, sort_keys=True)
        streams.setdefault(key, {"stream": labels, "values": []})
        streams[key]["values"].append(entry)
    return list(streams.values())


def _parsed(text: str) -> dict[str, str]:
    try:
        return {name: str(value) for name, value in json.loads(text).items()}
    except ValueError:
        said = "Value looks like object, but can't find closing '}' symbol"
        return {"__error__": "JSONParserErr", "__error_details__": said}


def _formatted(given: Mapping[str, str]) -> Reply:
    try:
        return Reply({"status": "success", "data": _query(given)})
    except Refused as refused:
        # the one address whose errors are JSON
        return Reply({"status": "invalid-query", "error": str(refused)}, 400)


def _within(lines: list[Line], given: Mapping[str, str]) -> list[Line]:
    start, end = _time(given.get("start", "0")), _time(given.get("end", "9" * 19))
    return [each for each in lines if start <= each.at < end]


def _other(name: str, lines: list[Line]) -> Reply:
    if name == "status/buildinfo":
        return Reply({"version": "3.7.6"})
    if not lines:
        return Reply({"status": "success"})
    first, _, rest = name.partition("/")
    label = rest.partition("/")[0]
    known = {
        "labels": sorted({each for line in lines for each in line.labels}),
        "label": sorted({line.labels.get(label, "") for line in lines}),
        "patterns": _PATTERNS,
        "index": {"resultType": "vector", "result": _VOLUMES},
    }
    if first not in known:
        return Reply("404 page not found\n", 404)
    return Reply({"status": "success", "data": known[first]})


_PATTERNS = [
    {"pattern": "GET <_>", "level": "info", "samples": [[1, 2], [2, 3]]},
    {"pattern": "POST <_>", "level": "info", "samples": [[1, 9]]},
]
_VOLUMES = [
    {"metric": {"app": "cart"}, "value": [1.0, "700"]},
    {"metric": {"app": "shop"}, "value": [1.0, "900"]},
]
