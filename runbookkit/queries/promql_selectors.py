"""The selectors of a PromQL query: which metrics it reads, and how far they reach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from runbookkit.queries.go_strings import unquote
from runbookkit.queries.language import QueryProblem
from runbookkit.queries.matchers import narrows
from runbookkit.queries.promql_names import AGGREGATIONS, KEYWORDS
from runbookkit.queries.promql_tokens import Token, closing

LABEL_LISTS: Final = frozenset(
    ("by", "without", "on", "ignoring", "group_left", "group_right")
)
_OPERATORS: Final = frozenset(("=", "!=", "=~", "!~"))


@dataclass(frozen=True, slots=True)
class Selector:
    """One selector; ``metric`` is empty when it names none."""

    metric: str
    unbounded: str = ""


def is_call(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a word is the name of a function with its arguments."""
    following = tokens[at + 1].text.lower() if at + 1 < len(tokens) else ""
    if following == "(":
        return True
    return following in ("by", "without") and tokens[at].text.lower() in AGGREGATIONS


def is_label_list(tokens: Sequence[Token], opening: int) -> bool:
    """Return whether a bracket opens a list of labels, as after ``by``."""
    if opening == 0 or tokens[opening].text != "(":
        return False
    return tokens[opening - 1].text.lower() in LABEL_LISTS


def selectors(tokens: Sequence[Token]) -> list[Selector]:
    """Return the selectors of a valid query, in order."""
    return list(_selectors(tokens))


def _selectors(tokens: Sequence[Token]) -> Iterator[Selector]:
    at = 0
    while at < len(tokens):
        token = tokens[at]
        end = closing(tokens, at) if token.kind == "open" else at
        if token.text == "{":
            yield _selector("", tokens[at + 1 : end])
        elif token.kind == "word" and _is_metric(tokens, at):
            if at + 1 < len(tokens) and tokens[at + 1].text == "{":
                end = closing(tokens, at + 1)
            yield _selector(token.text, tokens[at + 2 : end])
        elif token.text == "(" and not is_label_list(tokens, at):
            end = at
        at = end + 1


def _is_metric(tokens: Sequence[Token], at: int) -> bool:
    text = tokens[at].text.lower()
    return (
        text not in KEYWORDS and text not in ("inf", "nan") and not is_call(tokens, at)
    )


def _selector(metric: str, inside: Sequence[Token]) -> Selector:
    if metric:
        return Selector(metric)
    bounded = False
    for name, operator, value in _matchers(inside):
        if name == "__name__" and operator == "=":
            metric = value
        bounded = bounded or narrows(operator, value)
    return Selector(
        metric,
        ""
        if bounded
        else "a selector names no metric and holds no label to a value, "
        "so it reads every series",
    )


def _matchers(inside: Sequence[Token]) -> Iterator[tuple[str, str, str]]:
    """Return name, operator and value; a name alone in quotes is the metric's."""
    for at, token in enumerate(inside):
        before = inside[at - 1].text if at else ""
        after = inside[at + 1].text if at + 1 < len(inside) else ""
        if token.kind == "string" and before in _OPERATORS:
            name = inside[at - 2]
            text = unquote(name.text).value if name.kind == "string" else name.text
            yield text, before, unquote(token.text).value
        elif token.kind == "string" and after not in _OPERATORS:
            yield "__name__", "=", unquote(token.text).value


def matcher_problems(tokens: Sequence[Token]) -> Iterator[QueryProblem]:
    """Return what is wrong inside braces."""
    for at, token in enumerate(tokens):
        if token.text == "{":
            problem = _braces_problem(tokens[at : closing(tokens, at) + 1])
            if problem:
                yield problem


def _braces_problem(braces: Sequence[Token]) -> QueryProblem | None:
    """Read ``{name op "value", …}`` word by word; the last word is the brace."""
    place = "name"
    for token in braces[1:]:
        follows = _FOLLOWS[place].get(_sort(token))
        if follows is None:
            return QueryProblem(_unwanted(place, token), token.start, token.end)
        place = follows
    return None


# from each place inside braces, which sort of word leads to which place
_FOLLOWS: Final = {
    "name": {"word": "operator", "string": "operator or comma", "}": "end"},
    "operator": {"operator": "value"},
    "operator or comma": {"operator": "value", ",": "name", "}": "end"},
    "value": {"string": "comma"},
    "comma": {",": "name", "}": "end"},
    "end": {},
}


def _sort(token: Token) -> str:
    if token.text in ("}", ","):
        return token.text
    return "operator" if token.text in _OPERATORS else token.kind


def _unwanted(place: str, token: Token) -> str:
    text = token.text
    if text == "==" or (place == "value" and text == "="):
        return "a matcher compares with one `=`"
    if place == "value" and token.kind in ("word", "number"):
        return f'a value must be in quotes; write `"{text}"`'
    if place == "comma" and text.lower() in ("and", "or"):
        return f"matchers are joined by `,`, not by `{text}`"
    return _MISSING[place].format(text)


_MISSING: Final = {
    "name": "a label's name is missing before `{}`",
    "operator": "`{}` cannot follow a label; write `=`, `!=`, `=~` or `!~`",
    "operator or comma": "`{}` cannot follow a name; write `=`, `!=`, `=~` or `!~`",
    "value": "a value in quotes is missing before `{}`",
    "comma": "a `,` is missing before `{}`",
}
