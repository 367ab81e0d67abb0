"""What the CEL library reports, in words of the format and with places."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from runbookkit.model.answer import ResultKind
from runbookkit.queries.cel_fields import RESULT_NAMES
from runbookkit.queries.language import QueryProblem

_ERROR: Final = re.compile(
    r"ERROR: <input>:(?P<line>\d+):(?P<column>\d+): (?P<message>[^\n]*)"
)
_UNDECLARED: Final = re.compile(r"undeclared reference to '([^']*)'")
_OVERLOAD: Final = re.compile(r"no matching overload for '([^']*)' applied to '(.*)'")
_SYNTAX: Final = re.compile(
    r"Syntax error: (?:(?:mismatched|extraneous|no viable alternative at) input"
    r"|token recognition error at:) '(?P<input>[^']*)"
)
_MEANT: Final = {"=": "==", "and": "&&", "or": "||", "not": "!", "<>": "!="}
# What follows from another problem, or is said better by the check of fields.
_FOLLOWS: Final = re.compile(r"'\*error\*'|operand of a select operation")
_WORD: Final = re.compile(r"[A-Za-z_]\w*|<=|>=|==|!=|&&|\|\||\S")


def compile_problems(
    expression: str, report: str, kind: ResultKind | None, names: Collection[str]
) -> Iterator[QueryProblem]:
    """Yield what the compiler reports about an expression."""
    lines = expression.split("\n")
    found = False
    for match in _ERROR.finditer(report):
        found = True
        if _FOLLOWS.search(match["message"]):
            continue
        line = min(int(match["line"]), len(lines)) - 1
        start = sum(len(each) + 1 for each in lines[:line]) + int(match["column"]) - 1
        start = min(start, len(expression))
        yield _problem(expression, start, match["message"], kind, names)
        if _SYNTAX.search(match["message"]):
            return  # the rest follows from it
    if not found:
        yield QueryProblem(reason(report), 0, len(expression))


def _problem(
    expression: str,
    start: int,
    message: str,
    kind: ResultKind | None,
    names: Collection[str],
) -> QueryProblem:
    if undeclared := _UNDECLARED.search(message):
        return _undeclared(expression, start, undeclared[1], kind, names)
    if overload := _OVERLOAD.search(message):
        operator = overload[1].strip("_").replace("@", "")
        message = f"`{operator}` cannot be used with {overload[2]}"
    word = _WORD.match(expression, start)
    if syntax := _SYNTAX.search(message):
        found = word[0] if word else syntax["input"]
        meant = f"; write `{_MEANT[found]}`" if found in _MEANT else ""
        at_end = syntax["input"] == "<EOF>"
        shown = "the expression ends too early"
        message = shown if at_end else f"unexpected `{found}`{meant}"
    return QueryProblem(message, start, word.end() if word else start)


def _undeclared(
    expression: str,
    start: int,
    name: str,
    kind: ResultKind | None,
    names: Collection[str],
) -> QueryProblem:
    first = name.partition(".")[0]
    # For a call or a chain the library points at the bracket or the dot.
    begin = expression.rfind(first, 0, start + len(first))
    begin = max(begin, 0) if expression[start : start + 1] in {"(", "."} else start
    end = begin + len(first)
    if expression[end:].lstrip().startswith("("):
        return QueryProblem(f"there is no function `{first}`", begin, end)
    results = RESULT_NAMES[kind] if kind else ()
    known = [*results, *sorted(set(names) - set(results))]
    close = difflib.get_close_matches(first, known, n=1)
    message = f"there is no `{first}` here"
    other = next((each for each, own in RESULT_NAMES.items() if first in own), None)
    if kind and other:
        message = (
            f"`{first}` belongs to the answer of {_ANSWERS[other]}; "
            f"here are {', '.join(known)}"
        )
    elif close:
        message += f"; did you mean `{close[0]}`?"
    elif kind:
        message += f"; there are {', '.join(known)}"
    return QueryProblem(message, begin, end)


_ANSWERS: Final[Mapping[ResultKind, str]] = {
    "instant": "a metric query",
    "range": "a metric query over a stretch of time",
    "logs": "a log query",
    "traces": "a trace search",
    "trace": "one trace",
    "bpftrace": "bpftrace",
    "shell": "a shell",
}
_KEY: Final = re.compile(r'Key not found in map : "?(.*?)"?$')
_ABSENT: Final = re.compile(r'No value with name "(\w+)"')
_INDEX: Final = re.compile(r"index=(-?\d+) size=(\d+)")


def reason(report: str) -> str:
    """Return what the library says, in words of the format."""
    if key := _KEY.search(report):
        return f"there is no `{key[1]}` in the answer"
    if name := _ABSENT.search(report):
        return f"there is no `{name[1]}` in the answer"
    if index := _INDEX.search(report):
        count = "is empty" if index[2] == "0" else f"has {index[2]} elements"
        return f"there is no element [{index[1]}]: the list {count}"
    return re.sub(r"^[A-Z_]+: ", "", report).partition("\n")[0]
