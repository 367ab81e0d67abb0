"""The traces that a query finds."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from runbookkit.backends.tempo.answers import (
    JSON,
    SERVER,
    Found,
    body_of,
    cost_of,
    window_of,
)
from runbookkit.backends.tempo.traces import began, found, matched_spans
from runbookkit.exchange import Remote
from runbookkit.model.answer import Ask, Window
from runbookkit.moments import moment_of

_TRACES: Final = 20
# no attribute that is a number equals a text, and Tempo does not say so
_QUOTED_NUMBER: Final = re.compile(
    r"""((?:span|resource)?\.[\w.]+)\s*=\s*["`]\d+(?:\.\d+)?["`]"""
)


def searched(remote: Remote, ask: Ask, lag: timedelta, spans: int) -> Found:
    """Return the traces of a window that a query finds, the newest first.

    Raises:
        QueryRejectedError: The query is wrong, or too wide.
        BackendUnavailableError: The server is.
    """
    window, notes = window_of(ask)
    limited = ask.limit is not None and ask.limit.unit == "traces"
    limit = ask.limit.count if ask.limit is not None and limited else _TRACES
    if limit < 1:
        raise remote.rejected("ask for at least one trace")
    params = {
        "q": ask.text,
        **seconds_of(window),
        "limit": str(limit),
        "spss": str(spans),
    }
    # by GET only: the body of a POST is ignored, and all traces are the answer
    answer = remote.get("/api/search", params, ask.timeout, JSON)
    body = body_of(answer, remote, "traces", "metrics")
    with remote.understanding(SERVER):
        told = sorted(
            body.get("traces") or (), key=lambda each: (-began(each), each["traceID"])
        )
        names = _names(told)
        newest = moment_of(began(told[0])) if told else None
        cost = cost_of(body)
    full = len(told) >= limit
    return Found(
        "traces",
        names,
        empty=not told,
        window=window,
        truncated=f"the first {limit} traces found; there may be more" if full else "",
        infos=(
            *notes,
            *_late(ask, window, lag),
            *_hints(ask, empty=not told),
            *(() if full else cost.notes),  # a full page ends the search
        ),
        as_of=newest,
        details=cost.details,
    )


def seconds_of(window: Window) -> dict[str, str]:
    """Return both ends in whole seconds, which is all that Tempo takes."""
    start = math.floor(window.start.timestamp())
    return {
        "start": str(start),
        "end": str(max(math.ceil(window.end.timestamp()), start + 1)),
    }


def _names(told: list[Mapping[str, Any]]) -> dict[str, Any]:
    traces = [found(each) for each in told]
    names: dict[str, Any] = {
        "traces": traces,
        "spans": [span for each in told for span in matched_spans(each)],
        "errors": [each for each in traces if each["errors"]],
    }
    if len(traces) == 1:
        names["duration_ms"] = traces[0]["duration_ms"]
    return names


def _late(ask: Ask, window: Window, lag: timedelta) -> tuple[str, ...]:
    known = ask.now - lag
    if window.end <= known:
        return ()
    late = f"search finds a trace {lag.total_seconds():g} s after it was sent"
    return (f"data until {known:%H:%M:%S} UTC: {late}, a look-up by its id at once",)


def _hints(ask: Ask, *, empty: bool) -> tuple[str, ...]:
    quoted = _QUOTED_NUMBER.search(ask.text)
    if not empty or quoted is None:
        return ()
    cure = "where it is a number, leave out the quotes, or nothing is found"
    return (f"`{quoted[1]}` is compared with a text; {cure}",)
