"""Follow one request: from the exemplar to the trace to the log lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any, Final

from runbookkit.app.conventions import (
    LOG_LABELS,
    SERVICE_LABELS,
    fields_of,
    level_of,
    message_of,
    normal_id,
    trace_id_of,
)
from runbookkit.app.joining import (
    Counted,
    Line,
    Pieces,
    Span,
    missing_parts,
    skews,
    span_of,
    timeline,
)
from runbookkit.app.sources import Servers, Source
from runbookkit.errors import UsageError
from runbookkit.model.answer import Window
from runbookkit.model.correlation import Correlation
from runbookkit.model.observation import Links
from runbookkit.model.observed import Exemplar
from runbookkit.model.runbook import Limit
from runbookkit.moments import moment_of, nanoseconds, nanoseconds_told

Redact = Callable[[str], str]
_SAFE: Final = re.compile(r"[\w./:@-]{1,200}", re.ASCII)
_LINES: Final = Limit(500, "lines")
_BEFORE: Final = timedelta(minutes=1)
_AFTER: Final = timedelta(minutes=5)
"""An exemplar may have the time of a scrape, and a line may be shipped late."""
_HALF: Final = "0" * 16
"""What stands before an id of 64 bits."""
_SPAN_FIELDS: Final = ("span_id", "spanID", "spanId", "SpanID")
_EXEMPLARS: Final = '__name__=~".+_(bucket|count|total|sum)"'
_NO_EXEMPLAR: Final = (
    "an exemplar: of each series the newest few are kept, so most requests have none"
)
_NO_LINES: Final = (
    "log lines with this id: none was written, or they have another label"
)


def trace_id_given(text: str) -> str:
    """Return an id as everybody writes it.

    Raises:
        UsageError: It is none.
    """
    found = normal_id(text)
    if not found:
        raise UsageError(
            f"{text!r} is no trace id: up to 32 hexadecimal digits, not all of them 0"
        )
    return found


def correlate(
    trace_id: str,
    window: timedelta,
    servers: Servers,
    redact: Redact,
    service: str = "",
) -> Correlation:
    """Return everything that the servers keep of one request.

    Each piece tells where to look for the next: the trace tells when and in which
    services; without it the exemplar does.

    Raises:
        UsageError: That is no id, or no name of a service.
    """
    wanted = trace_id_given(trace_id)
    if service and not _SAFE.fullmatch(service):
        raise UsageError(f"{service!r} is no name of a service")
    traces = Source("trace", "traceql", servers)
    metrics = Source("metrics", "promql", servers)
    logs = Source("logs", "logql", servers)
    spans, infos = _spans(wanted, traces)
    span = _window(spans, window, servers)
    exemplars = _exemplars(wanted, span, metrics)
    services = {service, *(each.service for each in spans)}
    services |= {_service(each.series) for each in exemplars}
    lines, log_links = _lines(wanted, span, logs, services - {""})
    pieces = Pieces(
        [replace(each, message=redact(each.message)) for each in spans],
        [_line(each, redact) for each in lines],
        [_counted(each) for each in exemplars],
    )
    missing = [f"the trace: {each}" for each in infos] if not spans else []
    if not exemplars and not metrics.not_asked:
        missing.append(_NO_EXEMPLAR)
    if not lines and not logs.not_asked:
        missing.append(_NO_LINES)
    not_asked = (*metrics.not_asked, *traces.not_asked, *logs.not_asked)
    found = _joined(wanted, span, pieces)
    return replace(
        found,
        not_asked=not_asked,
        missing=(*missing, *found.missing),
        trace=traces.links(wanted, span),
        logs=log_links,
    )


def _joined(wanted: str, window: Window, pieces: Pieces) -> Correlation:
    return Correlation(
        wanted,
        window.start,
        window.end,
        (),
        missing_parts(pieces),
        timeline(pieces),
        skews(pieces),
    )


def _spans(wanted: str, source: Source) -> tuple[list[Span], tuple[str, ...]]:
    answer = source.ask(wanted)
    if answer is None:
        return [], ()
    return [span_of(each) for each in answer.names["spans"]], answer.infos


def _window(spans: Iterable[Span], window: timedelta, servers: Servers) -> Window:
    """Return the time around the trace, or the window where there is no trace."""
    found = list(spans)
    start = moment_of(min((each.start for each in found), default=0))
    end = moment_of(max((each.end for each in found), default=0))
    if not found or start is None or end is None:
        return Window(servers.now - window, servers.now)
    return Window(start - _BEFORE, end + _AFTER)


def _exemplars(wanted: str, window: Window, source: Source) -> list[Exemplar]:
    # few are kept in all, so that they can be looked through
    found = source.exemplars(f"{{{_EXEMPLARS}}}", window) or ()
    own = [each for each in found if trace_id_of(each.labels) == wanted]
    once = {
        (each.at, each.value, each.series.get("__name__", "")): each for each in own
    }
    return list(once.values())


def _service(labels: Mapping[str, str]) -> str:
    return next((labels[each] for each in SERVICE_LABELS if labels.get(each)), "")


def _counted(exemplar: Exemplar) -> Counted:
    metric = exemplar.series.get("__name__", "")
    per = 1.0 if "millisecond" in metric else 1000.0 if "second" in metric else None
    return Counted(
        nanoseconds(exemplar.at),
        _service(exemplar.series),
        metric,
        exemplar.value,
        exemplar.value * per if per is not None else None,
    )


def _lines(
    wanted: str, window: Window, source: Source, services: Collection[str]
) -> tuple[list[Mapping[str, Any]], Links]:
    """Return the lines with an id in their text, or else in their metadata."""
    query = ""
    for query in _log_queries(wanted, services):
        answer = source.ask(query, window=window, limit=_LINES)
        if answer is None:
            break
        found = [each for each in answer.names["lines"] if _has(each, wanted)]
        if answer.truncated:
            source.missing(f"there are more: {answer.truncated}", "other lines")
        if found:
            return found, source.links(query, window, _LINES)
    return [], source.links(query, window, _LINES)


def _log_queries(wanted: str, services: Collection[str]) -> list[str]:
    safe = sorted(each for each in services if _SAFE.fullmatch(each))
    names = "|".join(each.replace(".", "[.]") for each in safe) or ".+"
    like = _like(wanted)
    inside = [f'{{{label}=~"{names}"}} |~ "{like}"' for label in LOG_LABELS]
    beside = f'{{{LOG_LABELS[0]}=~"{names}"}} | trace_id=~"{like}"'
    return [*inside, beside]


def _like(wanted: str) -> str:
    """Return a pattern of an id in capitals, with dashes, or of half the length.

    Alternatives without anything else: Loki searches them as plain texts.
    """
    cuts = (0, 8, 12, 16, 20, 32)
    forms = [wanted, "-".join(wanted[a:b] for a, b in pairwise(cuts))]
    if wanted.startswith(_HALF):
        forms.append(wanted.removeprefix(_HALF))
    return "|".join(dict.fromkeys((*forms, *(each.upper() for each in forms))))


def _has(line: Mapping[str, Any], wanted: str) -> bool:
    if trace_id_of(fields_of(line)) == wanted:
        return True
    return wanted.removeprefix(_HALF) in line["line"].replace("-", "").lower()


def _line(told: Mapping[str, Any], redact: Redact) -> Line:
    fields = fields_of(told)
    return Line(
        nanoseconds_told(told["time"]),
        next((fields[each] for each in LOG_LABELS if fields.get(each)), ""),
        level_of(fields),
        redact(message_of(told["line"], fields)),
        next((fields[each].lower() for each in _SPAN_FIELDS if fields.get(each)), ""),
    )
