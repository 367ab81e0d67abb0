"""Curves as text in a terminal; the only module that knows the chart library.

The library keeps its figure in globals, so one chart is made at a time and each
begins with a clean figure.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from runbookkit.execute.curves import Curve, Threshold
from runbookkit.execute.judge import shown

COLOURS = ("blue", "yellow", "green", "magenta", "cyan")
"""Of the curves that are drawn, in order; more of them cannot be told apart."""
_OWN_NAMES = {"yellow": "orange"}
"""What the library calls a terminal's colour otherwise."""
_LARGEST = 1e100
"""The library draws nothing, or fails, where differences are larger."""
_NEAR = 3.0
"""A threshold further away than so many heights is said, and not drawn."""


def chart(
    curves: Sequence[Curve], thresholds: Sequence[Threshold], width: int, height: int
) -> str:
    """Return a chart with its escape sequences; empty when nothing can be drawn."""
    drawn = curves[: len(COLOURS)]
    values = [
        value for curve in drawn for _, value in curve.points if value is not None
    ]
    times = [at for curve in drawn for at, _ in curve.points]
    if not values or min(times) == max(times):
        return ""
    low, high = min(values), max(values)
    if max(abs(low), abs(high)) > _LARGEST:
        return ""
    span = max(high - low, abs(high) / 10, 1e-9)
    near = [
        each.value
        for each in thresholds
        if low - _NEAR * span <= each.value <= high + _NEAR * span
    ]
    low, high = min(low, *near, high), max(high, *near, low)
    import plotext  # type: ignore[import-untyped]

    plotext.clear_figure()
    plotext.theme("clear")
    plotext.plot_size(width, height)
    for curve, colour in zip(drawn, COLOURS, strict=False):
        for part in _stretches(curve):
            xs, ys = zip(*part, strict=True)
            plotext.plot(xs, ys, marker="braille", color=_OWN_NAMES.get(colour, colour))
    for level in near:
        plotext.horizontal_line(level, color="red")
    _axes(low, high, min(times), max(times))
    return str(plotext.build()).rstrip("\n")


def _axes(low: float, high: float, begin: float, end: float) -> None:
    import plotext

    heights = [low, low + (high - low) / 2, high]
    plotext.yticks(heights, [shown(each) for each in heights])
    # a little inside, where the library would cut a label
    times = [begin + (end - begin) * part for part in (0.1, 0.5, 0.9)]
    form = "%H:%M:%S" if end - begin < 3600 else "%H:%M"
    plotext.xticks(times, [f"{datetime.fromtimestamp(at, UTC):{form}}" for at in times])
    plotext.xaxes(True, False)  # noqa: FBT003  the library takes them by place
    plotext.yaxes(True, False)  # noqa: FBT003


def _stretches(curve: Curve) -> Iterator[list[tuple[float, float]]]:
    """Yield the parts of a curve between values that are no numbers."""
    for known, part in itertools.groupby(
        curve.points, key=lambda point: point[1] is not None
    ):
        if known:
            yield [(at, value) for at, value in part if value is not None]


def words(curves: Sequence[Curve], thresholds: Sequence[Threshold]) -> list[str]:
    """Return what a chart shows, for whoever cannot see it."""
    said = [f"{curve.labels}: {curve.words}" for curve in curves]
    return [*said, *(f"threshold: {each.words}" for each in thresholds)]
