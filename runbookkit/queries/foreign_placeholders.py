"""Find the placeholders of runbooks that were written before this format."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from runbookkit.queries.shell_syntax import nodes, parse_shell
from runbookkit.queries.shell_variables import PREDEFINED, assigned, used

Style = Literal["angle", "variable", "square", "brace", "word"]


class Foreign(NamedTuple):
    """A placeholder in another style; ``name`` is what it stands for.

    ``angle`` is ``<name>``, ``variable`` is ``$NAME`` or ``${NAME}``, ``square``
    is ``[NAME]``, ``brace`` is ``{name}``, ``word`` is ``YOUR_NAME`` and the like.
    """

    style: Style
    name: str
    start: int
    end: int


_ANGLE: Final = re.compile(
    r"(?<![\w<>&])<(?P<name>[A-Za-z][\w.:/|'-]*(?: [\w.:/|'-]+){0,7})>(?![>=(])"
)
_SQUARE: Final = re.compile(
    r"(?<![\w\\\[\]})*.$\"'`])\[(?P<name>[A-Z][A-Z0-9_ -]{2,})\](?![\[({*+?:=])"
)
_BRACE: Final = re.compile(
    r"(?<![${%@\\\w\]])\{(?P<name>[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*)\}(?![}<>])"
)
_WORD: Final = re.compile(
    r"(?<![\w${-])(?P<name>(?:YOUR|MY)[_-][A-Z][A-Z0-9_-]*"
    r"|REPLACE[_-]?(?:ME|THIS|WITH[_-]\w+)|CHANGE[_-]?ME|INSERT[_-][A-Z][A-Z0-9_-]*"
    r"|your-[a-z]+(?:-[a-z]+)*)(?![\w=])"
)
_VARIABLE: Final = re.compile(
    r"\$(?:\{(?P<braced>[A-Za-z_]\w*)\}|(?P<bare>[A-Za-z_]\w*))"
)

_SHOWN: Final = frozenset(
    {"error", "invalid", "nil", "none", "null", "pending", "unknown", "unset"}
)
_VOID_TAGS: Final = frozenset({"br", "hr", "img", "input", "p", "wbr"})
_LEVELS: Final = frozenset(
    {"CRITICAL", "DEBUG", "ERROR", "FATAL", "FLAGS", "INFO", "NOTICE", "OPTIONS"}
    | {"TRACE", "WARN", "WARNING", "COMMAND", "ARGS"}
)
_NOT_NAMES: Final = frozenset({"end", "else", "print", "range"})


@lru_cache(maxsize=256)
def foreign(text: str, *, shell: bool = True) -> tuple[Foreign, ...]:
    """Return the placeholders of other styles in the text of a fence, in order.

    In shell text a variable counts when nothing in the text sets it, and what
    stands in single quotes belongs to jq, awk and their like.

    >>> [each.name for each in foreign("kubectl -n <ns> logs $POD; echo '{print}'")]
    ['ns', 'POD']
    """
    found = [*_words(text)]
    if "<" in text:
        found += _angles(text)
    if "[" in text:
        found += _squares(text)
    if "{" in text:
        found += _braces(text, _single_quoted(text) if shell else ())
    if "$" in text:
        found += _unset(text) if shell else _variables(text)
    found.sort(key=lambda each: each.start)
    return tuple(found)


def with_foreign_samples(text: str, *, shell: bool = True) -> str:
    """Return a text whose foreign placeholders are samples of the same length.

    Variables stay: they are valid as they are.

    >>> with_foreign_samples("kubectl -n <ns> logs $POD")
    'kubectl -n xxxx logs $POD'
    """
    characters = list(text)
    for each in foreign(text, shell=shell):
        if each.style != "variable":
            characters[each.start : each.end] = "x" * (each.end - each.start)
    return "".join(characters)


def _angles(text: str) -> Iterator[Foreign]:
    for match in _ANGLE.finditer(text):
        name = match["name"]
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        follows = text[match.end() : match.end() + 1]
        redirects = (follows.isalnum() or follows == "/") and name.isalnum()
        if (
            name.lower() not in _SHOWN
            and not redirects
            and "://" not in name
            and not line.lstrip().startswith("#include")
            and not _is_tag(name, text)
        ):
            yield Foreign("angle", name, *match.span())


def _is_tag(name: str, text: str) -> bool:
    return name in _VOID_TAGS or f"</{name}>" in text


def _squares(text: str) -> Iterator[Foreign]:
    for match in _SQUARE.finditer(text):
        words = match["name"]
        if words not in _LEVELS and not re.fullmatch(r"[A-Z]-[A-Z].*", words):
            yield Foreign("square", words, *match.span())


def _braces(text: str, quoted: tuple[tuple[int, int], ...]) -> Iterator[Foreign]:
    for match in _BRACE.finditer(text):
        inside = any(start <= match.start() < end for start, end in quoted)
        if not inside and match["name"] not in _NOT_NAMES:
            yield Foreign("brace", match["name"], *match.span())


def _words(text: str) -> Iterator[Foreign]:
    for match in _WORD.finditer(text):
        yield Foreign("word", match["name"], *match.span())


def _unset(text: str) -> Iterator[Foreign]:
    known = PREDEFINED | {variable.name for variable in assigned(text)}
    for variable in used(text):
        if variable.name not in known and not variable.defaulted:
            yield Foreign("variable", variable.name, variable.start, variable.end)


def _variables(text: str) -> Iterator[Foreign]:
    for match in _VARIABLE.finditer(text):
        yield Foreign("variable", match["braced"] or match["bare"], *match.span())


def _single_quoted(text: str) -> tuple[tuple[int, int], ...]:
    tree = parse_shell(text)
    return tuple(
        tree.span(node) for node in nodes(tree.root) if node.type == "raw_string"
    )
