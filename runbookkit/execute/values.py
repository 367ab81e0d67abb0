"""Values of expressions: which can be kept, and which say nothing."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

MAX_CAPTURE: Final = 64 * 1024
"""Bytes of a captured value; it is kept for as long as the run is."""
_STAND_INS: Final = (-1e300, 0.0, 1e300)


@dataclass(frozen=True, slots=True)
class Unfit:
    """A value that cannot be used, and why; the reason goes on after its name."""

    reason: str


def kept_form(value: Any) -> Any | Unfit:
    """Return a captured value as JSON holds it, so that it is the same when resumed.

    >>> kept_form([1, 2.5, "x"])
    [1, 2.5, 'x']
    >>> kept_form(float("nan"))
    Unfit(reason='is NaN, which is no value to go on with')
    """
    unfit = next(iter(_unfit(value)), "")
    if unfit:
        return Unfit(unfit)
    size = len(json.dumps(value))
    if size > MAX_CAPTURE:
        return Unfit(f"has {size} bytes, more than the {MAX_CAPTURE} that are kept")
    return value


def _unfit(value: Any) -> list[str]:
    if isinstance(value, float) and not math.isfinite(value):
        name = "NaN" if math.isnan(value) else "infinite"
        return [f"is {name}, which is no value to go on with"]
    if value is None or isinstance(value, (bool, int, float, str)):
        return []
    if isinstance(value, list):
        return [each for item in value for each in _unfit(item)]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return [each for item in value.values() for each in _unfit(item)]
    name = type(value).__name__
    return [f"is a {name}, which cannot be kept; turn it into a text or a number"]


def without_nan(names: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield what names could be if each NaN were a number; nothing without a NaN.

    A NaN stands for "no data". CEL lets every comparison with it be false, so
    ``value < 1`` and ``!(value > 1)`` would each say something about nothing:
    what is not the same for all numbers is not decided.

    >>> [names["value"] for names in without_nan({"value": float("nan")})]
    [-1e+300, 0.0, 1e+300]
    """
    if _holds_nan(names):
        yield from (_replaced(names, number) for number in _STAND_INS)


def _holds_nan(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_holds_nan(each) for each in value.values())
    if isinstance(value, (list, tuple)):
        return any(_holds_nan(each) for each in value)
    return isinstance(value, float) and math.isnan(value)


def _replaced(value: Any, number: float) -> Any:
    if isinstance(value, Mapping):
        return {key: _replaced(each, number) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_replaced(each, number) for each in value]
    return number if isinstance(value, float) and math.isnan(value) else value
