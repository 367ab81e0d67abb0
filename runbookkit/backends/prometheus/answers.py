"""Prometheus' answers: what is an error, and series in the words of expectations."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from runbookkit.errors import (
    AnswerTooLargeError,
    BackendError,
    BackendTimeoutError,
    BackendUnavailableError,
    QueryRejectedError,
)
from runbookkit.http import Answer, HttpError

NAME = "prometheus"


def failed(error: HttpError) -> BackendError:
    """Return what an exchange that did not end means."""
    if error.failure == "too large":
        return AnswerTooLargeError(f"{error}; ask for fewer series", backend=NAME)
    if error.failure == "time-out":
        return BackendTimeoutError(str(error), backend=NAME, retryable=True)
    return BackendUnavailableError(str(error), backend=NAME, retryable=True)


def body_of(answer: Answer) -> Mapping[str, Any]:
    """Return the body of a successful answer.

    Status and ``errorType`` decide, never the wording: texts change between
    versions.

    Raises:
        QueryRejectedError: 400 or 422.
        BackendUnavailableError: Anything else that is no success.
    """
    try:
        body = json.loads(answer.body)
    except ValueError:
        body = None
    if not isinstance(body, dict) or "status" not in body:
        raise BackendUnavailableError(
            f"{answer.url} answers {answer.status} in a form that is not Prometheus'",
            backend=NAME,
        )
    if answer.status == 200 and body["status"] == "success":
        return body
    said = f"{body.get('errorType', answer.status)}: {body.get('error', 'no reason')}"
    if answer.status == 400:
        raise QueryRejectedError(said, backend=NAME)
    if answer.status == 422:
        raise QueryRejectedError(
            f"{said} (wrong at run time, or too wide)", backend=NAME
        )
    retryable = answer.status in {429, 500, 502, 503, 504}
    if body.get("errorType") == "timeout":
        message = f"{said}; ask for a shorter window"
        raise BackendTimeoutError(message, backend=NAME, retryable=retryable)
    raise BackendUnavailableError(said, backend=NAME, retryable=retryable)


def series_of(
    data: Mapping[str, Any],
) -> tuple[list[dict[str, Any]], datetime | None]:
    """Return series sorted by their labels, and the time of the newest sample.

    Instant: ``{labels, value}``; range: ``{labels, points, first, last, min, max,
    avg}``. A native histogram has ``count`` and ``sum`` in place of a value.
    """
    kind, result = data.get("resultType"), data.get("result")
    newest = 0.0
    series: list[dict[str, Any]] = []
    if kind in {"scalar", "string"}:
        moment, text = result or (0, "NaN")
        value = _number(text) if kind == "scalar" else text
        return [{"labels": {}, "value": value}], _moment(float(moment))
    for each in result or ():
        found, at = _one(each)
        newest = max(newest, at)
        series.append(found)
    # the server's order is not stable
    series.sort(key=lambda one: sorted(one["labels"].items()))
    return series, _moment(newest) if newest else None


def _one(each: Mapping[str, Any]) -> tuple[dict[str, Any], float]:
    labels = dict(each.get("metric") or {})
    if "values" in each or "histograms" in each:
        points = sorted(
            [
                *((float(at), _number(text)) for at, text in each.get("values") or ()),
                *(
                    (float(at), _number(h.get("sum", "NaN")))
                    for at, h in each.get("histograms") or ()
                ),
            ]
        )
        return {"labels": labels, **_range(points)}, points[-1][0] if points else 0.0
    if "histogram" in each:
        at, histogram = each["histogram"]
        buckets = {
            "count": _number(histogram.get("count", "NaN")),
            "sum": _number(histogram.get("sum", "NaN")),
            "buckets": histogram.get("buckets") or [],  # absent when empty
        }
        return {"labels": labels, "value": buckets["count"], **buckets}, float(at)
    at, text = each["value"]
    return {"labels": labels, "value": _number(text)}, float(at)


def _range(points: list[tuple[float, float]]) -> dict[str, Any]:
    values = [value for _, value in points]
    known = [value for value in values if not math.isnan(value)]
    nothing = math.nan
    return {
        "points": [[at, value] for at, value in points],
        "first": values[0] if values else nothing,
        "last": values[-1] if values else nothing,
        "min": min(known, default=nothing),
        "max": max(known, default=nothing),
        "avg": _average(known),
    }


def _average(values: Iterable[float]) -> float:
    held = list(values)
    return sum(held) / len(held) if held else math.nan


def _number(text: Any) -> float:
    """Return a sample; Prometheus writes them as strings, NaN and +Inf included."""
    try:
        return float(text)
    except (TypeError, ValueError):
        return math.nan


def _moment(seconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None
