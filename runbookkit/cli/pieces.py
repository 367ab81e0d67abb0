"""What both front ends of a run show: pieces of text, tables and charts for rich."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich.console import RenderableType
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from runbookkit.cli.drawing import COLOURS, chart, words
from runbookkit.cli.maps import map_lines
from runbookkit.execute.curves import Curve, Threshold, curves_of
from runbookkit.execute.judge import shown
from runbookkit.model.answer import Ask
from runbookkit.model.runbook import Step

MARKS = {
    "met": "✔ met",
    "not met": "✘ not met",
    "error": "! error",
    "skipped": "- skipped",
    "declined": "- declined",
}
STYLES = {"met": "green", "not met": "yellow", "error": "red"}
CHANGES = "CHANGES PRODUCTION"
ROWS = 10
_PRINTED = 40
_WIDEST = 100
CONTROLS = {
    number: "\N{REPLACEMENT CHARACTER}"
    for number in (*range(32), 127, *range(128, 160))
    if chr(number) not in "\n\t"
}
"""A log line must not move the cursor or rewrite what stands above it."""


def said(text: str, style: str = "") -> Text:
    """Return a text that comes from anywhere: no markup, no control characters."""
    return Text(text.translate(CONTROLS), style)


def kind_of(step: Step) -> str:
    """Return what a step does, in words."""
    if step.question is not None:
        return "asks"
    if step.action is None:
        return "by hand"
    return CHANGES if step.effect == "change" else "reads"


def program(ask: Ask) -> Iterator[RenderableType]:
    """Yield exactly what will be sent."""
    where = f" on {ask.host}" if ask.host else ""
    window = ""
    if ask.window is not None:
        window = f", {ask.window.start:%H:%M:%S} to {ask.window.end:%H:%M:%S} UTC"
    yield said(f"{ask.language}{where}{window}:")
    yield source(ask.text, ask.language)


def source(text: str, language: str) -> RenderableType:
    """Return a program; wrapped, not cut: nobody approves what they cannot see."""
    whole = text.translate(CONTROLS)
    # the terminal's own colours: others cannot be read on a light one
    return Syntax(
        whole, language, theme="ansi_dark", background_color="default", word_wrap=True
    )


def verdict(name: str, message: str) -> Text:
    """Return how a step ended, with the number and the threshold."""
    return Text.assemble((MARKS[name], STYLES.get(name, "")), ": ", said(message))


@dataclass(frozen=True, slots=True)
class Room:
    """What a chart may take; without columns none is drawn."""

    columns: int = 0
    lines: int = 12


def evidence(
    answer: Mapping[str, Any],
    thresholds: Sequence[Threshold],
    room: Room,
    kept: str = "",
) -> Iterator[RenderableType]:
    """Yield an answer as it is kept; ``kept`` says where."""
    for warning in answer["warnings"]:
        yield said(f"warning: {warning}")
    if answer["empty"]:
        yield said("the answer is empty")
    names = answer["names"]
    curves = curves_of(answer)
    if curves:
        yield from _curves(curves, thresholds, room)
    elif names.get("series"):
        yield from _series(names["series"], thresholds)
    for line in _lines(names):
        yield said(line)
    if answer["truncated"]:
        yield said(f"cut: {answer['truncated']}")
    as_of = _as_of(answer["data_as_of"])
    yield said(
        f"{answer['backend']} {answer['server']} asked at"
        f" {answer['started_at'][11:19]} UTC, answered in {answer['seconds']:.2f} s{as_of}"
        f" · evidence {answer['hash'][:12]}{f' in {kept}' if kept else ''}",
        "dim",
    )


def _curves(
    curves: Sequence[Curve], thresholds: Sequence[Threshold], room: Room
) -> Iterator[RenderableType]:
    """Draw curves where a terminal can show them; say them everywhere."""
    drawn = ""
    if room.columns:
        drawn = chart(curves, thresholds, min(room.columns, _WIDEST), room.lines)
    if drawn:
        yield Text.from_ansi(drawn)
    for number, line in enumerate(words(curves[:ROWS], ())):
        colour = COLOURS[number] if drawn and number < len(COLOURS) else ""
        yield said(line, colour)
    if len(curves) > ROWS:
        yield said(f"… and {len(curves) - ROWS} more")
    for line in words((), thresholds):
        yield said(line)


def _series(
    series: Sequence[Mapping[str, Any]], thresholds: Sequence[Threshold]
) -> Iterator[RenderableType]:
    table = Table("labels", "value", box=None, pad_edge=False)
    for each in series[:ROWS]:
        pairs = ", ".join(f"{k}={v}" for k, v in each["labels"].items()) or "(none)"
        table.add_row(said(pairs), said(shown(each.get("value"))))
    if len(series) > ROWS:
        table.add_row(f"… and {len(series) - ROWS} more")
    yield table
    for line in words((), thresholds):
        yield said(line)


def _lines(names: Mapping[str, Any]) -> Iterator[str]:
    yield from _first(names.get("lines", ()), _log_line)
    yield from _first(names.get("traces", ()), _trace_line)
    yield from map_lines(names)
    for name in ("stdout", "stderr"):
        yield from _text(str(names.get(name, "")).rstrip().splitlines())


def _first(
    rows: Sequence[Mapping[str, Any]], line: Callable[[Mapping[str, Any]], str]
) -> Iterator[str]:
    yield from map(line, rows[:ROWS])
    if len(rows) > ROWS:
        yield f"  … and {len(rows) - ROWS} more"


def _log_line(line: Mapping[str, Any]) -> str:
    return f"  {line.get('time', '')} {line.get('line', '')}"


def _trace_line(trace: Mapping[str, Any]) -> str:
    root = f"{trace.get('root_service', '')} {trace.get('root_name', '')}"
    errors = trace.get("errors", 0)
    failed = f", {errors} failed spans" if errors else ""
    took = shown(trace.get("duration_ms"))
    return f"  {trace.get('trace_id', '')} {root} {took} ms{failed}"


def _text(lines: Sequence[str]) -> Iterator[str]:
    """Yield what a command printed: its beginning, and its end if it is long."""
    if len(lines) <= _PRINTED:
        yield from lines
        return
    yield from lines[: _PRINTED // 2]
    yield f"… {len(lines) - _PRINTED} lines more; the transcript has them …"
    yield from lines[-_PRINTED // 2 :]


def _as_of(text: str | None) -> str:
    return f", data as of {datetime.fromisoformat(text):%H:%M:%S} UTC" if text else ""
