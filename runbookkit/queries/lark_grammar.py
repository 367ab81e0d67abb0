"""Parse text with a Lark grammar of this package, and tell where it went wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, cast

from runbookkit.queries.parse_tree import Node

if TYPE_CHECKING:
    from lark import Lark
    from lark.exceptions import UnexpectedToken

_MOST_EXPECTED = 6


@dataclass(frozen=True, slots=True)
class SyntaxFault:
    """The first place where a text leaves the grammar.

    ``found`` is the text there, empty at the end of the query; ``kind`` is its
    terminal, empty when it is none. ``expected`` are the terminals that could
    stand there instead.
    """

    start: int
    end: int
    found: str
    kind: str
    expected: frozenset[str]


def build(file: str) -> Lark:
    """Return the parser of a grammar file; slow, so keep it."""
    from lark import Lark

    return Lark(
        resources.files(__package__).joinpath(file).read_text("utf-8"),
        parser="lalr",
        lexer="basic",
        propagate_positions=True,
        maybe_placeholders=False,
    )


def parse(parser: Lark, text: str) -> Node | SyntaxFault:
    """Return the tree of a text, or where it stops being one."""
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken

    try:
        return parser.parse(text)
    except UnexpectedCharacters as error:
        start = cast("int", error.pos_in_stream)
        return SyntaxFault(start, start + 1, text[start], "", frozenset())
    except UnexpectedToken as error:
        return _fault(error, text)


def _fault(error: UnexpectedToken, text: str) -> SyntaxFault:
    token = error.token
    expected = frozenset(error.interactive_parser.accepts())  # type: ignore[no-untyped-call]
    if token.type == "$END":
        last = re.search(r"(\w+|\S?)\s*$", text)
        place = last.span(1) if last else (0, 0)
        return SyntaxFault(*place, "", "$END", expected)
    start = token.start_pos or 0
    return SyntaxFault(start, start + len(token), str(token), token.type, expected)


def in_words(expected: Iterable[str], words: Mapping[str, str]) -> str:
    """Return what could stand in a place: at most six things, the likely first."""
    known = [words[name] for name in words if name in set(expected)]
    listed = list(dict.fromkeys(known))
    if len(listed) > _MOST_EXPECTED:
        listed = [*listed[:_MOST_EXPECTED], "…"]
    return (
        ", ".join(listed[:-1]) + (" or " if listed[1:] else "") + "".join(listed[-1:])
    )


def unreadable(text: str, start: int) -> tuple[str, int]:
    """Return why no word can begin at ``start``, and where the piece ends."""
    character = text[start]
    if character in '"`':
        line_end = text.find("\n", start)
        end = len(text) if line_end < 0 or character == "`" else line_end
        return "the string that begins here is never closed", end
    if character == "'":
        return "strings stand in double quotes or backticks", start + 1
    if character == "$":
        return "a variable is not replaced here; only `{{ name }}` is", start + 1
    return f"`{character}` means nothing here", start + 1
