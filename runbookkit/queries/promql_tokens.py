"""The words of PromQL with their places, and what a single word can get wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, Literal, NamedTuple, TypeAlias

from runbookkit.queries.durations import prometheus_milliseconds
from runbookkit.queries.language import QueryProblem
from runbookkit.queries.lark_grammar import unreadable
from runbookkit.queries.literals import escape_problem, regex_problem

Kind: TypeAlias = Literal["string", "number", "word", "sign", "open", "close", "stray"]

_STRING: Final = r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`"""
_NUMBER: Final = r"(?:0[xX]\w*|\d[\w.]*[eE][+-]\w+|\d[\w.]*|\.\d[\w.]*)"
_SIGN: Final = r"=~|!~|!=|==|<=|>=|</|>/|[-+*/%^<>=@,:]"


def _compiled(word: str, sign_first: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?P<space>\s+|\#[^\n]*)|(?P<string>{_STRING})|(?P<number>{_NUMBER})"
        rf"{sign_first}|(?P<word>{word})|(?P<sign>{_SIGN})"
        r"|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<stray>.)",
        re.ASCII | re.DOTALL,
    )


_OUTSIDE: Final = _compiled(r"[a-zA-Z_:][\w:]*", "")
# a colon sets off the step of a subquery here, and a name cannot hold it there
_IN_BRACKETS: Final = _compiled(r"[a-zA-Z_]\w*", "|(?P<colon>:)")
_IN_BRACES: Final = _compiled(r"[a-zA-Z_]\w*", "")
_MODES: Final = {"[": _IN_BRACKETS, "{": _IN_BRACES}
_PAIRS: Final = {"(": ")", "[": "]", "{": "}"}
_FLOAT: Final = re.compile(
    r"(?:\d(?:_?\d)*\.?(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?"
)
_HEX: Final = re.compile(r"0[xX][0-9a-fA-F](?:_?[0-9a-fA-F])*")


class Token(NamedTuple):
    """A word of a query."""

    kind: Kind
    text: str
    start: int
    end: int


def tokenise(query: str) -> list[Token]:
    """Return the words of a query; comments and blanks are left out."""
    found: list[Token] = []
    opened: list[str] = []
    at = 0
    while at < len(query):
        pattern = _MODES.get(opened[-1], _OUTSIDE) if opened else _OUTSIDE
        match = pattern.match(query, at)
        if match is None:  # pragma: no cover - the last alternative takes anything
            break
        at = match.end()
        kind = match.lastgroup or "stray"
        if kind == "space":
            continue
        token = Token(_KINDS[kind], match[0], *match.span())
        found.append(token)
        if token.kind == "open":
            opened.append(token.text)
        elif token.kind == "close" and opened:
            opened.pop()
    return found


_KINDS: Final[dict[str, Kind]] = {
    "string": "string",
    "number": "number",
    "word": "word",
    "sign": "sign",
    "colon": "sign",
    "open": "open",
    "close": "close",
    "stray": "stray",
}


def word_problems(tokens: Sequence[Token], query: str) -> Iterator[QueryProblem]:
    """Return what single words get wrong, strings and numbers among them."""
    for before, token in zip([None, *tokens], tokens, strict=False):
        problem: QueryProblem | None = None
        if token.kind == "stray":
            yield _stray(token, query)
            return  # what follows an unclosed quote is anybody's guess
        if token.kind == "string":
            problem = escape_problem(token.text, token.start)
            if problem is None and before and before.text in ("=~", "!~"):
                problem = regex_problem(token.text, token.start)
        elif token.kind == "number":
            problem = _number_problem(token)
        if problem:
            yield problem


def _stray(token: Token, query: str) -> QueryProblem:
    if token.text == "'":
        line_end = query.find("\n", token.start)
        return QueryProblem(
            "the string that begins here is never closed",
            token.start,
            line_end if line_end >= 0 else len(query),
        )
    if token.text == "|":
        return QueryProblem(
            "PromQL has no `|`; log lines are asked for in a `logql` block",
            token.start,
            token.end,
        )
    message, end = unreadable(query, token.start)
    return QueryProblem(message, token.start, end)


def _number_problem(token: Token) -> QueryProblem | None:
    text = token.text
    if _FLOAT.fullmatch(text):
        is_infinite = float(text) == float("inf")
        message = f"`{text}` is too large for a number" if is_infinite else ""
    elif _HEX.fullmatch(text) or prometheus_milliseconds(text) is not None:
        message = ""
    else:
        message = f"`{text}` is no number and no duration such as `5m` or `1h30m`"
    return QueryProblem(message, token.start, token.end) if message else None


def bracket_problem(tokens: Sequence[Token]) -> QueryProblem | None:
    """Return the first bracket that has no partner."""
    opened: list[Token] = []
    for token in tokens:
        if token.kind == "open":
            opened.append(token)
        elif token.kind == "close":
            if not opened:
                return QueryProblem(
                    f"`{token.text}` closes nothing; leave it out, or open it before",
                    token.start,
                    token.end,
                )
            wanted = _PAIRS[opened[-1].text]
            if token.text != wanted:
                return QueryProblem(
                    f"a `{wanted}` is missing before this `{token.text}`",
                    token.start,
                    token.end,
                )
            opened.pop()
    if not opened:
        return None
    last = opened[-1]
    return QueryProblem(
        f"this `{last.text}` is never closed; write `{_PAIRS[last.text]}`",
        last.start,
        last.end,
    )


def closing(tokens: Sequence[Token], opening: int) -> int:
    """Return the index of the bracket that closes the one at ``opening``."""
    depth = 0
    for at in range(opening, len(tokens)):
        if tokens[at].kind == "open":
            depth += 1
        elif tokens[at].kind == "close":
            depth -= 1
            if depth == 0:
                return at
    return len(tokens) - 1
