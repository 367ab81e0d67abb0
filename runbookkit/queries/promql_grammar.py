"""Read PromQL word by word, up to the first that cannot stand where it does.

What is inside a call's brackets is not read here: it is an expression of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from runbookkit.queries.language import QueryProblem
from runbookkit.queries.promql_names import AGGREGATIONS, KEYWORDS
from runbookkit.queries.promql_selectors import LABEL_LISTS
from runbookkit.queries.promql_tokens import Token, closing

BINARY: Final = frozenset(
    ("+", "-", "*", "/", "%", "^", "==", "!=", ">", "<", ">=", "<=", ">/", "</")
)
JOINTS: Final = frozenset(("and", "or", "unless", "atan2"))


class _Unexpected(Exception):  # noqa: N818 - a signal inside this module
    """The word at ``at`` cannot stand there."""

    def __init__(self, at: int, message: str) -> None:
        super().__init__(message)
        self.at = at


def syntax_fault(tokens: Sequence[Token]) -> QueryProblem | None:
    """Return the first word of an expression that breaks its grammar."""
    reader = _Reader(tokens)
    try:
        reader.read()
    except _Unexpected as fault:
        token = tokens[min(fault.at, len(tokens) - 1)]
        return QueryProblem(str(fault), token.start, token.end)
    return None


def operands(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    """Return what stands between the operators of an expression without faults."""
    reader = _Reader(tokens)
    reader.read()
    return [tokens[start:end] for start, end in reader.operands]


@dataclass(slots=True)
class _Reader:
    tokens: Sequence[Token]
    at: int = 0
    operands: list[tuple[int, int]] = field(default_factory=list)

    def read(self) -> None:
        while True:
            start = self.at
            self._operand()
            self.operands.append((start, self.at))
            if self.at == len(self.tokens):
                return
            self._operator()

    @property
    def _text(self) -> str:
        return self.tokens[self.at].text if self.at < len(self.tokens) else ""

    @property
    def _lower(self) -> str:
        return self._text.lower()

    def _fail(self, message: str) -> None:
        raise _Unexpected(self.at, message)

    def _operand(self) -> None:
        while self._text in ("+", "-"):
            self.at += 1
        if self.at == len(self.tokens):
            before = self.tokens[self.at - 1].text
            self._fail(f"something is missing after `{before}`")
        token = self.tokens[self.at]
        if token.kind == "word":
            self._word()
        elif token.text in ("(", "{"):
            if self.tokens[self.at + 1].text == ")":
                self._fail("`()` holds nothing; write an expression in it")
            self._skip_bracket()
        elif token.kind in ("number", "string"):
            self.at += 1
        else:
            self._fail(_no_operand(token, first=self.at == 0))
        self._modifiers()

    def _skip_bracket(self) -> None:
        self.at = closing(self.tokens, self.at) + 1

    def _word(self) -> None:
        word = self._lower
        following = (
            self.tokens[self.at + 1].text if self.at + 1 < len(self.tokens) else ""
        )
        if word in KEYWORDS:
            self._fail(_keyword_alone(self._text))
        self.at += 1
        if word in AGGREGATIONS and following.lower() in ("by", "without"):
            self._labels()
            if self._text != "(":
                self.at -= 1
                self._fail(f"after the labels `{word}` needs its argument in `(…)`")
            self._skip_bracket()
        elif following == "(":
            self._skip_bracket()
            if word in AGGREGATIONS and self._lower in ("by", "without"):
                self._labels()
        elif following == "{":
            self._skip_bracket()

    def _labels(self) -> None:
        word = self._lower
        self.at += 1
        if self._text != "(":
            self._fail(
                f"the labels after `{word}` stand in brackets, as `{word} (job)`"
            )
        self._skip_bracket()

    def _modifiers(self) -> None:
        readers: dict[str, Callable[[], None]] = {
            "[": self._skip_bracket,
            "offset": self._offset,
            "@": self._moment,
        }
        while reader := readers.get(self._lower):
            reader()

    def _offset(self) -> None:
        self.at += 1
        if self._text in ("-", "+"):
            self.at += 1
        if self.at == len(self.tokens) or self.tokens[self.at].kind != "number":
            self._fail("`offset` needs a duration such as `5m`")
        self.at += 1

    def _moment(self) -> None:
        self.at += 1
        if self._text in ("-", "+"):
            self.at += 1
        if self._lower in ("start", "end"):
            self.at += 1
            self._skip_bracket()
        elif self.at < len(self.tokens) and self.tokens[self.at].kind == "number":
            self.at += 1
        else:
            self._fail("`@` needs a time in seconds, `start()` or `end()`")

    def _operator(self) -> None:
        if self._text not in BINARY and self._lower not in JOINTS:
            self._fail(_no_operator(self.tokens[self.at], self.tokens[self.at - 1]))
        self.at += 1
        if self._lower == "bool":
            self.at += 1
        if self._lower in ("on", "ignoring"):
            self._labels()
            if self._lower in ("group_left", "group_right"):
                self.at += 1
                if self._text == "(":
                    self._skip_bracket()


def _no_operand(token: Token, *, first: bool) -> str:
    if token.text == ",":
        return "a comma stands between arguments only"
    if token.text == "[":
        return "a range follows a selector, as `up[5m]`"
    if first:
        return f"something is missing before `{token.text}`"
    return f"`{token.text}` cannot follow an operator; something is missing before it"


def _keyword_alone(word: str) -> str:
    if word.lower() in LABEL_LISTS:
        return f"`{word}` cannot stand here; it follows an aggregation or an operator"
    return f"`{word}` is a word of PromQL; something is missing before it"


def _no_operator(token: Token, before: Token) -> str:
    text = token.text
    if text in _MISPLACED:
        return _MISPLACED[text]
    if text.lower() in ("by", "without"):
        return f"`{text}` groups aggregations such as `sum` only"
    if text.lower() in LABEL_LISTS or text.lower() == "bool":
        return f"`{text}` stands right after an operator"
    return f"an operator is missing between `{before.text}` and `{text}`"


_MISPLACED: Final = {
    "=": "one `=` stands in selectors only; compare with `==`",
    "=~": '`=~` stands in selectors only, as `up{job=~"api.*"}`',
    "!~": '`!~` stands in selectors only, as `up{job!~"api.*"}`',
    ",": "a comma stands between arguments only",
    "{": "a selector has one pair of braces, after the metric's name",
}
