"""The thresholds of CEL expressions, and whether branches share or miss a value."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from runbookkit.queries.cel_syntax import Node, parse_cel, walk

_FLIPPED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_WHOLE: Final = re.compile(r"size\(.*\)|.*\.size\(\)|exit_code|lost_events", re.DOTALL)


class Comparison(NamedTuple):
    """Something is compared with a number, which stands from start to end.

    ``left`` is the other side as written; the operator reads from left to
    number, also when the number is written first.
    """

    left: str
    operator: str
    number: float
    start: int
    end: int


def comparisons(expression: str) -> tuple[Comparison, ...]:
    """Return the comparisons with a number in an expression, in order.

    >>> comparisons("1e6 < series[0].max")
    (Comparison(left='series[0].max', operator='>', number=1000000.0, start=0, end=3),)
    """
    tree = parse_cel(expression)
    return tuple(
        comparison
        for node in (walk(tree) if tree else ())
        if (comparison := _comparison(node, expression))
    )


def _comparison(node: Node, expression: str) -> Comparison | None:
    if node.kind != "binary" or node.text not in _FLIPPED:
        return None
    left, right = node.children
    number = _number(right)
    operator = node.text
    if number is None:
        left, right = right, left
        number = _number(right)
        operator = _FLIPPED[operator]
    if number is None or _number(left) is not None:
        return None
    return Comparison(
        expression[left.start : left.end], operator, number, right.start, right.end
    )


def _number(node: Node) -> float | None:
    if node.kind == "unary" and node.text == "-":
        number = _number(node.children[0])
        return None if number is None else -number
    if node.kind != "number":
        return None
    text = node.text.rstrip("uU")
    return float(int(text, 16)) if text.startswith("0x") else float(text)


@dataclass(frozen=True, slots=True)
class _Range:
    """All numbers between two, each of which belongs to it or not."""

    low: float = -math.inf
    high: float = math.inf
    with_low: bool = False
    with_high: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether no number is in it."""
        point = self.with_low and self.with_high
        return self.low > self.high or (self.low == self.high and not point)

    def both(self, other: _Range) -> _Range:
        """Return the numbers that are in both."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        return _Range(
            low,
            high,
            all(each.with_low for each in (self, other) if each.low == low),
            all(each.with_high for each in (self, other) if each.high == high),
        )

    def whole(self) -> _Range:
        """Return the whole numbers in it, as a range that holds its ends."""
        low, high = self.low, self.high
        if math.isfinite(low):
            low = math.ceil(low) if self.with_low else math.floor(low) + 1
        if math.isfinite(high):
            high = math.floor(high) if self.with_high else math.ceil(high) - 1
        return _Range(low, high, with_low=True, with_high=True)

    def example(self) -> float:
        """Return a number in it, a plain one if there is a choice."""
        if math.isinf(self.low):
            return self.high if self.with_high else self.high - 1
        if math.isinf(self.high):
            return self.low if self.with_low else self.low + 1
        middle = (self.low + self.high) / 2
        closed = self.with_low and self.with_high and float(self.low).is_integer()
        return math.floor(middle) if closed else middle


class _Branch(NamedTuple):
    condition: str
    numbers: _Range


def overlap(conditions: Sequence[str]) -> str:
    """Return which value several conditions share or miss, or ``""``.

    Conditions are decided when each compares the same thing with numbers,
    joined by ``&&``. Numbers below zero are not missed when none is compared.

    >>> overlap(["value > 80", "value < 70"])
    'no condition holds at 75'
    >>> overlap(["value > 80", "value <= 80"])
    ''
    """
    branches = _branches(conditions)
    if len(branches) < 2:
        return ""
    for branch in branches:
        if branch.numbers.is_empty:
            return f"`{branch.condition}` can never hold"
    for one, other in itertools.combinations(branches, 2):
        shared = one.numbers.both(other.numbers)
        if not shared.is_empty:
            example = _shown(shared.example())
            return f"`{one.condition}` and `{other.condition}` both hold at {example}"
    hole = next(_holes(branches), None)
    return "" if hole is None else f"no condition holds at {_shown(hole.example())}"


def _branches(conditions: Sequence[str]) -> list[_Branch]:
    """Return the range of each condition, or none if one cannot be decided."""
    branches: list[_Branch] = []
    lefts: set[str] = set()
    for condition in conditions:
        parts = _conjunction(parse_cel(condition), condition)
        if parts is None:
            return []
        numbers = _Range()
        for part in parts:
            left = re.sub(r"\s+", "", part.left)
            lefts.add(left)
            allowed = _allowed(part)
            numbers = numbers.both(allowed)
        whole = all(_WHOLE.fullmatch(left) for left in lefts)
        branches.append(_Branch(condition, numbers.whole() if whole else numbers))
    return branches if len(lefts) == 1 else []


def _conjunction(node: Node | None, text: str) -> list[Comparison] | None:
    if node is None:
        return None
    if node.kind == "binary" and node.text == "&&":
        parts = [_conjunction(child, text) for child in node.children]
        return [each for part in parts for each in part or ()] if all(parts) else None
    comparison = _comparison(node, text)
    return None if comparison is None or comparison.operator == "!=" else [comparison]


def _allowed(part: Comparison) -> _Range:
    match part.operator:
        case ">" | ">=":
            return _Range(low=part.number, with_low=part.operator == ">=")
        case "<" | "<=":
            return _Range(high=part.number, with_high=part.operator == "<=")
        case _:
            return _Range(part.number, part.number, with_low=True, with_high=True)


def _holes(branches: list[_Branch]) -> Iterator[_Range]:
    """Yield the ranges that no branch covers, from the lowest on."""
    ranges = sorted(
        (each.numbers for each in branches),
        key=lambda each: (each.low, not each.with_low),
    )
    ends = [end for each in ranges for end in (each.low, each.high)]
    signed = any(end < 0 for end in ends if math.isfinite(end))
    whole = all(each.whole() == each for each in ranges)
    at = _Range(high=0.0) if not signed else _Range(high=-math.inf, with_high=True)
    for following in [*ranges, _Range(low=math.inf, with_low=True)]:
        hole = _Range(at.high, following.low, not at.with_high, not following.with_low)
        hole = hole.whole() if whole else hole
        if not hole.is_empty and math.isfinite(hole.example()):
            yield hole
        at = following


def _shown(number: float) -> str:
    return f"{number:.10g}"
