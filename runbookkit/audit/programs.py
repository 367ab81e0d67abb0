"""Whether what a player runs is what the text says, and where its values come from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import re2  # type: ignore[import-untyped]

from runbookkit.errors import RunbookkitError
from runbookkit.queries.placeholders import Placeholder, placeholders
from runbookkit.queries.quoting import render
from runbookkit.queries.values import value_of

_CONTINUED: Final = re.compile(r"\\\n")
_QUOTES: Final = "\"'`"
_WORD: Final = r"[A-Za-z0-9_]"


@dataclass(frozen=True, slots=True)
class Program:
    """Something that a step says to run."""

    step: str
    language: str
    """Fence language; ``text`` for what a person does."""
    tool: str
    text: str
    """As written, placeholders included."""
    line: int
    """Of its first line in the runbook."""
    rollback: bool = False

    def line_of(self, placeholder: Placeholder) -> int:
        """Return the line that a placeholder stands in."""
        return self.line + self.text.count("\n", 0, placeholder.start)


@dataclass(frozen=True, slots=True)
class Value:
    """What stands where the text has a placeholder."""

    placeholder: Placeholder
    text: str
    """Without the quotes around it."""


def is_rendered(program: Program, command: str, names: Mapping[str, Any]) -> bool:
    """Tell whether a command is a program with the values that it must have."""
    try:
        wanted = render(program.text, program.language, names)
    except RunbookkitError:
        return False
    return one_line(wanted) == one_line(command)


def values_in(program: Program, command: str) -> tuple[Value, ...] | None:
    """Return what a command puts in place of each placeholder of a program.

    None when the command is not that program at all. The search takes time in
    proportion to the command, whatever it holds.
    """
    found = placeholders(program.text)
    pieces: list[str] = []
    done = 0
    for each in found:
        pieces += [_literal(program.text[done : each.start]), "(.*?)"]
        done = each.end
    pieces.append(_literal(program.text[done:]))
    options = re2.Options()
    options.log_errors = False  # it would write to stderr
    try:
        match = re2.fullmatch("(?s)" + "".join(pieces), one_line(command), options)
    except re2.error:
        return None  # a program too large to be searched for
    if match is None:
        return None
    pairs = zip(found, match.groups(), strict=True)
    return tuple(Value(each, _bare(str(text))) for each, text in pairs)


def one_line(text: str) -> str:
    r"""Return a text with every stretch of space as one, and no continued lines.

    >>> one_line("a \\\n  b ")
    'a b'
    """
    return " ".join(_CONTINUED.sub(" ", text).split())


def is_known(value: str, sources: Iterable[str]) -> bool:
    """Tell whether a value stands as a whole word in what was seen before.

    >>> is_known("shop", ["ns: shop-eu"]), is_known("hop", ["shop"])
    (True, False)
    """
    if not value.strip():
        return False
    before = f"(?<!{_WORD})" if re.match(_WORD, value) else ""
    behind = f"(?!{_WORD})" if re.search(f"{_WORD}$", value) else ""
    pattern = re.compile(before + re.escape(value) + behind)
    return any(pattern.search(each) for each in sources)


def value_now(placeholder: Placeholder, names: Mapping[str, Any]) -> str | None:
    """Return the value that a placeholder has; none when it has none."""
    try:
        return value_of(placeholder, names)
    except RunbookkitError:
        return None


def _literal(text: str) -> str:
    words = [re2.escape(each) for each in _CONTINUED.sub(" ", text).split()]
    inner = " ".join(words)
    before = " ?" if text[:1].isspace() else ""
    behind = " ?" if text[-1:].isspace() and words else ""
    return f"{before}{inner}{behind}"


def _bare(text: str) -> str:
    text = text.strip()
    while len(text) > 1 and text[0] in _QUOTES and text[-1] == text[0]:
        text = text[1:-1]
    return text
