"""A small reader of CEL expressions, for what the CEL library does not tell.

The library is the judge of whether an expression is valid. This reader tells
which names, fields and numbers stand where in one that is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, NamedTuple

Kind = Literal[
    "name",
    "number",
    "string",
    "literal",
    "select",
    "index",
    "call",
    "method",
    "unary",
    "binary",
    "ternary",
    "list",
    "map",
]

_TOKEN: Final = re.compile(
    r"""\s+|//[^\n]*
    | (?P<number>0x[0-9a-fA-F]+u?|(?:\d+\.\d+|\.\d+|\d+)(?:[eE][+-]?\d+)?[uU]?)
    | (?P<string>(?:[rR]?[bB]?|[bB][rR])
        (?:\"{3}(?:.|\n)*?\"{3}|'{3}(?:.|\n)*?'{3}
          |\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'))
    | (?P<name>[A-Za-z_]\w*)
    | (?P<mark>&&|\|\||<=|>=|==|!=|[-+*/%<>!?:.,()\[\]{}])
    """,
    re.VERBOSE,
)
_PRIORITIES: Final = {
    **dict.fromkeys(("*", "/", "%"), 6),
    **dict.fromkeys(("+", "-"), 5),
    **dict.fromkeys(("<", "<=", ">", ">=", "==", "!=", "in"), 4),
    "&&": 3,
    "||": 2,
}
_LITERALS: Final = frozenset({"true", "false", "null"})
_DEPTH: Final = 60


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression; ``text`` is its name, operator or literal."""

    kind: Kind
    text: str
    start: int
    end: int
    children: tuple[Node, ...] = ()


class _UnreadableError(ValueError):
    """The expression is none that this reader knows."""


@lru_cache(maxsize=256)
def parse_cel(expression: str) -> Node | None:
    """Return the tree of a valid expression; ``None`` for what cannot be read.

    >>> parse_cel("a.b > 1").children[0].kind
    'select'
    """
    try:
        return _Reader(_tokens(expression)).whole()
    except _UnreadableError:
        return None


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and everything below it."""
    yield node
    for child in node.children:
        yield from walk(child)


def _tokens(expression: str) -> list[_Token]:
    found: list[_Token] = []
    place = 0
    while place < len(expression):
        match = _TOKEN.match(expression, place)
        if match is None:
            raise _UnreadableError
        if match.lastgroup:
            found.append(_Token(match.lastgroup, match[0], *match.span()))
        place = match.end()
    return [*found, _Token("end", "", len(expression), len(expression))]


class _Reader:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._expression()
        if self._next.kind != "end":
            raise _UnreadableError
        return node

    @property
    def _next(self) -> _Token:
        return self._tokens[self._place]

    def _take(self, *texts: str) -> _Token:
        token = self._next
        if texts and (token.text not in texts or token.kind == "string"):
            raise _UnreadableError
        self._place += 1
        return token

    def _at(self, *texts: str) -> bool:
        return self._next.kind in {"mark", "name"} and self._next.text in texts

    def _expression(self) -> Node:
        self._depth += 1
        if self._depth > _DEPTH:
            raise _UnreadableError
        node = self._binary(0)
        if self._at("?"):
            self._take()
            chosen = self._expression()
            self._take(":")
            other = self._expression()
            node = Node("ternary", "?", node.start, other.end, (node, chosen, other))
        self._depth -= 1
        return node

    def _binary(self, least: int) -> Node:
        left = self._unary()
        while self._next.kind in {"mark", "name"}:
            operator = self._next.text
            priority = _PRIORITIES.get(operator, 0)
            if priority <= least:
                break
            self._take()
            right = self._binary(priority)
            left = Node("binary", operator, left.start, right.end, (left, right))
        return left

    def _unary(self) -> Node:
        signs: list[_Token] = []
        while self._at("!", "-"):
            signs.append(self._take())
        node = self._member()
        for sign in reversed(signs):
            node = Node("unary", sign.text, sign.start, node.end, (node,))
        return node

    def _member(self) -> Node:
        node = self._primary()
        while self._at(".", "["):
            if self._take().text == "[":
                inside = self._expression()
                end = self._take("]").end
                node = Node("index", "[", node.start, end, (node, inside))
                continue
            name = self._take()
            if name.kind != "name":
                raise _UnreadableError
            if self._at("("):
                inside_all, end = self._arguments(")")
                parts = (node, *inside_all)
                node = Node("method", name.text, node.start, end, parts)
            else:
                node = Node("select", name.text, node.start, name.end, (node,))
        return node

    def _primary(self) -> Node:
        token = self._take()
        if token.kind in {"number", "string"}:
            kind: Kind = "number" if token.kind == "number" else "string"
            return Node(kind, token.text, token.start, token.end)
        if token.kind == "name":
            return self._named(token)
        if token.text == "(":
            inside = self._expression()
            self._take(")")
            return inside
        if token.text == "[":
            children, end = self._arguments("]", opened=True)
            return Node("list", "[", token.start, end, children)
        if token.text == "{":
            return self._map(token)
        raise _UnreadableError

    def _named(self, token: _Token) -> Node:
        if token.text in _LITERALS:
            return Node("literal", token.text, token.start, token.end)
        if self._at("("):
            children, end = self._arguments(")")
            return Node("call", token.text, token.start, end, children)
        return Node("name", token.text, token.start, token.end)

    def _arguments(
        self, closer: str, *, opened: bool = False
    ) -> tuple[tuple[Node, ...], int]:
        if not opened:
            self._take("(")
        children: list[Node] = []
        while not self._at(closer):
            children.append(self._expression())
            if not self._at(closer):
                self._take(",")
        return tuple(children), self._take(closer).end

    def _map(self, opener: _Token) -> Node:
        children: list[Node] = []
        while not self._at("}"):
            children.append(self._expression())
            self._take(":")
            children.append(self._expression())
            if not self._at("}"):
                self._take(",")
        return Node("map", "{", opener.start, self._take("}").end, tuple(children))
