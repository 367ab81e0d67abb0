"""What a range query showed, from its evidence: curves, their ends, thresholds."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from runbookkit.execute.judge import shown
from runbookkit.model.runbook import Step
from runbookkit.queries.cel_comparisons import comparisons

_MEASURED: Final = re.compile(r"\b(value|first|last|min|max|avg)\b")
_COUNTED: Final = re.compile(r"\bsize\s*\(|\.size\b")
_WORDS: Final = {
    "<": "below",
    "<=": "at most",
    ">": "above",
    ">=": "at least",
    "==": "equal to",
    "!=": "different from",
}


@dataclass(frozen=True, slots=True)
class Curve:
    """One series over time."""

    labels: str
    points: tuple[tuple[float, float | None], ...]
    """Seconds since 1970 and the value; none where it is no finite number."""
    least: float | None
    most: float | None
    last: float | None

    @property
    def words(self) -> str:
        """What the curve shows, for whoever cannot see it."""
        least, most, last = (
            "no number" if each is None else shown(each)
            for each in (self.least, self.most, self.last)
        )
        return f"min {least}, max {most}, last {last}"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number that the values of a step are held against."""

    operator: str
    value: float

    @property
    def words(self) -> str:
        """What is expected: ``expected below 0.01``."""
        return f"expected {_WORDS[self.operator]} {shown(self.value)}"


def curves_of(answer: Mapping[str, Any]) -> tuple[Curve, ...]:
    """Return the curves of an answer as it is kept; none unless it is a range."""
    if answer.get("kind") != "range":
        return ()
    series = answer.get("names", {}).get("series", ())
    return tuple(_curve(each) for each in series if each.get("points"))


def thresholds_of(step: Step | None) -> tuple[Threshold, ...]:
    """Return the numbers that a step's expectation holds values against.

    How many series there are is no value of theirs.
    """
    if step is None or step.expect is None:
        return ()
    found = (
        Threshold(each.operator, each.number)
        for each in comparisons(step.expect.expression.text)
        if _MEASURED.search(each.left) and not _COUNTED.search(each.left)
    )
    return tuple(dict.fromkeys(found))


def labels_of(series: Mapping[str, Any]) -> str:
    """Return a series' labels as people write them."""
    return ", ".join(f"{k}={v}" for k, v in series.get("labels", {}).items()) or "all"


def _curve(series: Mapping[str, Any]) -> Curve:
    points = tuple((float(at), _finite(value)) for at, value in series["points"])
    known = [value for _, value in points if value is not None]
    return Curve(
        labels_of(series),
        points,
        min(known, default=None),
        max(known, default=None),
        points[-1][1],
    )


def _finite(value: Any) -> float | None:
    """Return a number; the log writes those that JSON lacks as texts."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if math.isfinite(value) else None
