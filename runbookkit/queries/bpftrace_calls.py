"""Which functions bpftrace has, how many arguments they take, which are unsafe."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from runbookkit.queries.bpftrace_tokens import Token
from runbookkit.queries.language import QueryProblem

_MANY: Final = 99
UNSAFE: Final = frozenset({"override", "signal", "system"})
"""Functions that bpftrace refuses without ``--unsafe``, which we never pass."""

_ARGUMENTS: Final[Mapping[str, tuple[int, int]]] = {
    **dict.fromkeys(
        ("cat", "debugf", "errorf", "printf", "system", "warnf"), (1, _MANY)
    ),
    **dict.fromkeys(("cgroupid", "kaddr", "macaddr", "pton", "reg", "uaddr"), (1, 1)),
    **dict.fromkeys(("bswap", "kptr", "ksym", "len", "strerror", "uptr"), (1, 1)),
    **dict.fromkeys(("avg", "clear", "max", "min", "stats", "sum", "zero"), (1, 1)),
    **dict.fromkeys(("buf", "hist", "join", "kstr", "path", "str", "ustr"), (1, 3)),
    **dict.fromkeys(("delete", "ntop", "percpu_kaddr", "usym"), (1, 2)),
    **dict.fromkeys(("kstack", "ustack"), (0, 2)),
    **dict.fromkeys(("has_key", "offsetof", "strcontains", "strftime"), (2, _MANY)),
    **dict.fromkeys(("cpid", "elapsed", "jiffies", "nsecs", "pid", "tid"), (0, 1)),
    **dict.fromkeys(("exit", "ppid", "rand", "time", "usermode"), (0, 1)),
    "cgroup_path": (1, 2),
    "count": (0, 0),
    "lhist": (4, 5),
    "override": (1, 1),
    "print": (1, 3),
    "sizeof": (1, _MANY),
    "signal": (1, 2),
    "skboutput": (4, 4),
    "strcap": (1, 2),
    "strncmp": (3, 3),
    "tseries": (3, 4),
    "unwatch": (1, 1),
}
_KEYWORDS: Final = frozenset(
    {"else", "for", "if", "in", "let", "return", "typeof", "unroll", "while"}
)


class Call(NamedTuple):
    """A function that is called, and how many arguments it is given."""

    name: Token
    arguments: int
    closed: int
    """Index of the token that ends it."""


def calls(body: Sequence[Token]) -> Iterator[Call]:
    """Yield the calls in the body of a probe."""
    for place, token in enumerate(body[:-1]):
        after = body[place + 1]
        called = token.kind == "name" and after.text == "(" and after.kind == "mark"
        is_member = place > 0 and body[place - 1].text in {".", "->"}
        if called and not is_member and token.text not in _KEYWORDS:
            yield _call(body, place)


def _call(body: Sequence[Token], place: int) -> Call:
    depth = 0
    commas = 0
    closed = place
    while closed == place or depth:
        closed += 1
        token = body[closed]
        if token.kind == "mark":
            depth += (token.text in {"(", "[", "{"}) - (token.text in {")", "]", "}"})
            commas += token.text == "," and depth == 1
    empty = closed == place + 2
    return Call(body[place], 0 if empty else commas + 1, closed)


def call_problems(body: Sequence[Token], own: frozenset[str]) -> Iterator[QueryProblem]:
    """Yield calls that are unsafe, not known, or given the wrong arguments.

    ``own`` are the functions that the program defines.
    """
    for call in calls(body):
        name, start, end = call.name.text, call.name.start, body[call.closed].end
        if name in UNSAFE:
            message = f"{name}() is refused: it needs --unsafe, which is never passed"
            yield QueryProblem(message, start, end)
        elif name in own:
            continue
        elif name not in _ARGUMENTS:
            yield QueryProblem(_unknown(name), start, call.name.end, "warning")
        else:
            least, most = _ARGUMENTS[name]
            if not least <= call.arguments <= most:
                yield QueryProblem(_arity(name, call.arguments), start, end)


def _unknown(name: str) -> str:
    close = difflib.get_close_matches(name, _ARGUMENTS, n=1, cutoff=0.7)
    hint = f"; did you mean {close[0]}()?" if close else ""
    return f"no function {name}() is known{hint}"


def _arity(name: str, given: int) -> str:
    least, most = _ARGUMENTS[name]
    if most >= _MANY:
        wanted = f"at least {least}"
    else:
        wanted = str(least) if least == most else f"{least} to {most}"
    return f"{name}() takes {wanted} arguments, not {given}"
