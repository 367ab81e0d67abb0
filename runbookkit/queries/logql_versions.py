"""What LogQL learned since Loki 2.9, the oldest version whose queries are judged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from runbookkit.queries.language import QueryProblem
from runbookkit.queries.parse_tree import Node, fault_at, is_a, word, words
from runbookkit.queries.versions import at_least

_FUNCTIONS: Final = frozenset(("CONVERSION", "RANGE_FUNCTION", "VECTOR_FUNCTION"))


def newer_than(node: Node, version: str) -> Iterator[QueryProblem]:
    """Return what in a node a server of this version does not know yet."""
    if at_least(version, 3, 5):
        return
    if is_a(node, "variants"):
        yield fault_at(word(node, "VARIANTS"), _since("`variants`", "3.5"))
    if not at_least(version, 3, 3):
        for each in words(node):
            if each.type == "VECTOR_FUNCTION" and each.lower() == "approx_topk":
                yield fault_at(each, _since("`approx_topk`", "3.3", "`topk`"))
    if not at_least(version, 3, 1):
        yield from _signs(node)
    if not at_least(version, 3):
        yield from _since_3_0(node)


def _signs(node: Node) -> Iterator[QueryProblem]:
    if is_a(node, "condition") and words(node)[-1].type == "NUMBER":
        for each in words(node):
            if each.type in ("PLUS", "MINUS"):
                yield fault_at(each, _since("a sign before a number here", "3.1"))


def _since_3_0(node: Node) -> Iterator[QueryProblem]:
    for each in words(node):
        is_keyword = each.type in _FUNCTIONS or each.type == each.upper()
        if is_keyword and each != each.lower():
            yield fault_at(
                each, f"before Loki 3.0 words are in lower case; write `{each.lower()}`"
            )
        elif each.type in ("LIKE", "LIKE_NOT"):
            yield fault_at(each, _since(f"`{each}`", "3.0", "`|~`"))
        elif each.type == "OR" and is_a(node, "line_filter"):
            yield fault_at(each, _since("`or` between lines", "3.0", '`|~ "a|b"`'))
    if is_a(node, "regexp_stage") and "(?<" in word(node, "STRING"):
        yield fault_at(word(node, "STRING"), "before Loki 3.0 a group is `(?P<name>…)`")


def _since(thing: str, version: str, instead: str = "") -> str:
    advice = f"; write {instead}" if instead else ""
    return f"{thing} is known since Loki {version}{advice}"
