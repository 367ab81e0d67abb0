"""Curves as SVG: plain lines that take their colours from the page around them.

Chart libraries bring scripts or styles of their own, which the page's policy
forbids and which know no dark page; a line chart is a list of points.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

from runbookkit.execute.curves import Curve, Threshold
from runbookkit.execute.judge import shown

WIDTH: Final = 640
HEIGHT: Final = 200
LEFT: Final = 76
_RIGHT, _TOP, _BOTTOM = 10, 12, 26
MOST: Final = 6
"""Curves in one chart; more of them cannot be told apart."""
_GAP: Final = 3.5
"""Steps without a point, after which the line is interrupted."""


@dataclass(frozen=True, slots=True)
class Label:
    """A number at an axis."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Level:
    """A threshold's line."""

    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn, in the units of the picture."""

    lines: tuple[tuple[str, ...], ...]
    """For each curve its stretches, as ``points`` of a polyline."""
    heights: tuple[Label, ...]
    times: tuple[Label, ...]
    levels: tuple[Level, ...]
    words: str
    """The same for whoever cannot see it."""


def chart_of(curves: Sequence[Curve], thresholds: Sequence[Threshold]) -> Chart | None:
    """Return the chart of the first curves; none when there is nothing to draw."""
    drawn = curves[:MOST]
    values = [v for curve in drawn for _, v in curve.points if v is not None]
    times = [at for curve in drawn for at, _ in curve.points]
    if not values or max(times) <= min(times):
        return None
    frame = _frame(values, times, thresholds)
    words = "; ".join(f"{curve.labels}: {curve.words}" for curve in drawn)
    held = "".join(f"; {each.words}" for each in thresholds)
    return Chart(
        tuple(tuple(_stretches(curve, frame)) for curve in drawn),
        tuple(_heights(frame)),
        tuple(_times(frame)),
        tuple(
            Level(frame.y(each.value), each.words)
            for each in thresholds
            if frame.low <= each.value <= frame.high
        ),
        f"Line chart. {words}{held}",
    )


@dataclass(frozen=True, slots=True)
class _Frame:
    low: float
    high: float
    begin: float
    end: float

    def x(self, at: float) -> float:
        part = (at - self.begin) / (self.end - self.begin)
        return round(LEFT + part * (WIDTH - LEFT - _RIGHT), 1)

    def y(self, value: float) -> float:
        # halves first: the difference of two large numbers may be infinite
        part = (value / 2 - self.low / 2) / (self.high / 2 - self.low / 2)
        return round(HEIGHT - _BOTTOM - part * (HEIGHT - _TOP - _BOTTOM), 1)


def _frame(
    values: Sequence[float], times: Sequence[float], thresholds: Sequence[Threshold]
) -> _Frame:
    """Return the frame; a threshold far away is said, not drawn."""
    low, high = min(values), max(values)
    if low >= 0 and low < high / 2 + high / 4:
        low = 0.0
    span = max(high / 2 - low / 2, abs(high) / 4, 1e-12)
    for each in thresholds:
        if low / 2 - 2 * span <= each.value / 2 <= high / 2 + 2 * span:
            low, high = min(low, each.value), max(high, each.value)
    if high / 2 - low / 2 < max(abs(high), 1e-12) * 1e-6:
        low, high = low - abs(low) / 10 - 1e-9, high + abs(high) / 10 + 1e-9
    return _Frame(low, high, min(times), max(times))


def _stretches(curve: Curve, frame: _Frame) -> Iterator[str]:
    """Yield the unbroken parts of a curve: where nothing was measured, no line is."""
    gaps = sorted(b - a for (a, _), (b, _) in pairwise(curve.points))
    usual = gaps[len(gaps) // 2] if gaps else 0.0
    part: list[tuple[float, float]] = []
    for at, value in curve.points:
        if part and (value is None or at - part[-1][0] > _GAP * usual):
            yield _polyline(part, frame)
            part = []
        if value is not None:
            part.append((at, value))
    if part:
        yield _polyline(part, frame)


def _polyline(part: Sequence[tuple[float, float]], frame: _Frame) -> str:
    ends = [(frame.x(at), frame.y(value)) for at, value in part]
    if len(ends) == 1:  # a single point is a dash
        ends.append((ends[0][0] + 2, ends[0][1]))
    return " ".join(f"{x},{y}" for x, y in ends)


def _heights(frame: _Frame) -> Iterator[Label]:
    for part in (0, 1, 2):
        value = frame.low + (frame.high / 2 - frame.low / 2) * part
        yield Label(LEFT - 6, frame.y(value), shown(value))


def _times(frame: _Frame) -> Iterator[Label]:
    form = "%H:%M:%S" if frame.end - frame.begin < 3600 else "%H:%M"
    if frame.end - frame.begin > 86400:
        form = "%d %b %H:%M"
    for part in (0, 0.5, 1):
        at = frame.begin + (frame.end - frame.begin) * part
        moment = datetime.fromtimestamp(at, UTC)
        yield Label(frame.x(at), HEIGHT - 8, f"{moment:{form}}")
