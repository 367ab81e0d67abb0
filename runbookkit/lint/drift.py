"""Where an expectation's words and its expression state different numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from runbookkit.lint.quantities import quantities
from runbookkit.lint.results import query_of
from runbookkit.lint.units import DIMENSIONS, FACTORS, Unit, unit_of
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
_CLOSE: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Drift:
    """A number of the words that the expression does not have."""

    stated: Quantity
    compared: tuple[Comparison, ...]
    """Numbers of the expression that the words do not have."""
    unit: Unit = ""
    """The unit of the answer, when only the unit makes the difference."""

    @property
    def right(self) -> float:
        """The stated quantity in the unit of the answer."""
        return self.stated.value * FACTORS.get(self.unit, 1.0)


@remembered
def drifts(runbook: Runbook) -> tuple[Drift, ...]:
    """Return where expectations contradict themselves."""
    return tuple(
        drift
        for step in runbook.steps
        for expectation in step.expectations
        for drift in _drifts(step, expectation, runbook)
    )


def _drifts(step: Step, expectation: Expectation, runbook: Runbook) -> Iterator[Drift]:
    found = [
        each
        for each in comparisons(expectation.expression.text)
        if not (_STRUCTURAL.fullmatch(each.left) and each.number in {0.0, 1.0})
    ]
    words = words_of(expectation, runbook)
    if not found or words is None:
        return
    unit = _unit(step, runbook)
    stated = list(quantities(words))
    unsaid = tuple(
        each
        for each in found
        if not any(_agrees(quantity, each, unit) for quantity in stated)
    )
    program = step.action.text if step.action else ""
    for quantity in stated:
        if not unsaid or not _COMPARES.search(quantity.before):
            continue
        if any(_agrees(quantity, each, unit) for each in found):
            continue
        scaled = any(_agrees(quantity, each, "") for each in unsaid)
        known = _unit_of_left(unsaid[0], unit)
        if scaled or (known and DIMENSIONS[known] != quantity.dimension):
            if quantity.dimension != "number":
                yield Drift(quantity, unsaid, known)
        elif not _in_program(quantity, program):
            yield Drift(quantity, unsaid)


def words_of(expectation: Expectation, runbook: Runbook) -> Located | None:
    """Return the words of an expectation, code spans blanked."""
    for block in runbook.document.blocks:
        if isinstance(block, Prose) and block.span == expectation.span:
            return Located(without_code(block.text), block.span, block.columns)
    return None


def _unit(step: Step, runbook: Runbook) -> Unit:
    query = query_of(step, runbook)
    if query is None or query.language.name not in {"promql", "logql"}:
        return ""
    return unit_of(query.text)


def _unit_of_left(comparison: Comparison, unit: Unit) -> Unit:
    if "duration_ms" in comparison.left:
        return "milliseconds"
    answer = re.search(r"\bvalue\b|\.(?:last|first|min|max|avg)\b", comparison.left)
    return unit if answer and "size(" not in comparison.left else ""


def _agrees(quantity: Quantity, comparison: Comparison, unit: Unit) -> bool:
    known = _unit_of_left(comparison, unit) if unit or "_ms" in comparison.left else ""
    if known and DIMENSIONS[known] == quantity.dimension:
        return _near(comparison.number, (quantity.value * FACTORS.get(known, 1.0),))
    if known and quantity.dimension != "number":
        return False
    return _near(quantity.value, _readings(comparison.number, quantity.dimension))


def _in_program(quantity: Quantity, program: str) -> bool:
    return any(
        _near(quantity.value, _readings(float(number), quantity.dimension))
        for number in _NUMBER.findall(program)
    )


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
