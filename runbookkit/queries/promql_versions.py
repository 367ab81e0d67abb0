"""Which parts of a PromQL query a server of some version refuses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from string import ascii_letters
from typing import Final

from runbookkit.queries.go_strings import unquote
from runbookkit.queries.language import QueryProblem
from runbookkit.queries.promql_names import AGGREGATIONS, KEYWORDS, function_problem
from runbookkit.queries.promql_selectors import is_call, is_label_list
from runbookkit.queries.promql_tokens import Kind, Token
from runbookkit.queries.versions import at_least

_FILLS: Final = frozenset(("fill", "fill_left", "fill_right"))
_LEGACY_NAME: Final = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_OPERAND_ENDS: Final = frozenset((")", "]", "}"))


def version_problems(tokens: Sequence[Token], version: str) -> Iterator[QueryProblem]:
    """Return what a server without feature flags does not run."""
    inside: list[str] = [""]
    for at, token in enumerate(tokens):
        if token.kind == "open":
            inside.append("labels" if is_label_list(tokens, at) else token.text)
        elif token.kind == "close":
            inside.pop()
        judge = _JUDGES.get(token.kind)
        message = judge(_Place(tokens, at, inside[-1], version)) if judge else ""
        if message:
            yield QueryProblem(message, token.start, token.end)


@dataclass(frozen=True, slots=True)
class _Place:
    """A word and what it stands in: a bracket, ``labels`` or nothing."""

    tokens: Sequence[Token]
    at: int
    inside: str
    version: str

    @property
    def text(self) -> str:
        return self.tokens[self.at].text

    def before(self, steps: int = 1) -> Token | None:
        return self.tokens[self.at - steps] if self.at >= steps else None

    def follows(self, *texts: str) -> bool:
        before = self.before()
        return before is not None and before.text.lower() in texts

    def knows(self, major: int, minor: int = 0) -> bool:
        return at_least(self.version, major, minor)


def _word(place: _Place) -> str:
    if place.inside in ("{", "labels"):
        return ""
    if place.inside == "[":
        return f"`{place.text}` in a range is experimental; write the duration itself"
    is_flagged = place.text in ("anchored", "smoothed") and _follows_operand(place)
    is_function = is_call(place.tokens, place.at) and place.text.lower() not in KEYWORDS
    if is_flagged or (is_function and place.text in _FILLS):
        return (
            f"`{place.text}` is experimental: "
            "a server refuses it without its feature flag"
        )
    if not is_function or (place.text in ("start", "end") and place.follows("@")):
        return ""
    name = place.text
    return function_problem(
        name.lower() if name.lower() in AGGREGATIONS else name, place.version
    )


def _follows_operand(place: _Place) -> bool:
    before = place.before()
    if before is None:
        return False
    if before.kind == "word":
        return before.text.lower() not in KEYWORDS
    return before.kind in ("string", "number") or before.text in _OPERAND_ENDS


def _number(place: _Place) -> str:
    text = place.text
    is_duration = text[-1:].isalpha() and not text.lower().startswith("0x")
    if place.inside == "[" and not text.strip("0." + ascii_letters):
        return "a range must be longer than nothing"
    if place.knows(2, 54):
        return ""
    if "_" in text:
        return f"`{text}` is read since Prometheus 2.54; leave out the `_`"
    earlier = place.before(2)
    is_offset = place.follows("offset") or (
        place.follows("-") and earlier is not None and earlier.text.lower() == "offset"
    )
    if is_duration != (place.inside == "[" or is_offset):
        wanted = "a number of seconds" if is_duration else "a duration such as `5m`"
        return f"before Prometheus 2.54 {wanted} stands here, not `{text}`"
    return ""


def _quoted_name(place: _Place) -> str:
    is_value = place.follows("=", "!=", "=~", "!~")
    is_plain = _LEGACY_NAME.fullmatch(unquote(place.text).value) is not None
    if place.inside == "labels" and not place.knows(*((2, 55) if is_plain else (3, 0))):
        return "a label in quotes is known here since Prometheus 3.0"
    if place.inside == "{" and not is_value and not place.knows(2, 51):
        return "a name in quotes is known since Prometheus 3.0"
    return ""


def _sign(place: _Place) -> str:
    if place.text in (">/", "</") and not place.knows(3, 11):
        return f"`{place.text}` is known since Prometheus 3.11"
    if place.inside == "[" and place.text not in (":", "-"):
        return "arithmetic in a range is experimental; write the duration itself"
    return ""


_JUDGES: Final[dict[Kind, Callable[[_Place], str]]] = {
    "word": _word,
    "number": _number,
    "string": _quoted_name,
    "sign": _sign,
}
