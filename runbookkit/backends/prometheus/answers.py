"""Prometheus' answers: which are errors, and series in the words of expectations."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, NoReturn

from runbookkit.errors import BackendTimeoutError
from runbookkit.exchange import Remote, notices, shown
from runbookkit.http import Answer
from runbookkit.model.answer import ResultKind
from runbookkit.series import at_once, number, over_time

SERVER: Final = "Prometheus"


def body_of(answer: Answer, remote: Remote) -> Mapping[str, Any]:
    """Return the body of a successful answer.

    Status and ``errorType`` decide, never the wording.

    Raises:
        QueryRejectedError: The query is wrong, or too wide.
        BackendUnavailableError: Anything else that is no success.
    """
    if answer.status != 200 and answer.body[:1] != b"{":
        remote.refuse(answer)
    body = remote.json_of(answer, SERVER)
    if not isinstance(body, dict) or body.get("status") not in ("success", "error"):
        if answer.status == 200:
            raise remote.unavailable("answers 200, but not as Prometheus does")
        remote.refuse(answer)  # a gateway's error may be JSON of its own
    if answer.status != 200 or body["status"] != "success":
        _refuse(answer, body, remote)
    return body


def _refuse(answer: Answer, body: Mapping[str, Any], remote: Remote) -> NoReturn:
    kind = str(body.get("errorType", ""))
    said = shown(f"{kind or answer.status}: {body.get('error', 'no reason given')}")
    if kind == "execution":
        raise remote.rejected(f"{said} (it is wrong at run time, or too wide)")
    if kind == "bad_data":
        raise remote.rejected(said)
    if kind in {"timeout", "canceled"}:
        raise BackendTimeoutError(
            f"{remote.address}: {said}; ask for a shorter window",
            backend=remote.backend,
            retryable=True,
        )
    remote.refuse(answer, said)


@dataclass(frozen=True, slots=True)
class Result:
    """The data of an answer."""

    kind: ResultKind
    series: list[dict[str, Any]]
    histograms: list[dict[str, Any]] = field(default_factory=list)
    newest: datetime | None = None
    """Time of the newest point; for an instant query the moment asked about."""
    voids: str = ""


def result_of(data: Mapping[str, Any]) -> Result:
    """Return the series of ``data``.

    An instant query that selects a range answers with a matrix, a scalar or a
    text with a single pair. A native histogram and a text are no numbers, so
    nothing can be held against a threshold.
    """
    kind = data["resultType"]
    result = data["result"] or []
    if kind in {"scalar", "string"}:
        at, text = result
        if kind == "string":
            return Result(
                "instant", [], newest=_moment(at), voids="the answer is a text"
            )
        return Result("instant", [at_once({}, number(text))], newest=_moment(at))
    if kind not in {"vector", "matrix"}:
        raise ValueError(kind)
    read_one = _over_time if kind == "matrix" else _at_once
    read = [read_one(each) for each in result]
    histograms = [each for one in read for each in one.histograms]
    newest = max((at for one in read for at in one.times), default=None)
    return Result(
        "range" if kind == "matrix" else "instant",
        [one.series for one in read],
        histograms,
        None if newest is None else _moment(newest),
        _NO_NUMBERS if histograms else "",
    )


_NO_NUMBERS: Final = (
    "the answer is native histograms; take histogram_quantile(), histogram_count() or"
    " histogram_sum() of it"
)


@dataclass(frozen=True, slots=True)
class _Read:
    series: dict[str, Any]
    times: list[float]
    histograms: list[dict[str, Any]]


def _at_once(each: Mapping[str, Any]) -> _Read:
    labels = each.get("metric") or {}
    if "histogram" in each:
        at, told = each["histogram"]
        found = [_histogram(labels, float(at), told)]
        return _Read(at_once(labels, math.nan), [float(at)], found)
    at, text = each["value"]
    return _Read(at_once(labels, number(text)), [float(at)], [])


def _over_time(each: Mapping[str, Any]) -> _Read:
    labels = each.get("metric") or {}
    if "values" not in each and "histograms" not in each:
        raise KeyError("values")
    # a series may have turned from one into the other and have both
    points = [(float(at), number(text)) for at, text in each.get("values") or ()]
    found = [
        _histogram(labels, float(at), told) for at, told in each.get("histograms") or ()
    ]
    times = [at for at, _ in points] + [one["at"] for one in found]
    return _Read(over_time(labels, points), times, found)


def _histogram(
    labels: Mapping[str, Any], at: float, told: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "labels": dict(labels),
        "at": at,
        "count": number(told["count"]),
        "sum": number(told["sum"]),
        # absent when there is none
        "buckets": [
            {"from": number(low), "to": number(high), "count": number(count)}
            for _, low, high, count in told.get("buckets") or ()
        ],
    }


def _moment(seconds: Any) -> datetime:
    return datetime.fromtimestamp(float(seconds), UTC)


def warnings_of(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what makes an answer worthless.

    Each of PromQL's warnings means that part of the input was left out or made
    no sense; those of Thanos and a remote read, that a store did not answer.
    """
    warnings = notices(body.get("warnings"))
    if body.get("isPartial") is True:  # VictoriaMetrics
        return (*warnings, "the answer is partial: a storage node did not answer")
    return warnings


def details_of(data: Mapping[str, Any], histograms: list[Any]) -> dict[str, Any]:
    """Return what a query cost, where the server says it."""
    details: dict[str, Any] = {}
    stats = data.get("stats") or {}
    samples = stats.get("samples") or {}
    if samples:
        details["samples_read"] = samples.get("totalQueryableSamples")
        details["samples_at_once"] = samples.get("peakSamples")
    timings = stats.get("timings") or {}
    if timings:
        details["server_seconds"] = timings.get("execTotalTime")
    if histograms:
        details["histograms"] = histograms
    return details
