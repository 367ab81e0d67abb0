"""What servers say, as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from runbookkit.model.observation import (
    Figure,
    Links,
    LogLine,
    Logs,
    Metrics,
    NotAsked,
    Observation,
    SlowRequest,
    Traces,
)

_WIDTH: Final = 160


def observed_text(found: Observation) -> str:
    """Return an observation as text; what could not be asked stands at its end."""
    head = (
        f"{found.service}, {found.start:%Y-%m-%d %H:%M:%S} to {found.end:%H:%M:%S} UTC"
    )
    lines, links = [head], LinkList()
    if found.metrics is not None:
        lines += _metrics(found.metrics, links)
    if found.logs is not None:
        lines += _logs(found.logs, links)
    if found.traces is not None:
        lines += _traces(found.traces, links)
    lines += links.lines()
    lines += not_asked_lines(found.not_asked)
    return "".join(f"{plain(each)}\n" for each in lines)


def not_asked_lines(missing: Iterable[NotAsked]) -> Iterator[str]:
    """Yield what could not be asked, under a heading of its own."""
    heading = True
    for each in missing:
        if heading:
            yield from ("", "Could not ask")
            heading = False
        yield f"  {each.source}: {each.reason}"


def plain(text: str) -> str:
    """Return text without what a terminal would obey.

    >>> plain("a" + chr(27) + "[2J")
    'a�[2J'
    """
    return "".join(
        each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text
    )


def short(text: str) -> str:
    """Return one line of a bounded length."""
    text = " ".join(text.split())
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"


class LinkList:
    """Addresses are long, so they stand at the end, under the numbers of their lines."""

    def __init__(self) -> None:
        self._found: list[Links] = []

    def mark(self, links: Links) -> str:
        """Return what stands behind a line that has links."""
        if not (links.server or links.explore):
            return ""
        self._found.append(links)
        return f"  [{len(self._found)}]"

    def lines(self) -> Iterator[str]:
        """Yield the addresses."""
        if self._found:
            yield from ("", "Links")
        for number, links in enumerate(self._found, 1):
            mark = f"[{number}]"
            for address in (links.server, links.explore):
                if address:
                    yield f"  {mark:<4} {address}"
                    mark = ""


def _metrics(found: Metrics, links: LinkList) -> Iterator[str]:
    by = f" ({found.selector})" if found.selector else ""
    yield from ("", f"Metrics{by}")
    for figure in found.figures:
        yield f"  {figure.name:<14} {_value(figure)}{_as_of(figure.data_as_of)}{links.mark(figure.links)}"
    if found.slow:
        yield "  slowest requests that exemplars name"
    for each in found.slow:
        yield f"    {_slow(each)}{links.mark(each.links)}"
    yield from _notes(found.notes)


def _slow(each: SlowRequest) -> str:
    return f"{seconds_text(each.value):>8}  {each.at:%H:%M:%S}  trace {each.trace_id}"


def _value(figure: Figure) -> str:
    if figure.value is None:
        return figure.note or "unknown"
    match figure.unit:
        case "instances":
            whole = f" of {figure.of:g}" if figure.of is not None else ""
            return f"{figure.value:g}{whole}"
        case "requests/s":
            return f"{figure.value:.3g}/s"
        case "ratio":
            return f"{figure.value * 100:.3g} %"
        case "seconds":
            return seconds_text(figure.value)


def seconds_text(value: float) -> str:
    """Return a duration in the unit that reads best.

    >>> seconds_text(0.0123), seconds_text(2.5)
    ('12.3 ms', '2.5 s')
    """
    return f"{value:.3g} s" if value >= 1 else f"{value * 1000:.3g} ms"


def _as_of(moment: datetime | None) -> str:
    return f"  (data as of {moment.astimezone(UTC):%H:%M:%S})" if moment else ""


def _logs(found: Logs, links: LinkList) -> Iterator[str]:
    yield from ("", f"Logs ({found.query}){links.mark(found.links)}")
    counts = ", ".join(f"{each.lines} {each.level}" for each in found.levels)
    yield f"  {found.read} lines read{': ' if counts else ''}{counts}"
    for line in found.lines:
        yield f"  {_line(line)}"
    yield from _notes(found.notes)


def _line(line: LogLine) -> str:
    trace = f"  trace {line.trace_id}" if line.trace_id else ""
    return f"{line.time[11:23]} {line.level or '-':<7} {short(line.text)}{trace}"


def _traces(found: Traces, links: LinkList) -> Iterator[str]:
    yield from ("", f"Traces ({found.query}){links.mark(found.links)}")
    for each in found.found:
        failed = "  FAILED" if each.failed else ""
        length = seconds_text(each.duration_ms / 1000)
        mark = links.mark(each.links)
        yield f"  {each.start[11:23]} {length:>8}  {short(each.name)}  {each.trace_id}{failed}{mark}"
    yield from _notes(found.notes)


def _notes(notes: Iterable[str]) -> Iterator[str]:
    yield from (f"  note: {each}" for each in notes)
