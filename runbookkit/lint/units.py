"""In which unit a query answers, as far as the names of its metrics tell."""

from __future__ import annotations

import re
from functools import cache
from typing import Final, Literal

from runbookkit.model.facts import Dimension

Unit = Literal["seconds", "milliseconds", "bytes", "ratio", "percent", ""]

DIMENSIONS: Final[dict[Unit, Dimension]] = {
    "seconds": "time",
    "milliseconds": "time",
    "bytes": "bytes",
    "ratio": "ratio",
    "percent": "ratio",
}
"""What each unit measures."""

FACTORS: Final[dict[Unit, float]] = {"milliseconds": 1000.0, "percent": 100.0}
"""How many of a unit make one second or one whole."""

_NOISE: Final = re.compile(
    r"#[^\n]*|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`[^`]*`|\{[^{}]*\}|\[[^\]]*\]"
    r"|\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^()]*\)"
)
_PERCENT: Final = re.compile(r"\*\s*100(?:\.0)?\b|\b100\s*\*|_percent\b")
_SCALED: Final = re.compile(r"[*/]\s*\(?\s*\d|\d\s*\*")
_SCALED_NAME: Final = re.compile(
    r"_(?:[kmgt]i?b|(?:kilo|mega|giga)bytes|(?:milli|micro|nano)seconds|ms|us|ns"
    r"|minutes|hours|days)(?:_|\b)"
)
_METRIC: Final = re.compile(r"\b[a-z][a-z0-9]*(?:[_:][a-z0-9]+)+\b")
_FUNCTION: Final = re.compile(r"\b([a-z_0-9]+)\s*\(")
_COUNTS: Final = frozenset(
    {"count", "count_over_time", "count_values", "absent", "changes", "resets", "deriv"}
)
_RATES: Final = frozenset({"rate", "irate", "increase", "delta", "idelta"})


@cache
def unit_of(query: str) -> Unit:
    """Return the unit of a metric query's answer; empty when it is not certain.

    >>> unit_of("histogram_quantile(0.99, sum by (le) (rate(a_seconds_bucket[5m])))")
    'seconds'
    >>> unit_of("sum(rate(errors_total[5m])) / sum(rate(requests_total[5m]))")
    'ratio'
    """
    bare = _NOISE.sub(" ", query)
    if _PERCENT.search(bare):
        return "percent"
    functions = set(_FUNCTION.findall(bare))
    if _SCALED.search(bare) or functions & _COUNTS:
        return ""
    names = [name for name in _METRIC.findall(bare) if name not in functions]
    if functions & {"bytes_rate", "bytes_over_time"}:
        return "ratio" if "/" in bare else "bytes"
    if "/" in bare:
        return _of_division(names)
    units = {_of_metric(name, functions) for name in names}
    return units.pop() if len(units) == 1 else ""


def is_scaled(query: str) -> bool:
    """Tell whether a query may answer in another unit than its metrics' names say.

    >>> is_scaled("sum(a_bytes) / 1e6"), is_scaled("a_size_mb"), is_scaled("a_total")
    (True, True, False)
    """
    return bool(_SCALED.search(_NOISE.sub(" ", query)) or _SCALED_NAME.search(query))


def _of_division(names: list[str]) -> Unit:
    stems = {re.sub(r"_(?:sum|count|bucket|total)$", "", name) for name in names}
    ends = {name.rpartition("_")[2] for name in names}
    if len(stems) == 1 and ends == {"sum", "count"}:
        return _of_metric(f"{stems.pop()}_bucket", {"histogram_quantile"})
    units = {
        re.sub(r".*_(seconds|bytes|milliseconds)(?:_total|_sum)?$|.*", r"\1", name)
        for name in names
    }
    return "ratio" if names and len(units) == 1 else ""


_QUANTILES: Final[dict[str, Unit]] = {
    "_milliseconds_bucket": "milliseconds",
    "_ms_bucket": "milliseconds",
    "_seconds_bucket": "seconds",
}
_SIZES: Final[dict[str, Unit]] = {
    "_ratio": "ratio",
    ":ratio": "ratio",
    "_bytes": "bytes",
}
_BYTES: Final = re.compile(r"_bytes_(?:[a-z]+_)*total$")
_GAUGES: Final[dict[str, Unit]] = {
    "_milliseconds": "milliseconds",
    "_ms": "milliseconds",
    "_seconds": "seconds",
}


def _of_metric(name: str, functions: set[str]) -> Unit:
    endings = dict(_SIZES)
    if "histogram_quantile" in functions:
        endings |= _QUANTILES
    elif not functions & _RATES:  # seconds per second are no time
        endings |= _GAUGES
    if _BYTES.search(name):
        return "bytes"
    return next((unit for end, unit in endings.items() if name.endswith(end)), "")
