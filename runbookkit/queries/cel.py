"""Check and evaluate expectations and captures, which are written in CEL."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

from runbookkit.model.answer import ResultKind
from runbookkit.queries.cel_comparisons import Comparison, comparisons, overlap
from runbookkit.queries.cel_fields import RESULT_NAMES, SHAPES, field_problems
from runbookkit.queries.cel_messages import compile_problems, reason
from runbookkit.queries.cel_syntax import Node, parse_cel, walk
from runbookkit.queries.language import QueryProblem

if TYPE_CHECKING:
    from cel_expr_python import cel  # type: ignore[import-untyped]

__all__ = [
    "RESULT_NAMES",
    "Comparison",
    "Evaluated",
    "ExpressionCheck",
    "NotEvaluated",
    "check_expectation",
    "check_expression",
    "comparisons",
    "evaluate",
    "names_used",
    "overlap",
]

_TYPES: Final = frozenset(
    {"bool", "bytes", "double", "int", "list", "map", "null_type", "string", "uint"}
)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_LARGEST: Final = 2**63


@dataclass(frozen=True, slots=True)
class ExpressionCheck:
    """What can be said of an expression before there is an answer.

    ``return_type`` is CEL's name of it (``BOOL``, ``DYN``, …), and empty when the
    expression does not compile. ``names_used`` are all names it needs.
    """

    problems: tuple[QueryProblem, ...] = ()
    return_type: str = ""
    names_used: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evaluated:
    """An expression has a value."""

    value: Any


@dataclass(frozen=True, slots=True)
class NotEvaluated:
    """An expression has no value, and ``reason`` says why."""

    reason: str


def check_expectation(
    expression: str, kind: ResultKind | None, names: Collection[str] = ()
) -> ExpressionCheck:
    """Return what is wrong with an expectation, which must be true or false.

    >>> check_expectation("series[0].max", "range").problems[0].message
    'an expectation must be true or false; compare this with something'
    """
    checked = check_expression(expression, kind, names)
    bare = checked.return_type == "DYN" and _is_number(expression, kind)
    if checked.problems or (checked.return_type in {"BOOL", "DYN"} and not bare):
        return checked
    message = "an expectation must be true or false; compare this with something"
    problem = QueryProblem(message, 0, len(expression))
    return ExpressionCheck((problem,), checked.return_type, checked.names_used)


def check_expression(
    expression: str, kind: ResultKind | None, names: Collection[str] = ()
) -> ExpressionCheck:
    """Return what is wrong with an expression over an answer of ``kind``.

    ``names`` are the captures and inputs in scope. Without a kind, the names
    of all kinds are allowed and no field is checked.

    >>> check_expression("series[0].lst > 1", "range").problems[0].message[:34]
    'there is no `lst`; did you mean `l'
    """
    results = RESULT_NAMES[kind] if kind else _all_names()
    known = tuple(sorted({*results, *names}))
    typed = tuple((name, _type_name(name, kind, names)) for name in known)
    compiled = _compile(expression, typed)
    # A capture may hide a name of the answer: its fields are not known then.
    hidden = bool({*results} & {*names})
    problems = [
        *(_unknown_fields(expression, None if hidden else kind)),
        *_broken_patterns(expression),
    ]
    return_type = ""
    if isinstance(compiled, str):
        problems += compile_problems(expression, compiled, kind, names)
    else:
        return_type = compiled.return_type().name()
    problems.sort(key=lambda problem: problem.start)
    return ExpressionCheck(tuple(problems), return_type, names_used(expression))


def _unknown_fields(expression: str, kind: ResultKind | None) -> Iterator[QueryProblem]:
    tree = parse_cel(expression)
    if tree is not None and kind is not None:
        yield from field_problems(tree, kind)


def _broken_patterns(expression: str) -> Iterator[QueryProblem]:
    """Yield regular expressions that cannot be read; CEL looks at them late."""
    tree = parse_cel(expression)
    for node in walk(tree) if tree else ():
        pattern = node.children[-1:]
        if node.text == "matches" and pattern and pattern[0].kind == "string":
            result = evaluate(f"''.matches({pattern[0].text})", {})
            if isinstance(result, NotEvaluated):
                yield QueryProblem(result.reason, pattern[0].start, pattern[0].end)


def evaluate(
    expression: str, names: Mapping[str, object], absent: Collection[str] = ()
) -> Evaluated | NotEvaluated:
    """Return the value of an expression, or why it has none.

    ``absent`` are names that other answers of the kind have: an expression that
    is decided without them has a value. A comparison with NaN is false, as CEL
    says.

    >>> evaluate("value > 1", {"value": 1.5})
    Evaluated(value=True)
    >>> evaluate("value > 1", {})
    NotEvaluated(reason='there is no `value` here')
    >>> evaluate("code == 0 && json.ok", {"code": 7}, absent=("json",))
    Evaluated(value=False)
    """
    typed = tuple((name, "DYN") for name in sorted({*names, *absent}))
    compiled = _compile(expression, typed)
    if isinstance(compiled, str):
        problems = compile_problems(expression, compiled, None, names)
        first = next(iter(problems), None)
        return NotEvaluated(first.message if first else reason(compiled))
    # A failure is a value too, whose plain form is its text.
    value = compiled.eval(data=_plain(names))
    if value.type().name() in {"ERROR", "UNKNOWN"}:
        return NotEvaluated(reason(str(value.plain_value())))
    return Evaluated(value.plain_value())


def names_used(expression: str) -> tuple[str, ...]:
    """Return the names an expression needs, in order, without its own variables.

    >>> names_used("series.filter(s, s.max > limit).size() == 1")
    ('series', 'limit')
    """
    tree = parse_cel(expression)
    if tree is None:
        return ()
    own = {*_bound(tree), *_TYPES}
    found = (node.text for node in walk(tree) if node.kind == "name")
    return tuple(dict.fromkeys(name for name in found if name not in own))


def _bound(tree: Node) -> Iterator[str]:
    macros = {"all", "exists", "exists_one", "filter", "map"}
    for node in walk(tree):
        if node.kind == "method" and node.text in macros and len(node.children) > 2:
            yield node.children[1].text


@cache
def _all_names() -> frozenset[str]:
    return frozenset(name for names in RESULT_NAMES.values() for name in names)


def _type_name(name: str, kind: ResultKind | None, names: Collection[str]) -> str:
    """Return the type to declare; a number stays open, to compare with 1 and 1.0."""
    if kind is None or name in names:
        return "DYN"
    shape = SHAPES[kind][name].kind
    return {"text": "STRING", "truth": "BOOL", "list": "LIST"}.get(shape, "DYN")


def _is_number(expression: str, kind: ResultKind | None) -> bool:
    tree = parse_cel(expression)
    if tree is None or kind is None:
        return False
    if tree.kind == "name":
        shape = SHAPES[kind].get(tree.text)
        return shape is not None and shape.kind == "number"
    numbers = {"avg", "first", "last", "max", "min", "value"}
    return tree.kind == "select" and tree.text in numbers


@lru_cache(maxsize=256)
def _compile(
    expression: str, names: tuple[tuple[str, str], ...]
) -> cel.Expression | str:
    """Return the compiled expression, or what the compiler says is wrong."""
    from cel_expr_python import cel

    types = {
        "BOOL": cel.Type.BOOL,
        "DYN": cel.Type.DYN,
        "LIST": cel.Type.List(cel.Type.DYN),
        "STRING": cel.Type.STRING,
    }
    if not expression.isprintable() and _SURROGATE.search(expression):
        return "the expression is no valid Unicode"
    environment = cel.NewEnv(variables={name: types[kind] for name, kind in names})
    try:
        return environment.compile(expression)
    except RuntimeError as error:
        return str(error)


def _plain(value: object) -> object:
    """Return a value in the types that the library takes."""
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, int) and not -_LARGEST <= value < _LARGEST:
        return float(value)
    return value
