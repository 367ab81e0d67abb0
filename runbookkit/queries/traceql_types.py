"""The types of TraceQL expressions, worked out operator by operator."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from runbookkit.queries.language import QueryProblem
from runbookkit.queries.literals import regex_problem
from runbookkit.queries.parse_tree import Word, fault_at

Type: TypeAlias = Literal[
    "attribute", "number", "text", "boolean", "status", "kind", "nil"
]

INTRINSICS: Final[dict[str, Type]] = {
    "status": "status",
    "span:status": "status",
    "kind": "kind",
    "span:kind": "kind",
    "duration": "number",
    "span:duration": "number",
    "traceDuration": "number",
    "trace:duration": "number",
    "event:timeSinceStart": "number",
    "span:childCount": "number",
    "nestedSetLeft": "number",
    "nestedSetRight": "number",
    "nestedSetParent": "number",
}
"""Every other intrinsic is a text."""

STATICS: Final[dict[str, Type]] = {
    "STRING": "text",
    "INTEGER": "number",
    "FLOAT": "number",
    "DURATION": "number",
    "LIMIT": "number",
    "TRUE": "boolean",
    "FALSE": "boolean",
    "NIL": "nil",
    "STATUS": "status",
    "KIND": "kind",
}

_BINDING: Final = {
    "OR": 1,
    "AND": 2,
    "EQUAL": 3,
    "UNEQUAL": 3,
    "GREATER": 3,
    "GREATER_EQUAL": 3,
    "LESS": 3,
    "LESS_EQUAL": 3,
    "MATCHES": 3,
    "MATCHES_NOT": 3,
    "PLUS": 4,
    "MINUS": 4,
    "TIMES": 5,
    "DIVIDE": 5,
    "MODULO": 5,
    "POWER": 6,
}
_ORDERED: Final = frozenset(("number", "text", "attribute"))
_NAMES: Final[dict[Type, str]] = {
    "attribute": "an attribute",
    "number": "a number",
    "text": "a text",
    "boolean": "true or false",
    "status": "a status",
    "kind": "a kind",
    "nil": "`nil`",
}


@dataclass(frozen=True, slots=True)
class Operand:
    """A part of an expression; an attribute may turn out to be of any type.

    ``literal`` is the text constant the part consists of, ``never_nil`` a name
    whose value every span has, each empty for anything else. ``asks`` tells a
    part that looks at the span from a constant.
    """

    type: Type
    start: int
    end: int
    asks: bool = False
    never_nil: str = ""
    literal: str = ""


@dataclass(slots=True)
class Typing:
    """Reads one expression from left to right; ``problems`` are found on the way."""

    regex_takes_any_text: bool
    problems: list[QueryProblem]

    def of(self, parts: list[Operand | Word]) -> Operand:
        """Return the type of operands with operators between them."""
        values: list[Operand] = []
        operators: list[Word] = []
        for part in parts:
            if isinstance(part, Operand):
                values.append(part)
                continue
            while operators and _binds_first(operators[-1], part):
                self._reduce(values, operators)
            operators.append(part)
        while operators:
            self._reduce(values, operators)
        return values[0]

    def signed(self, signs: list[Word], operand: Operand) -> Operand:
        """Return the type of an operand behind ``-`` and ``!``."""
        for sign in reversed(signs):
            wanted: Type = "number" if sign.type == "MINUS" else "boolean"
            if operand.type not in (wanted, "attribute"):
                self._add(
                    fault_at(
                        sign,
                        f"`{sign}` works on {_NAMES[wanted]}, "
                        f"and {_NAMES[operand.type]} follows",
                    )
                )
                operand = replace(operand, type="attribute")
        start = signs[0].start_pos or 0
        return replace(operand, start=start, never_nil="", literal="")

    def _add(self, problem: QueryProblem) -> None:
        self.problems.append(problem)

    def _reduce(self, values: list[Operand], operators: list[Word]) -> None:
        right, left = values.pop(), values.pop()
        operator = operators.pop()
        known = len(self.problems)
        result = self._result(left, operator, right)
        if len(self.problems) > known:
            result = "attribute"  # one mistake, one message
        values.append(
            Operand(result, left.start, right.end, asks=left.asks or right.asks)
        )

    def _result(self, left: Operand, operator: Word, right: Operand) -> Type:
        kind = operator.type
        if kind in ("AND", "OR"):
            self._both(left, operator, right, "boolean")
            return "boolean"
        if kind in ("MATCHES", "MATCHES_NOT"):
            self._matches(left, operator, right)
            return "boolean"
        if _BINDING[kind] > _BINDING["EQUAL"]:
            self._both(left, operator, right, "number")
            return right.type if left.type == "attribute" else left.type
        if kind in ("EQUAL", "UNEQUAL"):
            self._equal(left, operator, right)
        else:
            self._ordered(left, operator, right)
        return "boolean"

    def _both(
        self, left: Operand, operator: Word, right: Operand, wanted: Type
    ) -> None:
        for side in (left, right):
            if side.type not in (wanted, "attribute"):
                message = f"`{operator}` joins {_plural(wanted)}, and this is "
                self._add(
                    QueryProblem(message + _NAMES[side.type], side.start, side.end)
                )
                return

    def _equal(self, left: Operand, operator: Word, right: Operand) -> None:
        if "nil" in (left.type, right.type):
            name = left.never_nil or right.never_nil
            if name and operator.type == "EQUAL":
                self._add(
                    QueryProblem(
                        f"`{name}` is never nil",
                        left.start,
                        right.end,
                    )
                )
            return
        self._same(left, right)

    def _ordered(self, left: Operand, operator: Word, right: Operand) -> None:
        for side in (left, right):
            if side.type not in _ORDERED:
                self._add(
                    QueryProblem(
                        f"`{operator}` puts numbers or texts in order, "
                        f"and this is {_NAMES[side.type]}",
                        side.start,
                        side.end,
                    )
                )
                return
        self._same(left, right)

    def _same(self, left: Operand, right: Operand) -> None:
        if "attribute" in (left.type, right.type) or left.type == right.type:
            return
        message = f"{_NAMES[left.type]} is compared with {_NAMES[right.type]}"
        for keyword, text in ((left, right), (right, left)):
            if keyword.type in ("status", "kind") and text.literal:
                message += f"; write {text.literal.strip('`' + chr(34))} without quotes"
        if left.type == "number" and right.literal:
            message += "; write the number or duration without quotes"
        self._add(QueryProblem(message, left.start, right.end))

    def _matches(self, left: Operand, operator: Word, right: Operand) -> None:
        if left.type not in ("text", "attribute"):
            message = f"`{operator}` matches texts, and this is {_NAMES[left.type]}"
            self._add(QueryProblem(message, left.start, left.end))
        elif right.literal:
            start = right.end - len(right.literal)
            problem = regex_problem(right.literal, start)
            if problem:
                self._add(problem)
        elif not (self.regex_takes_any_text and right.type in ("text", "attribute")):
            self._add(
                QueryProblem(
                    f'after `{operator}` stands a pattern in quotes, such as `"/api/.*"`',
                    right.start,
                    right.end,
                )
            )


def _binds_first(left: Word, right: Word) -> bool:
    if _BINDING[left.type] == _BINDING[right.type]:
        return left.type != "POWER"
    return _BINDING[left.type] > _BINDING[right.type]


def _plural(wanted: Type) -> str:
    return "numbers" if wanted == "number" else "conditions"
