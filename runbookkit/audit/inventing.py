"""Invent answers to a step, on each side of every threshold that it names."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from runbookkit.audit.shapes import Shape, shape_of
from runbookkit.model.answer import ResultKind
from runbookkit.model.runbook import Step
from runbookkit.queries.cel import RESULT_NAMES

_SIDES: Final = 3
"""On a threshold, above it and below it."""
_MOST_LEAVES: Final = 4
_MOST_ELEMENTS: Final = 1000
_NUMBERS: Final = frozenset(
    {"value", "first", "last", "min", "max", "avg", "duration_ms", "lost_events"}
)
_OTHER: Final = "something else"


def invented(step: Step, kind: ResultKind) -> Iterator[Mapping[str, Any]]:
    """Yield the names of answers that differ in what the step looks at."""
    shape = shape_of(_expressions(step))
    known = set(RESULT_NAMES[kind])
    shape.fields = {name: each for name, each in shape.fields.items() if name in known}
    leaves = list(_leaves(shape))[:_MOST_LEAVES]
    for length in _lengths(shape):
        for sides in itertools.product(range(_SIDES), repeat=len(leaves)):
            chosen = {id(leaf): side for leaf, side in zip(leaves, sides, strict=True)}
            for rest in range(_SIDES if length > 1 and leaves else 1):
                yield _Maker(chosen, length, rest).fields(shape)


def _expressions(step: Step) -> Iterator[str]:
    yield from (each.expression.text for each in step.expectations)
    yield from (each.expression.text for each in step.captures)
    for branch in step.branches:
        if branch.condition is not None:
            yield branch.condition.text


def _leaves(shape: Shape) -> Iterator[Shape]:
    """Yield the parts that are compared with something."""
    if shape.values:
        yield shape
    for each in shape.fields.values():
        yield from _leaves(each)
    if shape.element is not None:
        yield from _leaves(shape.element)


def _lengths(shape: Shape) -> list[int]:
    """Return the lengths of lists that are worth a try, the plainest first."""
    sizes = list(_sizes(shape))
    wanted = [1, 0, 2, *(n + more for n in sizes for more in (0, 1, -1))]
    return [n for n in dict.fromkeys(wanted) if 0 <= n <= _MOST_ELEMENTS]


def _sizes(shape: Shape) -> Iterator[int]:
    yield from shape.sizes
    for each in shape.fields.values():
        yield from _sizes(each)
    if shape.element is not None:
        yield from _sizes(shape.element)


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes one answer."""

    sides: Mapping[int, int]
    """Which side each part is on, by the part's identity."""
    length: int
    rest: int
    """How far the elements behind the first are to another side."""

    def fields(self, shape: Shape, number: int = 0) -> dict[str, Any]:
        return {
            name: self.value(each, name, number) for name, each in shape.fields.items()
        }

    def value(self, shape: Shape, name: str, number: int) -> Any:
        if shape.fields:
            return self.fields(shape, number)
        if shape.element is not None:
            element = shape.element
            by_number = shape.positions and not (shape.sizes or element.fields)
            if by_number:
                return [self.value(element, name, number)] * shape.positions
            return [self.value(element, name, each) for each in range(self.length)]
        if shape.sizes:
            count = range(self.length)
            return [_element(name, each) for each in count]
        return self._leaf(shape, name, number)

    def _leaf(self, shape: Shape, name: str, number: int) -> Any:
        if not shape.values:
            return float(number) if name in _NUMBERS else f"web-{number + 1}"
        side = self.sides.get(id(shape), 0) + (self.rest if number else 0)
        options = [each for value in shape.values for each in _around(value)]
        chosen = options[side % len(options)]
        return f"{chosen:g}" if shape.as_text and _is_number(chosen) else chosen


def _element(name: str, number: int) -> Any:
    """Return an element that nothing looks into, as its kind of answer has it."""
    if name == "series":
        return {"labels": {"name": f"web-{number + 1}"}, "value": 1.0, "last": 1.0}
    if name in {"lines", "traces", "spans"}:
        return {}
    return f"{name}-{number + 1}"


def _around(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [value]
    if isinstance(value, bool):
        return [value, not value]
    if isinstance(value, str):
        return [value, _OTHER]
    gap = max(abs(value) / 2, 1)
    gap = int(gap) if isinstance(value, int) else gap
    return [value, value + gap, value - gap]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
