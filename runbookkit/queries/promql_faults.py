"""Find the place of what promql-parser refuses, and say it in helpful words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from runbookkit.queries.language import QueryProblem
from runbookkit.queries.promql_grammar import operands, syntax_fault
from runbookkit.queries.promql_library import complaint
from runbookkit.queries.promql_names import PARAMETRIC, unknown_function
from runbookkit.queries.promql_selectors import is_call, is_label_list
from runbookkit.queries.promql_tokens import Token, closing

_TYPES: Final = {
    "matrix": "a range",
    "vector": "series",
    "scalar": "a number",
    "string": "a text",
}


def fault(tokens: Sequence[Token]) -> QueryProblem | None:
    """Return what is wrong with an expression, at the smallest part that is wrong."""
    if not complaint(tokens):
        return None
    piece = next(
        (part for part in _arguments(tokens) if complaint(part)), tuple(tokens)
    )
    syntax = syntax_fault(piece)
    if syntax:
        return syntax
    for operand in operands(piece):
        if len(operand) < len(piece) and complaint(operand):
            return _worded(operand)
    return _worded(piece)


def _arguments(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    """Return the arguments of every call and bracket, the smallest first."""
    found = [
        part
        for at, token in enumerate(tokens)
        if token.text == "(" and not is_label_list(tokens, at)
        for part in _split(tokens[at + 1 : closing(tokens, at)])
        if part
    ]
    return sorted(found, key=len)


def _split(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Return what stands between the commas that no bracket holds."""
    depth, start = 0, 0
    for at, token in enumerate(tokens):
        if token.kind == "open":
            depth += 1
        elif token.kind == "close":
            depth -= 1
        elif token.text == "," and depth == 0:
            yield tokens[start:at]
            start = at + 1
    yield tokens[start:]


def _worded(piece: Sequence[Token]) -> QueryProblem:
    reason = complaint(piece)
    blamed = _blamed(piece, reason)
    return QueryProblem(_message(reason, blamed), blamed[0].start, blamed[-1].end)


def _blamed(piece: Sequence[Token], reason: str) -> Sequence[Token]:
    """Return the words of a piece that the reason is about."""
    named = re.findall(r"'(\w+)'", reason)
    for at, token in enumerate(piece):
        if token.text in named or (token.text == "bool" and "bool" in reason):
            return piece[at : at + 1]
    if reason.startswith("comparisons between"):
        for at, token in enumerate(piece):
            if token.text in ("==", "!=", ">", "<", ">=", "<="):
                return piece[at : at + 1]
    if "aggregat" in reason and is_call(piece, 0):
        return piece[:1]
    return piece


def _message(reason: str, blamed: Sequence[Token]) -> str:
    for pattern, words in _IN_WORDS.items():
        if found := re.match(pattern, reason):
            return words(found)
    if reason.startswith("wrong number of arguments for aggregate"):
        name = blamed[0].text
        if name.lower() not in PARAMETRIC:
            return f"`{name}` takes one argument"
        return f"`{name}` takes two arguments, its parameter first: `{name}(…, …)`"
    return reason


def _needs_type(found: re.Match[str]) -> str:
    wanted, name, got = found.groups()
    if wanted == "matrix":
        return f"`{name}` needs a range; write one after the selector, as `[5m]`"
    return f"`{name}` needs {_TYPES[wanted]} here, and this is {_TYPES[got]}"


def _arguments_of(found: re.Match[str]) -> str:
    bound, wanted, name, got = found.groups()
    plural = "" if wanted == "1" else "s"
    return f"`{name}` takes {bound or ''}{wanted} argument{plural}, not {got}"


def _said(words: str) -> Callable[[re.Match[str]], str]:
    return lambda _: words


_IN_WORDS: Final[dict[str, Callable[[re.Match[str]], str]]] = {
    "vector selector must contain at least one non-empty matcher": _said(
        "a selector must name a metric or hold a label to a value that is not empty"
    ),
    "comparisons between scalars must use BOOL modifier": _said(
        "two numbers are compared with `bool`, as `1 > bool 2`"
    ),
    "bool modifier can only be used on comparison operators": _said(
        "`bool` follows comparisons such as `>` only"
    ),
    "binary expression must contain only scalar and instant vector types": _said(
        "a range or a text cannot be calculated with; "
        "turn a range into a number first, as `rate(…[5m])`"
    ),
    "expected type vector in aggregation expression, got matrix": _said(
        "an aggregation takes no range; turn it into a number first, as `rate(…[5m])`"
    ),
    "expected type vector in aggregation expression, got scalar": _said(
        "an aggregation takes series, not a number"
    ),
    "ranges only allowed for vector selectors": _said(
        "a range follows a selector only; after an expression write a subquery, "
        "as `[5m:1m]`"
    ),
    r"set operator '(\w+)' not allowed": lambda found: (
        f"`{found[1]}` joins series; write `vector(…)` around a number"
    ),
    r"unknown function with name '(\w+)'": lambda found: unknown_function(found[1]),
    r"expected type (\w+) in call to function '(\w+)', got (\w+)": _needs_type,
    r"expected (at least |at most )?(\d+) argument\(s\) in call to '(\w+)', got (\d+)": (
        _arguments_of
    ),
}
