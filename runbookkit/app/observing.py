"""What metrics, logs and traces say of a service now."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from runbookkit.app.conventions import (
    LOG_LABELS,
    MetricNames,
    discovery_query,
    fields_of,
    level_of,
    message_of,
    metric_names,
    trace_id_of,
)
from runbookkit.app.sources import Servers, Source
from runbookkit.errors import UsageError
from runbookkit.model.answer import Window
from runbookkit.model.observation import (
    Figure,
    LevelCount,
    LogLine,
    Logs,
    Metrics,
    Observation,
    SlowRequest,
    Traces,
    TraceSummary,
    Unit,
)
from runbookkit.model.observed import Exemplar
from runbookkit.model.runbook import Limit

Redact = Callable[[str], str]
_SERVICE: Final = re.compile(r"[\w./:@-]{1,200}", re.ASCII)
_QUANTILES: Final = ("0.5", "0.9", "0.99")
_SLOW: Final = 5
_LINES_READ: Final = Limit(500, "lines")
_LINES_SHOWN: Final = 10
_TRACES: Final = Limit(20, "traces")
_TRACES_SHOWN: Final = 5
_LOUD: Final = frozenset({"warning", "error", "fatal"})


def observe(
    service: str, window: timedelta, servers: Servers, redact: Redact
) -> Observation:
    """Ask all servers about a service, at the same time.

    Raises:
        UsageError: That is no name of a service.
    """
    if not _SERVICE.fullmatch(service):
        raise UsageError(
            f"{service!r} is no name of a service: letters, digits and ./:@_- are"
        )
    span = Window(servers.now - window, servers.now)
    sources = (
        Source("metrics", "promql", servers),
        Source("logs", "logql", servers),
        Source("traces", "traceql", servers),
    )
    with ThreadPoolExecutor(len(sources), thread_name_prefix="observe") as pool:
        metrics = pool.submit(_metrics, service, span, sources[0])
        logs = pool.submit(_logs, service, span, sources[1], redact)
        traces = pool.submit(_traces, service, span, sources[2])
    return Observation(
        service,
        span.start,
        span.end,
        tuple(missing for source in sources for missing in source.not_asked),
        metrics.result(),
        logs.result(),
        traces.result(),
    )


def _metrics(service: str, window: Window, source: Source) -> Metrics | None:
    found = source.ask(discovery_query(service))
    if found is None:
        return None
    names = metric_names(service, (each["labels"] for each in found.names["series"]))
    if not names.selector:
        return Metrics("", notes=("no metric has this service or job",))
    notes = []
    if not names.requests:
        notes.append("no counter of requests has a name that is known here")
    if not names.latency:
        notes.append("no histogram of latencies has a name that is known here")
    slow = _slow(names, window, source) if names.latency else ()
    if names.latency and slow == ():
        notes.append(
            "no exemplar with a trace id: the service exposes none, or Prometheus"
            " keeps none"
        )
    figures = tuple(_figures(names, window, source))
    return Metrics(names.selector, figures, slow or (), tuple(notes))


def _figures(names: MetricNames, window: Window, source: Source) -> Iterable[Figure]:
    over = f"[{_promql(window.end - window.start)}]"
    pick = names.selector
    up = _figure("instances up", "instances", f"sum(up{{{pick}}})", source)
    if up is not None:
        whole = _figure("instances", "instances", f"count(up{{{pick}}})", source)
        yield replace(up, of=whole.value if whole is not None else None)
    asked: list[tuple[str, Unit, str]] = []
    if names.requests:
        total = f"sum(rate({names.requests}{{{pick}}}{over}))"
        asked.append(("request rate", "requests/s", total))
        if names.code:
            failed = f"sum(rate({names.requests}{{{pick}, {names.failed}}}{over}))"
            # without a single failure there is no series of failures
            ratio = f"({failed} or vector(0)) / {total}"
            asked.append(("error ratio", "ratio", ratio))
    if names.latency:
        rate = f"sum by (le) (rate({names.latency}{{{pick}}}{over}))"
        per = f" / {names.per_second:g}" if names.per_second != 1 else ""
        asked += [
            (
                f"latency p{each[2:]:0<2}",
                "seconds",
                f"histogram_quantile({each}, {rate}){per}",
            )
            for each in _QUANTILES
        ]
    for name, unit, query in asked:
        figure = _figure(name, unit, query, source)
        if figure is not None:
            yield figure


def _figure(name: str, unit: Unit, query: str, source: Source) -> Figure | None:
    answer = source.ask(query, what=name)
    if answer is None:
        return None
    value = answer.names.get("value")
    known = value is not None and math.isfinite(value)
    note = "" if known else "no data" if answer.empty else "no requests in the window"
    if value is not None and math.isinf(value):
        note = "beyond the last bucket"
    return Figure(
        name,
        unit,
        value if known else None,
        query,
        source.links(query),
        note=note,
        data_as_of=answer.data_as_of,
    )


def _slow(
    names: MetricNames, window: Window, source: Source
) -> tuple[SlowRequest, ...] | None:
    """Return the slowest requests that exemplars name; none when not asked."""
    found = source.exemplars(f"{names.latency}{{{names.selector}}}", window)
    if found is None:
        return None
    traces = Source("traces", "traceql", source.servers)
    by_trace: dict[str, Exemplar] = {}
    for each in sorted(found, key=lambda one: one.value):
        by_trace[trace_id_of(each.labels)] = each
    by_trace.pop("", None)
    slowest = list(by_trace.items())[: -_SLOW - 1 : -1]
    return tuple(
        SlowRequest(
            trace,
            each.value / names.per_second,
            each.at,
            each.series.get("__name__", names.latency),
            replace(traces.links(trace, window), server=""),
        )
        for trace, each in slowest
    )


def _logs(service: str, window: Window, source: Source, redact: Redact) -> Logs | None:
    lines: list[Mapping[str, Any]] = []
    query, notes = "", list[str]()
    for label in LOG_LABELS:
        query = f'{{{label}="{service}"}}'
        answer = source.ask(query, window=window, limit=_LINES_READ)
        if answer is None:
            return None
        lines = list(answer.names["lines"])
        if lines:
            notes = [answer.truncated] if answer.truncated else []
            break
    else:
        notes = [f"no line in the window has it as {', '.join(LOG_LABELS)}"]
    told = [_line(each, redact) for each in lines]
    loud = [each for each in told if each.level in _LOUD]
    shown = (loud + [each for each in told if each.level not in _LOUD])[:_LINES_SHOWN]
    counts = Counter(each.level or "unknown" for each in told).most_common()
    levels = tuple(LevelCount(level, count) for level, count in counts)
    links = source.links(query, window, _LINES_READ)
    return Logs(query, links, len(told), levels, tuple(shown), tuple(notes))


def _line(line: Mapping[str, Any], redact: Redact) -> LogLine:
    fields = fields_of(line)
    text = redact(message_of(line["line"], fields))
    return LogLine(line["time"], level_of(fields), text, trace_id_of(fields))


def _traces(service: str, window: Window, source: Source) -> Traces | None:
    own = f'resource.service.name = "{service}"'
    query = f"{{ {own} }}"
    everything = source.ask(query, window=window, limit=_TRACES)
    if everything is None:
        return None
    failing = f"{{ {own} && status = error }}"
    failed = source.ask(failing, window=window, limit=_TRACES, what="failed ones")
    failures = list(failed.names["traces"]) if failed is not None else []
    failed_ids = {each["trace_id"] for each in failures}
    by_id = {
        each["trace_id"]: each for each in (*everything.names["traces"], *failures)
    }
    ordered = sorted(
        by_id.values(),
        key=lambda each: (each["trace_id"] not in failed_ids, -each["duration_ms"]),
    )
    found = tuple(
        TraceSummary(
            each["trace_id"],
            f"{each['root_service']} {each['root_name']}".strip(),
            each["start"],
            each["duration_ms"],
            each["trace_id"] in failed_ids,
            source.links(each["trace_id"], window),
        )
        for each in ordered[:_TRACES_SHOWN]
    )
    notes = (
        *everything.infos,
        *([everything.truncated] if everything.truncated else []),
    )
    if not by_id:
        notes = (*notes, "search finds no trace of it")
    return Traces(query, source.links(query, window, _TRACES), found, notes)


def _promql(span: timedelta) -> str:
    return f"{max(1, int(span.total_seconds()))}s"
