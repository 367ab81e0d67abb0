"""What an expectation sees of each kind of answer, and which fields there are."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from runbookkit.model.answer import ResultKind
from runbookkit.queries.cel_syntax import Node
from runbookkit.queries.language import QueryProblem


@dataclass(frozen=True, slots=True)
class Shape:
    """What is known of a value: ``any`` is nothing, ``map`` has keys of its own."""

    kind: Literal["any", "number", "text", "truth", "list", "map", "object"]
    element: Shape | None = None
    fields: Mapping[str, Shape] = field(default_factory=dict)


_ANY: Final = Shape("any")
_NUMBER: Final = Shape("number")
_TEXT: Final = Shape("text")
_TRUTH: Final = Shape("truth")
_MAP: Final = Shape("map")
_SHOWN: Final = {"number": "a number", "text": "a text", "truth": "true or false"}


def _list_of(**fields: Shape) -> Shape:
    return Shape("list", Shape("object", fields=fields))


_SAMPLES: Final = dict.fromkeys(("first", "last", "min", "max", "avg"), _NUMBER)
_TRACES: Final = {
    "traces": _ANY,
    "spans": _ANY,
    "duration_ms": _NUMBER,
    "errors": _ANY,
}
SHAPES: Final[Mapping[ResultKind, Mapping[str, Shape]]] = {
    "instant": {"value": _NUMBER, "series": _list_of(labels=_MAP, value=_NUMBER)},
    "range": {
        "series": _list_of(labels=_MAP, points=_ANY, **_SAMPLES),
        "value": _NUMBER,
    },
    "logs": {
        "lines": _list_of(time=_ANY, labels=_MAP, line=_TEXT, fields=_MAP),
        "truncated": _TRUTH,
    },
    "traces": _TRACES,
    "trace": _TRACES,
    "bpftrace": {
        "maps": _MAP,
        "hist": _ANY,
        "stdout": _TEXT,
        "lost_events": _NUMBER,
    },
    "shell": {
        "exit_code": _NUMBER,
        "stdout": _TEXT,
        "stderr": _TEXT,
        "json": _ANY,
    },
}
"""The names of each kind of answer, and what stands behind them."""

RESULT_NAMES: Final[Mapping[ResultKind, tuple[str, ...]]] = {
    kind: tuple(SHAPES[kind]) for kind in get_args(ResultKind)
}
"""The names that an expectation may use, for each kind of answer."""

_TESTS: Final = frozenset({"all", "exists", "exists_one"})


def field_problems(tree: Node, kind: ResultKind) -> Iterator[QueryProblem]:
    """Yield where an expression asks for a field that the answer never has."""
    problems: list[QueryProblem] = []
    _shape(tree, SHAPES[kind], problems)
    yield from problems


def _shape(
    node: Node, scope: Mapping[str, Shape], problems: list[QueryProblem]
) -> Shape:
    """Return what is known of a node, and note the fields that are not there."""
    if node.kind == "name":
        return scope.get(node.text, _ANY)
    if node.kind == "select":
        return _member(node, node.text, scope, problems)
    if node.kind == "index" and node.children[1].kind == "string":
        return _member(node, node.children[1].text[1:-1], scope, problems)
    if node.kind == "index":
        _shape(node.children[1], scope, problems)
        return _shape(node.children[0], scope, problems).element or _ANY
    if node.kind == "method":
        return _method(node, scope, problems)
    for child in node.children:
        _shape(child, scope, problems)
    return _ANY


def _member(
    node: Node, name: str, scope: Mapping[str, Shape], problems: list[QueryProblem]
) -> Shape:
    owner = _shape(node.children[0], scope, problems)
    if owner.kind in {"any", "map"}:
        return _ANY
    if name in owner.fields:
        return owner.fields[name]
    end = node.end
    if node.kind == "index":
        end = node.children[1].end - 1  # before the closing quote
    problems.append(QueryProblem(_missing(name, owner), end - len(name), end))
    return _ANY


def _missing(name: str, owner: Shape) -> str:
    if owner.kind == "list":
        known = owner.element.fields if owner.element else {}
        if name in known:
            return f"`{name}` is a field of one element: pick it, as in `[0].{name}`"
        return f"a list has no `{name}`; pick an element first, as in `[0]`"
    if owner.kind != "object":
        return f"there is no `{name}` in {_SHOWN[owner.kind]}"
    close = difflib.get_close_matches(name, owner.fields, n=1, cutoff=0.7)
    hint = f"did you mean `{close[0]}`? " if close else ""
    if name in _SAMPLES and "value" in owner.fields:
        hint = f"only a query over a stretch of time has `{name}`; "
    return f"there is no `{name}`; {hint}there are {', '.join(owner.fields)}"


def _method(
    node: Node, scope: Mapping[str, Shape], problems: list[QueryProblem]
) -> Shape:
    owner = _shape(node.children[0], scope, problems)
    arguments = node.children[1:]
    binds = len(arguments) > 1 and arguments[0].kind == "name"
    if not binds or node.text not in {*_TESTS, "filter", "map"}:
        for argument in arguments:
            _shape(argument, scope, problems)
        return _NUMBER if node.text == "size" else _ANY
    inner = {**scope, arguments[0].text: owner.element or _ANY}
    shapes = [_shape(argument, inner, problems) for argument in arguments[1:]]
    if node.text == "filter":
        return owner
    return Shape("list", shapes[-1]) if node.text == "map" else _TRUTH
