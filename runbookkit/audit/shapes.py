"""What an expression says of the answer that it wants: fields, lists, thresholds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from runbookkit.queries.cel_syntax import Node, parse_cel

_ACROSS: Final = frozenset({"all", "exists", "exists_one", "filter", "map"})
_COMPARED: Final = frozenset({"<", "<=", ">", ">=", "==", "!="})
_NUMBERS: Final = frozenset({"int", "double", "uint"})


@dataclass
class Shape:
    """A part of an answer, as far as expressions look at it."""

    fields: dict[str, Shape] = field(default_factory=dict)
    element: Shape | None = None
    positions: int = 0
    """Elements that are named by their number, as ``r.value[1]`` does."""
    values: list[Any] = field(default_factory=list)
    """What it is compared with, in the order of the text."""
    sizes: list[int] = field(default_factory=list)
    """What its size is compared with."""
    as_text: bool = False
    """Whether a number is written as a text, which ``double()`` reads."""

    def part(self, name: str) -> Shape:
        """Return a field, which there is from now on."""
        return self.fields.setdefault(name, Shape())

    def each(self) -> Shape:
        """Return the shape of an element, which there is from now on."""
        if self.element is None:
            self.element = Shape()
        return self.element


def shape_of(expressions: Iterator[str]) -> Shape:
    """Return what expressions look at, by the names of the answer."""
    root = Shape()
    for text in expressions:
        tree = parse_cel(text)
        if tree is not None:
            _Looker(root).look(tree, {})
    return root


Scope = Mapping[str, Shape]


class _Looker:
    def __init__(self, root: Shape) -> None:
        self._root = root

    def look(self, node: Node, scope: Scope) -> Shape | None:
        """Note what a node looks at; return the part of the answer that it is."""
        match node.kind:
            case "name":
                return scope.get(node.text) or self._root.part(node.text)
            case "select":
                owner = self.look(node.children[0], scope)
                return owner.part(node.text) if owner is not None else None
            case "index" | "method" | "call" | "binary":
                return self._compound(node, scope)
            case _:
                for child in node.children:
                    self.look(child, scope)
                return None

    def _compound(self, node: Node, scope: Scope) -> Shape | None:
        looks = {
            "index": self._indexed,
            "method": self._method,
            "call": self._call,
            "binary": self._binary,
        }
        return looks[node.kind](node, scope)

    def _indexed(self, node: Node, scope: Scope) -> Shape | None:
        owner = self.look(node.children[0], scope)
        key = node.children[1]
        if owner is None:
            return None
        if key.kind == "string":
            return owner.part(key.text[1:-1])
        self.look(key, scope)
        if key.kind == "number" and key.text.isdigit():
            owner.positions = max(owner.positions, int(key.text) + 1)
        return owner.each()

    def _method(self, node: Node, scope: Scope) -> Shape | None:
        owner = self.look(node.children[0], scope)
        if owner is not None and node.text in _ACROSS and len(node.children) > 2:
            variable = node.children[1].text
            inner = {**scope, variable: owner.each()}
            for child in node.children[2:]:
                self.look(child, inner)
            return owner
        for child in node.children[1:]:
            value = _constant(child)
            if owner is not None and isinstance(value, str):
                owner.values.append(value)
            self.look(child, scope)
        return _Size(owner) if node.text == "size" and owner is not None else None

    def _call(self, node: Node, scope: Scope) -> Shape | None:
        found = [self.look(child, scope) for child in node.children]
        first = next(iter(found), None)
        if first is None:
            return None
        if node.text == "size":
            return _Size(first)
        if node.text in _NUMBERS:
            first.as_text = True
            return first
        return None

    def _binary(self, node: Node, scope: Scope) -> Shape | None:
        left, right = (self.look(child, scope) for child in node.children)
        if node.text == "in":
            key = _constant(node.children[0])
            if right is not None and isinstance(key, str):
                right.values += [{key: 1}, {}]
            for child in node.children[1].children:
                _note(left, _constant(child))
        elif node.text in _COMPARED:
            _note(left, _constant(node.children[1]))
            _note(right, _constant(node.children[0]))
        return None


class _Size(Shape):
    """The size of a part."""

    def __init__(self, of: Shape) -> None:
        super().__init__()
        self.of = of


def _note(shape: Shape | None, value: Any) -> None:
    if shape is None or value is None:
        return
    if isinstance(shape, _Size):
        shape.of.sizes.append(int(value))
    else:
        shape.values.append(value)


def _constant(node: Node) -> Any:
    if node.kind == "unary" and node.text == "-":
        inner = _constant(node.children[0])
        return -inner if isinstance(inner, (int, float)) else None
    if node.kind == "number":
        text = node.text.rstrip("uU")
        return int(text, 0) if text.isdigit() else _number(text)
    if node.kind == "string":
        return node.text.strip("\"'")
    if node.kind == "literal":
        return {"true": True, "false": False}.get(node.text)
    return None


def _number(text: str) -> float | int | None:
    try:
        return int(text, 16) if text.startswith("0x") else float(text)
    except ValueError:
        return None
