"""Put what servers tell of one request into one order, and see where they disagree.

Pure: pieces in, timeline out. Clocks of hosts differ, and nothing says by how much;
but nothing begins before its cause, so that some of the difference shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from runbookkit.model.correlation import Happening, Skew
from runbookkit.moments import nanoseconds_told, rfc3339

_MILLISECOND: Final = 1_000_000
TOLERANCE: Final = _MILLISECOND
"""Clocks are read one after the other, and some servers keep milliseconds."""
_LATE: Final = 1000 * _MILLISECOND
"""An exemplar is counted when the request is over, or a little later."""
_SAME_DURATION: Final = 0.1
_SAME_AT_LEAST: Final = 5.0
_ORDER: Final = ("trace", "log", "metric", "kernel")


@dataclass(frozen=True, slots=True)
class Span:
    """One span; times in nanoseconds."""

    id: str
    parent: str
    service: str
    name: str
    kind: str
    start: int
    end: int
    failed: bool = False
    message: str = ""
    peer: str = ""
    """Whom it calls, as far as it says."""

    @property
    def milliseconds(self) -> float:
        """How long it took."""
        return (self.end - self.start) / _MILLISECOND


@dataclass(frozen=True, slots=True)
class Line:
    """One log line; its time in nanoseconds."""

    at: int
    service: str
    level: str
    text: str
    span: str = ""
    """Id of the span that it was written in, where it says so."""


@dataclass(frozen=True, slots=True)
class Counted:
    """An exemplar; its time in nanoseconds."""

    at: int
    service: str
    metric: str
    value: float
    milliseconds: float | None
    """The value, where the metric counts time."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """All that was found of one request."""

    spans: Sequence[Span] = ()
    lines: Sequence[Line] = ()
    counted: Sequence[Counted] = ()


def span_of(told: Mapping[str, Any]) -> Span:
    """Return a span as a trace's answer tells it."""
    start = nanoseconds_told(told["start"])
    attributes = told["attributes"]
    known = (attributes.get(each) for each in ("peer.service", "server.address"))
    return Span(
        told["span_id"],
        told["parent_id"],
        told["service"],
        told["name"],
        told["kind"],
        start,
        start + round(told["duration_ms"] * _MILLISECOND),
        failed=told["status"] == "error",
        message=told["message"],
        peer=str(next(filter(None, known), "")) if told["kind"] == "client" else "",
    )


def timeline(pieces: Pieces) -> tuple[Happening, ...]:
    """Return everything in the order of time; a cause stands before what it causes."""
    found = [
        *((each.start, -each.end, _told_span(each)) for each in pieces.spans),
        *((each.at, 0, _told_line(each)) for each in pieces.lines),
        *((each.at, 0, _told_exemplar(each)) for each in pieces.counted),
    ]
    found.sort(key=lambda each: (each[0], _ORDER.index(each[2].origin), *_rest(each)))
    return tuple(happening for _, _, happening in found)


def _rest(each: tuple[int, int, Happening]) -> tuple[int, str, str, str]:
    return each[1], each[2].service, each[2].text, each[2].span_id


def _told_span(span: Span) -> Happening:
    text = f"{span.name} ({span.kind})" + (f" to {span.peer}" if span.peer else "")
    text += f": {span.message}" if span.message else ""
    return Happening(
        rfc3339(span.start),
        "trace",
        span.service,
        text,
        span.milliseconds,
        span.id,
        failed=span.failed,
    )


def _told_line(line: Line) -> Happening:
    return Happening(
        rfc3339(line.at),
        "log",
        line.service,
        line.text,
        span_id=line.span,
        level=line.level,
        failed=line.level in {"error", "fatal"},
    )


def _told_exemplar(each: Counted) -> Happening:
    text = f"exemplar of {each.metric}: {each.value:g}"
    return Happening(rfc3339(each.at), "metric", each.service, text, each.milliseconds)


def skews(pieces: Pieces) -> tuple[Skew, ...]:
    """Return where moments cannot be right, the largest difference first."""
    found = [
        *_spans_outside(pieces.spans),
        *_early_lines(pieces),
        *_odd_exemplars(pieces),
    ]
    return tuple(sorted(found, key=lambda each: (-each.milliseconds, each.text)))


