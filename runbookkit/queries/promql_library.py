"""Ask promql-parser, which tells right from wrong but not where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from runbookkit.queries import regexes
from runbookkit.queries.durations import prometheus_milliseconds
from runbookkit.queries.go_strings import unquote
from runbookkit.queries.promql_tokens import Token

_RANGES: Final = frozenset(("MatrixSelector", "SubqueryExpr"))
_SAME: Final = {
    "holt_winters": "double_exponential_smoothing",
    ">/": ">",
    "</": "<",
    # no keywords unless they follow a range, which is judged before
    "anchored": "anchored_",
    "smoothed": "smoothed_",
}


def complaint(tokens: Sequence[Token]) -> str:
    """Return what the library has against an expression; empty when it is fine."""
    import promql_parser

    try:
        promql_parser.parse(_plain(tokens))
    except ValueError as error:
        return str(error) or "invalid promql query"
    return ""


def shape(tokens: Sequence[Token]) -> Literal["range", ""]:
    """Return ``range`` for a valid expression that ends in one, such as ``up[5m]``."""
    import promql_parser

    # brackets around the whole change nothing
    while tokens and tokens[0].text == "(" and tokens[-1].text == ")":
        inner = tokens[1:-1]
        if complaint(inner):
            break
        tokens = inner
    kind = type(promql_parser.parse(_plain(tokens))).__name__
    return "range" if kind in _RANGES else ""


def _plain(tokens: Sequence[Token]) -> str:
    """Return the query in words that the library reads as the server does.

    The library has its own ideas of escapes, regular expressions and newer
    operators; none of them changes what is checked here.
    """
    words: list[str] = []
    for at, token in enumerate(tokens):
        before = tokens[at - 1].text if at else ""
        if token.kind == "string":
            words.append(_plain_string(token, before))
        elif token.kind == "number":
            words.append(_plain_number(token, before))
        else:
            words.append(_SAME.get(token.text, token.text))
    return " ".join(words)


def _plain_string(token: Token, before: str) -> str:
    value = unquote(token.text).value
    if before in ("=~", "!~"):
        return '".*"' if regexes.matches_whole(value, "") else '".+"'
    value = value.encode(errors="replace").decode()
    return (
        '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'
    )


def _plain_number(token: Token, before: str) -> str:
    text = token.text.replace("_", "")
    if before.lower() == "offset" and prometheus_milliseconds(text) == 0:
        return "1s"
    return text
