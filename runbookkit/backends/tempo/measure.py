"""Numbers that Tempo computes from traces."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from runbookkit.backends.tempo.answers import (
    JSON,
    SERVER,
    Found,
    body_of,
    cost_of,
    partial,
    window_of,
)
from runbookkit.backends.tempo.search import seconds_of
from runbookkit.backends.tempo.traces import attributes_of
from runbookkit.exchange import Remote
from runbookkit.model.answer import Ask, ResultKind, Window
from runbookkit.moments import Steps
from runbookkit.series import at_once, kept, number, over_time

_LEAST_STEP: Final = 5
_STEPS: Final = 60
_NOT_SET_UP: Final = "nothing was found; a Tempo on which TraceQL metrics are not set up answers the same"
_ONLY_ZEROS: Final = "there are only zeros; Tempo writes zeros where it has no data"


def measured(remote: Remote, ask: Ask, lag: timedelta) -> Found:
    """Return the series of a metrics query, as far as they are complete.

    Raises:
        QueryRejectedError: The query is wrong, or too wide.
        BackendUnavailableError: The server is.
    """
    window, notes = window_of(ask)
    known = ask.now - lag
    late = f"numbers are complete {lag.total_seconds():g} s late"
    if window.end > known:
        # the last points would be too small, or zero
        window = Window(window.start, known)
        notes = (*notes, f"data until {known:%H:%M:%S} UTC: {late}")
    if window.end <= window.start:
        raise remote.rejected(f"{late}; take a longer window")
    kind: ResultKind = "instant" if ask.window is None else "range"
    if ask.window is None:
        body, series = _at_once(remote, ask, window)
    else:
        span = (ask.window.end - ask.window.start).total_seconds()
        usual = timedelta(seconds=max(_LEAST_STEP, math.ceil(span / _STEPS)))
        body, series = _over_time(remote, ask, remote.steps(window, ask.step or usual))
    with remote.understanding(SERVER):
        cost = cost_of(body)
    held = kept(series, ask.limit)
    return Found(
        kind,
        held.names,
        empty=not series,
        window=window,
        truncated=held.truncated,
        infos=(*notes, *_notes(series), *cost.notes),
        voids=partial(body) or held.voids,
        details=cost.details,
    )


def _over_time(
    remote: Remote, ask: Ask, steps: Steps
) -> tuple[Mapping[str, Any], list[dict[str, Any]]]:
    params = {
        "q": ask.text,
        # whole seconds: anything else is refused
        "start": str(math.floor(steps.start)),
        "end": str(math.ceil(steps.end)),
        "step": f"{steps.every:g}s",
    }
    answer = remote.get("/api/metrics/query_range", params, ask.timeout, JSON)
    body = body_of(answer, remote, "series", "metrics")
    with remote.understanding(SERVER):
        series = [
            over_time(attributes_of(each.get("labels")), _points(each, steps.end))
            for each in body.get("series") or ()
        ]
    return body, series


def _points(each: Mapping[str, Any], until: float) -> list[tuple[float, float]]:
    """Return points; a zero is left out of the JSON, and times are texts."""
    return [
        (at, number(sample.get("value", 0.0)))
        for sample in each.get("samples") or ()
        if (at := int(sample["timestampMs"]) / 1000) <= until
    ]


def _at_once(
    remote: Remote, ask: Ask, window: Window
) -> tuple[Mapping[str, Any], list[dict[str, Any]]]:
    params = {"q": ask.text, **seconds_of(window)}
    answer = remote.get("/api/metrics/query", params, ask.timeout, JSON)
    body = body_of(answer, remote, "series", "metrics")
    with remote.understanding(SERVER):
        series = [
            at_once(attributes_of(each.get("labels")), number(each.get("value", 0.0)))
            for each in body.get("series") or ()
        ]
    return body, series


def _notes(series: list[dict[str, Any]]) -> tuple[str, ...]:
    if not series:
        return (_NOT_SET_UP,)
    largest = [each.get("max", each.get("value")) for each in series]
    return (_ONLY_ZEROS,) if all(each == 0 for each in largest) else ()
