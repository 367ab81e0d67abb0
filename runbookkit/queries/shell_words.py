"""Find where a shell word ends: quotes, expansions and substitutions."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Literal, NamedTuple

from runbookkit.errors import RunbookkitError

META: Final = frozenset(" \t\n;&|<>()")
_SPECIAL: Final = tuple("$?!#@*-0123456789")
_PLAIN: Final = re.compile(r"[^\s;&|<>()\[\]{}\\'\"`$]+")
"""Characters that end and open nothing, whatever a word stops at."""
_QUOTES: Final = {"'": "single quote", '"': "double quote", "`": "backtick"}


class UnparsableShellError(RunbookkitError):
    """Shell text breaks the grammar from ``start`` to ``end``."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.start = start
        self.end = end


Kind = Literal[
    "ansi",
    "arithmetic",
    "backtick",
    "command",
    "comment",
    "double",
    "expansion",
    "heredoc",
    "single",
    "subscript",
    "substitution",
]


class Enclosed(NamedTuple):
    """A stretch of shell text with rules of its own, quotes or brackets included.

    A ``command`` is noted where its name stands.
    """

    kind: Kind
    start: int
    end: int


class WordScanner:
    """Walks over words of one text; every method returns where it arrived.

    ``substitution`` walks over the commands of ``$(…)`` from after the bracket
    to after its end. What has rules of its own is noted in ``enclosed``.
    """

    def __init__(
        self,
        text: str,
        substitution: Callable[[int], int],
        enclosed: list[Enclosed],
    ) -> None:
        self.text = text
        self.enclosed = enclosed
        self._substitution = substitution

    def note(self, kind: Kind, start: int, end: int) -> int:
        """Note a stretch of text, and return its end."""
        self.enclosed.append(Enclosed(kind, start, end))
        return end

    def word(self, place: int, *, stops: frozenset[str] = META) -> int:
        """Walk over one word."""
        text = self.text
        while place < len(text):
            plain = _PLAIN.match(text, place)
            if plain is not None:
                place = plain.end()
                continue
            char = text[place]
            if char in "<>" and text.startswith("(", place + 1):
                place = self._substitution(place + 2)
            elif char in stops:
                break
            else:
                place = self.piece(place)
        return min(place, len(text))

    def piece(self, place: int) -> int:
        """Walk over one character, or over what it opens."""
        match self.text[place]:
            case "\\":
                return place + 2
            case "'":
                return self._until_quote(place)
            case '"':
                return self._double_quoted(place)
            case "`":
                return self._backquoted(place)
            case "$":
                return self._dollar(place)
            case _:
                return place + 1

    def array(self, place: int) -> int:
        """Walk over the elements of ``name=(…)`` from after its bracket."""
        opened = place - 1
        text = self.text
        while place < len(text):
            char = text[place]
            if char == ")":
                return place + 1
            if char in " \t\n":
                place += 1
            elif char == "#":
                place = self.comment(place)
            elif char in ";&|<>(" and not text.startswith(("<(", ">("), place):
                raise UnparsableShellError(
                    f"unexpected `{char}` in an array", place, place + 1
                )
            else:
                place = self.word(place)
        raise self._unclosed("(", opened, ")")

    def comment(self, place: int) -> int:
        """Walk to the end of the line."""
        return self.note("comment", place, self.line_end(place))

    def line_end(self, place: int) -> int:
        """Return where a line ends, before its newline."""
        end = self.text.find("\n", place)
        return len(self.text) if end < 0 else end

    def arithmetic(self, place: int) -> int | None:
        """Walk over ``((…))`` from after its brackets; ``None`` if it is not one."""
        depth = 0
        text = self.text
        opened, noted = place, len(self.enclosed)
        while place < len(text):
            char = text[place]
            if char == ")":
                if not depth and text.startswith("))", place):
                    return self.note("arithmetic", opened, place + 2)
                if not depth:
                    break
                depth -= 1
                place += 1
            elif char == "(":
                depth += 1
                place += 1
            else:
                place = self.piece(place)
        del self.enclosed[noted:]  # it is walked over again, as commands
        return None

    def subscript(self, place: int) -> int:
        """Walk over the ``[…]`` of an array element, blanks and all."""
        return self._enclosed(place, "]", "subscript")

    def _until_quote(self, place: int) -> int:
        end = self.text.find("'", place + 1)
        if end < 0:
            raise self._unclosed("'", place, "'")
        return self.note("single", place, end + 1)

    def _ansi_quoted(self, place: int) -> int:
        opened = place
        place += 2
        while place < len(self.text):
            if self.text[place] == "'":
                return self.note("ansi", opened, place + 1)
            place += 2 if self.text[place] == "\\" else 1
        raise self._unclosed("'", opened + 1, "'")

    def _double_quoted(self, place: int) -> int:
        opened = place
        place += 1
        while place < len(self.text):
            char = self.text[place]
            if char == '"':
                return self.note("double", opened, place + 1)
            quoted = char == "'" or self.text.startswith(("$'", '$"'), place)
            place = place + 1 if quoted else self.piece(place)
        raise self._unclosed('"', opened, '"')

    def _backquoted(self, place: int) -> int:
        opened = place
        place += 1
        while place < len(self.text):
            if self.text[place] == "`":
                return self.note("backtick", opened, place + 1)
            place += 2 if self.text[place] == "\\" else 1
        raise self._unclosed("`", opened, "`")

    def _dollar(self, place: int) -> int:
        text = self.text
        if text.startswith("$'", place):
            return self._ansi_quoted(place)
        if text.startswith("${", place):
            return self._enclosed(place + 1, "}", "expansion")
        if text.startswith("$[", place):
            return self._enclosed(place + 1, "]", "arithmetic")
        if text.startswith("$((", place):
            end = self.arithmetic(place + 3)
            return self._substitution(place + 2) if end is None else end
        if text.startswith("$(", place):
            return self._substitution(place + 2)
        special = text[place + 1 : place + 2] in _SPECIAL
        return place + 2 if special else place + 1

    def _enclosed(self, place: int, closer: str, kind: Kind) -> int:
        opened = place
        place += 1
        while place < len(self.text):
            if self.text[place] == closer:
                return self.note(kind, opened, place + 1)
            place = self.piece(place)
        raise self._unclosed(self.text[opened], opened, closer)

    def _unclosed(self, what: str, start: int, closer: str) -> UnparsableShellError:
        quote = _QUOTES.get(what)
        message = f"this {quote} is never closed" if quote else ""
        return UnparsableShellError(
            message or f"`{what}` is never closed with `{closer}`", start, start + 1
        )