def _spans_outside(spans: Iterable[Span]) -> Iterator[Skew]:
    known = {each.id: each for each in spans}
    for span in known.values():
        parent = known.get(span.parent)
        if parent is None or parent is span:
            continue
        whose = f"{_name(span)} {{}} its parent {_name(parent)}"
        early, late = parent.start - span.start, span.end - parent.end
        if early > TOLERANCE:
            text = whose.format(f"begins {_ms(early)} before")
            yield Skew("span before parent", text + _why(span, parent), _size(early))
        if late > TOLERANCE:
            text = whose.format(f"ends {_ms(late)} after")
            text += ": it goes on in the background, or the clocks differ"
            yield Skew("span after parent", text, _size(late))


def _why(span: Span, parent: Span) -> str:
    if span.service == parent.service:
        return ": one of the two was recorded wrongly, or its clock was set meanwhile"
    return ": their clocks differ by at least that much"


def _early_lines(pieces: Pieces) -> Iterator[Skew]:
    known = {each.id: each for each in pieces.spans}
    first: dict[str, Span] = {}
    for span in sorted(pieces.spans, key=lambda each: (each.start, each.id)):
        first.setdefault(span.service, span)
        first.setdefault("", span)
    for line in pieces.lines:
        begun = known.get(line.span) or first.get(line.service) or first.get("")
        early = begun.start - line.at if begun is not None else 0
        if begun is not None and early > TOLERANCE:
            by = f"a line of {line.service or 'the log'} is {_ms(early)} older than"
            text = f"{by} {_name(begun)}: the clocks differ by at least that much"
            yield Skew("line before span", text, _size(early))


def _odd_exemplars(pieces: Pieces) -> Iterator[Skew]:
    if not pieces.spans:
        return
    start = min(each.start for each in pieces.spans)
    end = max(each.end for each in pieces.spans)
    for each in pieces.counted:
        early, late = start - each.at, each.at - end
        # Prometheus keeps milliseconds, cut off
        if early > 2 * TOLERANCE:
            text = f"the exemplar of {each.metric} is {_ms(early)} older than the trace"
            yield Skew("exemplar before trace", f"{text}: clocks differ", _size(early))
        if late > _LATE:
            text = (
                f"the exemplar of {each.metric} is {_ms(late)} younger than the trace"
            )
            text += ": it has the time of the scrape, or the clocks differ"
            yield Skew("exemplar after trace", text, _size(late))
        yield from _odd_duration(each, pieces.spans)


def _odd_duration(each: Counted, spans: Sequence[Span]) -> Iterator[Skew]:
    counted = each.milliseconds
    if counted is None:
        return
    nearest = min(spans, key=lambda span: abs(span.milliseconds - counted))
    apart = abs(nearest.milliseconds - counted)
    if apart > max(_SAME_AT_LEAST, _SAME_DURATION * counted):
        text = (
            f"{each.metric} counted {counted:.1f} ms, and no span took as long; the"
            f" nearest is {_name(nearest)} with {nearest.milliseconds:.1f} ms"
        )
        yield Skew("durations differ", text, apart)


def missing_parts(pieces: Pieces) -> tuple[str, ...]:
    """Return what the pieces speak of, but is not among them."""
    return (*_missing_spans(pieces.spans), *_missing_lines(pieces))


def _missing_spans(spans: Sequence[Span]) -> Iterator[str]:
    known = {each.id for each in spans}
    lost = sorted({each.parent for each in spans if each.parent} - known)
    if lost:
        named = ", ".join(lost[:3]) + (", …" if len(lost) > 3 else "")
        yield (
            f"{len(lost)} parent spans ({named}): they were dropped, are not there yet,"
            " or belong to a service that sends its spans elsewhere"
        )
    services = {each.service for each in spans}
    parents = {each.parent for each in spans}
    silent = sorted(
        {
            each.peer
            for each in spans
            if each.peer and each.peer not in services and each.id not in parents
        }
    )
    for each in silent:
        yield f"spans of {each}, which was called: it sends none, or not to this Tempo"


def _missing_lines(pieces: Pieces) -> Iterator[str]:
    speaking = {each.service for each in pieces.lines}
    if pieces.lines and "" not in speaking:
        for service in sorted({each.service for each in pieces.spans} - speaking):
            yield f"log lines of {service or 'a service without a name'} with this id"


def _name(span: Span) -> str:
    return f"{span.service} {span.name!r}".strip()


def _size(nanos: int) -> float:
    return nanos / _MILLISECOND


def _ms(nanos: int) -> str:
    return f"{nanos / _MILLISECOND:.1f} ms"
