"""Where an expectation's words and its expression state different numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from runbookkit.lint.quantities import quantities
from runbookkit.lint.results import query_of
from runbookkit.lint.units import DIMENSIONS, FACTORS, Unit, is_scaled, unit_of
from runbookkit.markdown.durations import parse_duration
from runbookkit.markdown.inline import without_code
from runbookkit.model.document import Prose
from runbookkit.model.facts import Dimension, Quantity
from runbookkit.model.remembered import remembered
from runbookkit.model.runbook import Expectation, Runbook, Step
from runbookkit.model.span import Located
from runbookkit.queries.cel import Comparison, comparisons

_COMPARES: Final = re.compile(
    r"(?:than|above|below|over|under|exceeds?|exceeding|least|most|reach(?:es)?|past"
    r"|beyond|up to|[<>≥≤]=?|equals?|exactly)(?: about| nearly| the)?\Z"
)
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_STRUCTURAL: Final = re.compile(r"exit_code|size\(\s*\)|size\(.*\)|.*\.size\(\)")
_TIMES: Final = (1.0, 1e-3, 1e-6, 1e-9, 60.0, 3600.0, 86_400.0)
_SIZES: Final = (
    1.0,
    *(1000.0**power for power in range(1, 5)),
    *(1024.0**power for power in range(1, 5)),
)
_VALUE: Final = re.compile(r"\bvalue\b|\.(?:last|first|min|max|avg)\b")
_DURATION: Final = re.compile(r"\bduration\s*[<>]=?\s*(\d+(?:\.\d+)?(?:ms|[smh]))\b")
_LE: Final = re.compile(r"\ble=\"(\d+(?:\.\d+)?)\"")
_CLOSE: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Drift:
    """A number of the words that neither the expression nor the query has."""

    stated: Quantity
    compared: tuple[Comparison, ...] = ()
    """Numbers of the expression that the words do not have."""
    limits: tuple[float, ...] = ()
    """Instead of those: times that the query compares with, in seconds."""
    unit: Unit = ""
    """The unit of the answer, when only the unit makes the difference."""

    @property
    def right(self) -> float:
        """The stated quantity in the unit of the answer."""
        return self.stated.value * FACTORS.get(self.unit, 1.0)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a step asks, as far as numbers go."""

    program: str
    unit: Unit
    """Of the answer; empty when it is not certain."""
    plain: bool
    """Whether a size in the answer is in bytes, and not in megabytes."""

    def unit_of(self, comparison: Comparison) -> Unit:
        """Return the unit of what an expression compares."""
        if "duration_ms" in comparison.left:
            return "milliseconds"
        value = _VALUE.search(comparison.left) and "size(" not in comparison.left
        return self.unit if value else ""

    def agrees(self, quantity: Quantity, comparison: Comparison) -> bool:
        """Tell whether words and expression state the same number."""
        unit = self.unit_of(comparison)
        number = comparison.number
        if unit and quantity.dimension != "number":
            right = quantity.value * FACTORS.get(unit, 1.0)
            return DIMENSIONS[unit] == quantity.dimension and _near(number, (right,))
        if self.plain and quantity.dimension == "bytes":
            return _near(number, (quantity.value,))
        return _near(quantity.value, _readings(number, quantity.dimension))


@remembered
def drifts(runbook: Runbook) -> tuple[Drift, ...]:
    """Return where expectations contradict themselves or their query."""
    return tuple(
        drift
        for step in runbook.steps
        for expectation in step.expectations
        for drift in _drifts(step, expectation, runbook)
    )


def _drifts(step: Step, expectation: Expectation, runbook: Runbook) -> Iterator[Drift]:
    words = words_of(expectation, runbook)
    if words is None:
        return
    asked = _asked(step, runbook)
    found = [
        each
        for each in comparisons(expectation.expression.text)
        if not (_STRUCTURAL.fullmatch(each.left) and each.number in {0.0, 1.0})
    ]
    stated = list(quantities(words))
    unsaid = tuple(
        each
        for each in found
        if not any(asked.agrees(quantity, each) for quantity in stated)
    )
    for quantity in stated:
        said = any(asked.agrees(quantity, each) for each in found)
        if _COMPARES.search(quantity.before) and not said:
            yield from _unmatched(quantity, unsaid, asked)


def _unmatched(
    quantity: Quantity, unsaid: tuple[Comparison, ...], asked: _Asked
) -> Iterator[Drift]:
    limits = _limits(asked.program) if quantity.dimension == "time" else ()
    in_query = bool(limits) and _near(quantity.value, limits)
    if limits and not unsaid and not in_query:
        yield Drift(quantity, limits=limits)
    if not unsaid or in_query:
        return
    unit = asked.unit_of(unsaid[0])
    scaled = any(
        _near(quantity.value, _readings(each.number, quantity.dimension))
        for each in unsaid
    )
    other = unit and DIMENSIONS[unit] != quantity.dimension
    if unit and quantity.dimension != "number" and (scaled or other):
        yield Drift(quantity, unsaid, unit=unit)
    elif not _in_program(quantity, asked.program):
        yield Drift(quantity, unsaid)


def words_of(expectation: Expectation, runbook: Runbook) -> Located | None:
    """Return the words of an expectation, code spans blanked."""
    for block in runbook.document.blocks:
        if isinstance(block, Prose) and block.span == expectation.span:
            return Located(without_code(block.text), block.span, block.columns)
    return None


def _asked(step: Step, runbook: Runbook) -> _Asked:
    program = step.action.text if step.action else ""
    query = query_of(step, runbook)
    if query is None or query.language.name not in {"promql", "logql"}:
        return _Asked(program, "", plain=False)
    return _Asked(program, unit_of(query.text), plain=not is_scaled(query.text))


def _in_program(quantity: Quantity, program: str) -> bool:
    numbers = [float(number) for number in _NUMBER.findall(program)]
    if quantity.dimension == "number":
        return _near(quantity.value, tuple(numbers))
    return any(
        _near(quantity.value, _readings(number, quantity.dimension))
        for number in numbers
    )


def _limits(program: str) -> tuple[float, ...]:
    """Return the times that a query itself compares with, in seconds."""
    found = [parse_duration(match[1]) for match in _DURATION.finditer(program)]
    limits = [each.total_seconds() for each in found if each is not None]
    if "_seconds_bucket" in program:
        limits += [float(match[1]) for match in _LE.finditer(program)]
    return tuple(limits)


def _readings(number: float, dimension: Dimension) -> tuple[float, ...]:
    if dimension == "time":
        return tuple(number * unit for unit in _TIMES)
    if dimension == "bytes":
        return tuple(number * unit for unit in _SIZES)
    ratios = (number, number / 100, 1 - number, 1 - number / 100)
    # "at least five" is `> 4`
    return (
        ratios
        if dimension == "ratio"
        else (*ratios, number * 100, number + 1, number - 1)
    )


def _near(value: float, values: tuple[float, ...]) -> bool:
    slack = max(abs(value) * _CLOSE, 1e-12)
    return any(abs(value - each) <= slack for each in values)
