"""Walk over Lark's trees without recursion, so that no nesting is too deep."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias, TypeGuard

from runbookkit.queries.language import QueryProblem

if TYPE_CHECKING:
    from lark import Token, Tree

    Node: TypeAlias = Tree[Token]
    Word: TypeAlias = Token
else:
    # Lark is slow to import and only needed for the types here
    Node: TypeAlias = object
    Word: TypeAlias = str


def walk(tree: Node) -> Iterator[Node]:
    """Return every node of a tree, children before their parents."""
    return iter(tree.iter_subtrees())


def is_a(part: Node | Word, name: str) -> TypeGuard[Node]:
    """Return whether a part is a node made by the rule ``name``."""
    return not isinstance(part, str) and part.data == name


def words(node: Node) -> list[Word]:
    """Return the words that stand directly in a node."""
    return [part for part in node.children if isinstance(part, str)]


def word(node: Node, kind: str) -> Word:
    """Return the first word of a kind, which the grammar put there."""
    return next(each for each in words(node) if each.type == kind)


def nodes(node: Node) -> list[Node]:
    """Return the nodes that stand directly in a node."""
    return [part for part in node.children if not isinstance(part, str)]


def children(node: Node, name: str) -> list[Node]:
    """Return the nodes of one rule that stand directly in a node."""
    return [part for part in nodes(node) if part.data == name]


def child(node: Node, name: str) -> Node | None:
    """Return the first node of one rule that stands directly in a node."""
    return next(iter(children(node, name)), None)


def span(part: Node | Word) -> tuple[int, int]:
    """Return where a part stands in the text."""
    if isinstance(part, str):
        return part.start_pos or 0, part.end_pos or 0
    return part.meta.start_pos, part.meta.end_pos


def fault_at(part: Node | Word, message: str) -> QueryProblem:
    """Return an error that covers a part of the tree."""
    return QueryProblem(message, *span(part))
