"""What Tempo refuses although the grammar allows it: types, stages, versions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from runbookkit.queries.durations import is_duration
from runbookkit.queries.language import QueryProblem
from runbookkit.queries.literals import escape_problem
from runbookkit.queries.parse_tree import (
    Node,
    Word,
    child,
    children,
    fault_at,
    is_a,
    nodes,
    span,
    walk,
    words,
)
from runbookkit.queries.traceql_stages import stage_problems
from runbookkit.queries.traceql_types import INTRINSICS, STATICS, Operand, Typing
from runbookkit.queries.versions import at_least

Problems: TypeAlias = Iterator[QueryProblem]

_LARGEST_INTEGER: Final = 2**63 - 1


def problems(tree: Node, version: str) -> Problems:
    """Return what is wrong with a query that parses."""
    types = _Types(version)
    for node in walk(tree):
        for each in words(node):
            yield from _of_word(each)
        types.read(node)
    yield from types.found
    yield from stage_problems(tree, version)


def is_metric(tree: Node) -> bool:
    """Return whether a query answers with numbers."""
    return any(
        is_a(stage, "aggregate_metric") or is_a(stage, "compare")
        for stage in nodes(nodes(tree)[0])
    )


def unbounded(tree: Node) -> str:
    """Return why a query reads all traces, if it does."""
    filters = [node for node in walk(tree) if is_a(node, "filter")]
    if not filters or any(child(each, "field") for each in filters):
        return ""
    return "no filter asks anything of a span, so it reads every trace"


def _of_word(each: Word) -> Problems:
    text = str(each)
    if each.type == "STRING":
        problem = escape_problem(text, each.start_pos or 0)
        if problem:
            yield problem
    elif each.type == "DURATION" and not is_duration(text):
        yield fault_at(
            each,
            f"`{text}` is no duration; write units from large to small, as `1d12h`",
        )
    elif (each.type == "INTEGER" and int(text) > _LARGEST_INTEGER) or (
        each.type == "FLOAT" and float(text) == float("inf")
    ):
        yield fault_at(each, f"`{text}` is too large for a number")


@dataclass(slots=True)
class _Types:
    """The type of each expression; inner ones are read before outer ones."""

    version: str
    found: list[QueryProblem] = field(default_factory=list)
    _known: dict[int, Operand] = field(default_factory=dict)

    def read(self, node: Node) -> None:
        handler = _READERS.get(node.data)
        if handler:
            handler(self, node)

    def operand(self, part: Node) -> Operand:
        return self._known[id(part)]

    def static(self, node: Node) -> None:
        (value,) = words(node)
        literal = str(value) if value.type == "STRING" else ""
        self._keep(node, Operand(STATICS[value.type], *span(value), literal=literal))

    def attribute(self, node: Node) -> None:
        (name,) = words(node)
        text = str(name)
        if name.type == "ATTRIBUTE":
            never_nil = text if text == "resource.service.name" else ""
            operand = Operand("attribute", *span(name), asks=True, never_nil=never_nil)
            self._keep(node, operand)
            return
        type_ = INTRINSICS.get(text, "text")
        self._keep(node, Operand(type_, *span(name), asks=True, never_nil=text))

    def group(self, node: Node) -> None:
        self._keep(node, self.operand(nodes(node)[0]))

    def signed(self, node: Node) -> None:
        (atom,) = nodes(node)
        self._keep(node, self._typing().signed(words(node), self._asked(atom)))

    def field(self, node: Node) -> None:
        parts = [
            part if isinstance(part, str) else self._asked(part)
            for part in node.children
        ]
        self._keep(node, self._typing().of(parts))

    def filter(self, node: Node) -> None:
        condition = child(node, "field")
        if condition is None:
            return
        operand = self.operand(condition)
        if operand.type not in ("boolean", "attribute"):
            self._add(
                condition,
                "a filter must be true or false for a span, such as "
                '`{ status = error }` or `{ resource.service.name = "checkout" }`',
            )

    def group_by(self, node: Node) -> None:
        inner = children(node, "field")[0]
        if not self.operand(inner).asks:
            self._add(inner, "`by(…)` groups by something of the span, not a constant")

    def select(self, node: Node) -> None:
        for attribute in children(node, "attribute"):
            self._asked(attribute)

    def aggregate(self, node: Node) -> None:
        inner = child(node, "field")
        if inner is None:
            return
        operand = self.operand(inner)
        name = words(node)[0]
        if operand.type not in ("number", "attribute"):
            self._add(inner, f"`{name}(…)` needs a number, such as `{name}(duration)`")
        elif not operand.asks:
            self._add(inner, f"`{name}(…)` needs something of the span, not a constant")

    def _asked(self, part: Node) -> Operand:
        if is_a(part, "attribute"):
            name = str(words(part)[0])
            if name == "parent" or name.startswith("parent."):
                self._add(
                    part,
                    "Tempo cannot ask about the parent span here yet; "
                    "write `{ … } > { … }` for a parent and its child",
                )
        return self.operand(part)

    def _typing(self) -> Typing:
        return Typing(not at_least(self.version, 3), self.found)

    def _keep(self, node: Node, operand: Operand) -> None:
        self._known[id(node)] = operand

    def _add(self, part: Node | Word, message: str) -> None:
        self.found.append(fault_at(part, message))


_READERS: Final[dict[str, Callable[[_Types, Node], None]]] = {
    "static": _Types.static,
    "attribute": _Types.attribute,
    "group": _Types.group,
    "signed": _Types.signed,
    "field": _Types.field,
    "filter": _Types.filter,
    "group_by": _Types.group_by,
    "select": _Types.select,
    "aggregate": _Types.aggregate,
}
