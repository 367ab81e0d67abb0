"""The numbers of an alert's expression, in the units in which prose states them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from runbookkit.markdown.durations import parse_duration
from runbookkit.model.facts import Dimension, Quantity

_STRING = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`[^`]*`")
_COMMENT = re.compile(r"#[^\n]*")
_SELECTOR = re.compile(r"\{[^{}]*\}")
_DURATION = re.compile(r"(?<![\w.])(?:\d+(?:ms|[smhdwy]))+(?!\w)")
# slo:sli_error:ratio_rate5m, job:latency:rate_1h: the window stands in the name
_NAMED_WINDOW = re.compile(r"(?<=[a-z_:])\d+(?:ms|[smhdw])(?![A-Za-z0-9])")
_NUMBER = r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
_CHAIN = re.compile(
    rf"(?<![\w.:]){_NUMBER}(?![\w.:])(?:[\s()]*[*/][\s()]*{_NUMBER}(?![\w.:]))*"
)
_FACTOR = re.compile(rf"([*/])?[\s()]*({_NUMBER})")
_AFTER = re.compile(r"(?:==|!=|>=|<=|>|<)\s*(?:bool\b)?[\s()+-]*\Z")
_BEFORE = re.compile(r"\s*(?:==|!=|>=|<=|>|<)(?!\s*[\d(.-])")
_PERCENT = re.compile(r"\*\s*100\b|\b100\s*\*|percent", re.IGNORECASE)
_SECONDS = re.compile(r"(?:milli|micro|nano)?seconds|\btime\s*\(|timestamp|_ms\b|_s\b")
# a burn rate: so many times the error budget
_FACTORS = re.compile(rf"[<>]=?[\s(]*{_NUMBER}\s*\*")
_CLOSE = 1e-6

_TIME_UNITS = (1.0, 1e-3, 1e-6, 1e-9, 60.0, 3600.0, 86_400.0)
_BYTE_UNITS = (
    *(1024.0**power for power in range(5)),
    *(1000.0**power for power in range(1, 5)),
    0.125,  # bits
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What an expression measures over which time, and what it compares with."""

    windows: tuple[float, ...]
    """Ranges and offsets, in seconds."""
    limits: tuple[float, ...]
    """Numbers that it compares with; products are multiplied out."""
    numbers: tuple[float, ...]
    """All numbers: limits, factors, quantiles, those in selectors."""
    percent: bool
    """Whether it computes percentages instead of ratios."""
    measures: frozenset[Dimension]
    """What its limits may be stated in."""


@cache
def bounds_of(expr: str) -> Bounds:
    """Return the numbers of a PromQL or LogQL expression, parsed or not.

    >>> bounds_of('rate(lost_total{le="0.5"}[5m]) > (14.4 * 0.001)').limits
    (0.0144,)
    """
    quoted = " ".join(match[0][1:-1] for match in _STRING.finditer(expr))
    bare = _COMMENT.sub("", _STRING.sub('""', expr))
    bare = _SELECTOR.sub("{}", bare)
    windows = [
        *(each[0] for each in _DURATION.finditer(bare)),
        *(each[0] for each in _NAMED_WINDOW.finditer(bare)),
    ]
    limits, numbers = _constants(_DURATION.sub(" ", bare))
    numbers += [float(each) for each in re.findall(rf"(?<![\w.]){_NUMBER}\b", quoted)]
    percent = _PERCENT.search(bare) is not None
    return Bounds(
        tuple(seconds for each in windows if (seconds := _seconds(each)) is not None),
        tuple(limits),
        tuple(numbers),
        percent,
        frozenset(_measures(bare, limits, percent=percent)),
    )


def _seconds(text: str) -> float | None:
    duration = parse_duration(text)
    return duration.total_seconds() if duration is not None else None


def _constants(bare: str) -> tuple[list[float], list[float]]:
    limits: list[float] = []
    numbers: list[float] = []
    for match in _CHAIN.finditer(bare):
        values = list(_products(match[0]))
        numbers.extend(values)
        after = _AFTER.search(bare, 0, match.start())
        if after or _BEFORE.match(bare, match.end()):
            limits.append(round(values[-1], 12))
    return limits, numbers


def _products(chain: str) -> Iterator[float]:
    """Yield the factors of ``4 * 24 * 3600`` and what they come to, that last."""
    total = 1.0
    factors = _FACTOR.findall(chain)
    for operator, text in factors:
        factor = float(text)
        if len(factors) > 1:
            yield factor
        if operator == "/":
            total = total / factor if factor else 0.0
        else:
            total *= factor
    yield total


def _measures(bare: str, limits: list[float], *, percent: bool) -> Iterator[Dimension]:
    limits = [abs(limit) for limit in limits if limit]
    if percent:
        if limits:
            yield "ratio"
        return
    if any(limit < 1 for limit in limits):
        yield "ratio"
    if _FACTORS.search(bare):
        yield "number"
    if any(limit > 1 for limit in limits):
        yield "bytes" if "bytes" in bare else "number"
    if any(limit != 1 for limit in limits) and _SECONDS.search(bare):
        yield "time"


def explains(bounds: Bounds, quantity: Quantity, *, windows: bool = True) -> bool:
    """Tell whether a stated quantity is among an expression's numbers.

    Units are taken generously: what a limit of 300 means depends on the
    metric, and a false contradiction costs more than a missed one.
    """
    dimension = quantity.dimension
    readings = [_readings(number, dimension) for number in bounds.numbers]
    if dimension == "number" and not quantity.text.endswith("times"):
        # "five or more" is `> 4`
        readings += [(limit - 1, limit + 1) for limit in bounds.limits]
    if windows and dimension == "time":
        readings.append(bounds.windows)
    return any(_among(quantity.value, each) for each in readings)


def _readings(number: float, dimension: Dimension) -> tuple[float, ...]:
    if dimension == "time":
        return tuple(number * unit for unit in _TIME_UNITS)
    if dimension == "bytes":
        return tuple(number * unit for unit in _BYTE_UNITS)
    ratios = (number, number / 100, 1 - number, 1 - number / 100)
    return ratios if dimension == "ratio" else (*ratios, number * 100)


def _among(value: float, values: tuple[float, ...]) -> bool:
    slack = max(abs(value) * _CLOSE, 1e-12)
    return any(abs(value - each) <= slack for each in values)
