"""Loki's answers: which are errors, and lines and series in the words of expectations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from runbookkit.exchange import Remote, notices
from runbookkit.http import Answer
from runbookkit.model.answer import ResultKind
from runbookkit.moments import moment_of, rfc3339
from runbookkit.series import at_once, number, over_time

SERVER: Final = "Loki"
_HARMLESS: Final = "experimental query engine"


def body_of(answer: Answer, remote: Remote) -> Mapping[str, Any]:
    """Return the body of a successful answer; Loki's errors are plain text.

    Raises:
        QueryRejectedError: 400: the query is wrong, or too wide.
        BackendUnavailableError: Anything else that is no success.
    """
    if answer.status != 200:
        remote.refuse(answer)
    body = remote.json_of(answer, SERVER)
    if not isinstance(body, dict) or body.get("status") != "success":
        raise remote.unavailable("answers 200, but not as Loki does")
    return body


class Lines(NamedTuple):
    """Log lines, the newest first."""

    lines: list[dict[str, Any]]
    newest: datetime | None


def lines_of(data: Mapping[str, Any]) -> Lines:
    """Return the lines of all streams as one list.

    Times are texts of nanoseconds: as numbers they would not fit a float.
    """
    if data and data["resultType"] != "streams":
        raise ValueError(data["resultType"])
    streams = sorted(
        data.get("result") or (), key=lambda each: sorted(each["stream"].items())
    )
    found = [
        (int(entry[0]), _line(each["stream"], entry))
        for each in streams
        for entry in each["values"]
    ]
    found.sort(key=lambda each: each[0], reverse=True)
    newest = moment_of(found[0][0]) if found else None
    return Lines([line for _, line in found], newest)


def _line(stream: Mapping[str, str], entry: list[Any]) -> dict[str, Any]:
    """Return one line; ``fields`` are what was parsed or sent along with it.

    Without the categories, which older servers do not tell, the stream's labels
    hold everything.
    """
    fields: Mapping[str, str] = stream
    if len(entry) > 2:
        told = entry[2]
        fields = {**told.get("structuredMetadata", {}), **told.get("parsed", {})}
    return {
        "time": rfc3339(int(entry[0])),
        "labels": stream,
        "line": str(entry[1]),
        "fields": fields,
    }


class Numbers(NamedTuple):
    """The series of a metric query."""

    kind: ResultKind
    series: list[dict[str, Any]]


def numbers_of(data: Mapping[str, Any], kind: ResultKind) -> Numbers:
    """Return the series of ``data``, which is absent when there are none."""
    result = data.get("result") or []
    told = data["resultType"] if data else ""
    if told == "scalar":
        return Numbers("instant", [at_once({}, number(result[1]))])
    if told == "vector":
        series = [at_once(each["metric"], number(each["value"][1])) for each in result]
        return Numbers("instant", series)
    if told == "matrix":
        return Numbers(
            "range", [over_time(each["metric"], _points(each)) for each in result]
        )
    if told:
        raise ValueError(told)
    return Numbers(kind, [])


def _points(each: Mapping[str, Any]) -> list[tuple[float, float]]:
    return [(float(at), number(text)) for at, text in each["values"]]


def warnings_of(body: Mapping[str, Any]) -> tuple[tuple[str, ...], str]:
    """Return the warnings, and the first that makes the answer worthless.

    A warning says that series were left out. The one known exception only
    praises a new engine; should its wording change, an answer too few is judged.
    """
    warnings = notices(body.get("warnings"))
    voiding = (each for each in warnings if _HARMLESS not in each)
    return warnings, next(voiding, "")


def details_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a query cost."""
    summary = (data.get("stats") or {}).get("summary") or {}
    names = {
        "bytes_read": "totalBytesProcessed",
        "lines_read": "totalLinesProcessed",
        "server_seconds": "execTime",
    }
    return {name: summary[told] for name, told in names.items() if told in summary}
