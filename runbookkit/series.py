"""Series of numbers in the words of expectations, whichever server they are from."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from runbookkit.model.runbook import Limit

MOST: Final = 1000
"""Series that are kept where the step does not say how many."""


def number(text: Any) -> float:
    """Return a sample; servers write them as texts, ``NaN`` and ``+Inf`` included.

    Raises:
        ValueError: It is no number.
        TypeError: It is neither a text nor a number.
    """
    return float(text)


def at_once(labels: Mapping[str, Any], value: float) -> dict[str, Any]:
    """Return a series of an instant query."""
    return {"labels": _texts(labels), "value": value}


def over_time(
    labels: Mapping[str, Any], points: Iterable[tuple[float, float]]
) -> dict[str, Any]:
    """Return a series of a range query; NaN counts neither as least nor as most.

    >>> one = over_time({}, [(2.0, 5.0), (1.0, 3.0)])
    >>> one["first"], one["last"], one["avg"], one["points"]
    (3.0, 5.0, 4.0, [[1.0, 3.0], [2.0, 5.0]])
    """
    ordered = sorted(points, key=lambda point: point[0])
    values = [value for _, value in ordered]
    known = [value for value in values if not math.isnan(value)]
    return {
        "labels": _texts(labels),
        "points": [[at, value] for at, value in ordered],
        "first": values[0] if values else math.nan,
        "last": values[-1] if values else math.nan,
        "min": min(known, default=math.nan),
        "max": max(known, default=math.nan),
        "avg": math.fsum(known) / len(known) if _add(known) else math.nan,
    }


def _add(values: list[float]) -> bool:
    """Tell whether numbers have an average: infinities of both signs have none."""
    return bool(values) and not {math.inf, -math.inf} <= set(values)


def _texts(labels: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): str(value) for name, value in labels.items()}


@dataclass(frozen=True, slots=True)
class Kept:
    """The series of an answer that are kept, and what that means for it."""

    series: list[dict[str, Any]]
    truncated: str = ""
    voids: str = ""

    @property
    def names(self) -> dict[str, Any]:
        """What an expectation sees; ``value`` is there for a single series."""
        if len(self.series) != 1:
            return {"series": self.series}
        one = self.series[0]
        return {"series": self.series, "value": one.get("last", one.get("value"))}


def kept(series: list[dict[str, Any]], limit: Limit | None) -> Kept:
    """Return series in the order of their labels, no more than the step allows.

    The order of servers is not stable. A step's own limit keeps the largest: it
    is how a person asks who is on top. A cut that nobody asked for makes the
    rest worthless, because an expectation may need what is missing.
    """
    if limit is not None and limit.unit != "series":
        limit = None
    most = limit.count if limit is not None else MOST
    if len(series) <= most:
        return Kept(_ordered(series))
    largest = sorted(_ordered(series), key=_size, reverse=True)[:most]
    cut = f"{len(series)} series came, the largest {most} are kept"
    if limit is not None:
        return Kept(_ordered(largest), cut)
    return Kept(_ordered(largest), cut, f"{cut}; aggregate, or say how many are enough")


def _ordered(series: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(series, key=lambda one: sorted(one["labels"].items()))


def _size(one: Mapping[str, Any]) -> float:
    size = one.get("max", one.get("value", math.nan))
    return -math.inf if math.isnan(size) else float(size)
