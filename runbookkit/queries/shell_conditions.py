"""Walk over ``[[ … ]]``, whose words follow rules of their own."""

from __future__ import annotations

import re
from typing import Final

from runbookkit.queries.shell_words import (
    META,
    UnparsableShellError,
    WordScanner,
)

_UNARY: Final = re.compile(r"-[abcdefghknoprstuvwxzGLNORS]")
_BINARY: Final = re.compile(r"<|>|(?:==|!=|=~|=|-(?:eq|ne|lt|le|gt|ge|nt|ot|ef))(?=\s)")
_JOINS: Final = ("&&", "||")


class Condition:
    """One pass over the inside of ``[[ … ]]``."""

    def __init__(self, words: WordScanner, place: int) -> None:
        self._words = words
        self._text = words.text
        self._opened = place - 2
        self._place = place

    def end(self) -> int:
        """Return where the closing brackets end."""
        self._any()
        self._space()
        if not self._text.startswith("]]", self._place):
            raise self._unexpected()
        return self._place + 2

    def _any(self) -> None:
        self._term()
        self._space()
        while self._text.startswith(_JOINS, self._place):
            self._place += 2
            self._term()
            self._space()

    def _term(self) -> None:
        self._space()
        if self._text.startswith("(", self._place):
            self._place += 1
            self._any()
            if not self._text.startswith(")", self._place):
                raise self._unexpected()
            self._place += 1
            return
        word = self._word("[[ … ]]")
        if word == "!":
            self._term()
        elif _UNARY.fullmatch(word):
            self._blank()
            self._word(f"`{word}`")
        else:
            self._comparison()

    def _comparison(self) -> None:
        self._blank()
        operator = _BINARY.match(self._text, self._place)
        if operator:
            self._place = operator.end()
            self._blank()
            self._operand(operator[0])
        elif not self._joins():
            raise self._unexpected()

    def _operand(self, operator: str) -> None:
        start = self._place
        stops = META - {"(", "|"} if operator == "=~" else META
        while self._place < len(self._text):
            char = self._text[self._place]
            grouped = char == "(" and (
                operator == "=~" or self._text[self._place - 1] in "@?*+!"
            )
            if grouped:
                self._group()
            elif char in stops:
                break
            else:
                self._place = self._words.piece(self._place)
        if self._place == start or self._text.startswith("]]", start):
            self._place = start
            raise self._missing(f"`{operator}`")

    def _group(self) -> None:
        """Walk over the brackets of a pattern, in which blanks are allowed."""
        opened = self._place
        depth = 0
        while self._place < len(self._text):
            char = self._text[self._place]
            depth += {"(": 1, ")": -1}.get(char, 0)
            self._place = self._words.piece(self._place)
            if not depth:
                return
        raise UnparsableShellError("`(` is never closed with `)`", opened, opened + 1)

    def _joins(self) -> bool:
        """Return whether the word just read stands alone."""
        rest = self._text[self._place :].lstrip(" \t")
        return rest.startswith(("]]", "&&", "||", ")"))

    def _word(self, after: str) -> str:
        start = self._place
        self._place = self._words.word(start)
        word = self._text[start : self._place]
        if not word or word == "]]":
            self._place = start
            raise self._missing(after)
        return word

    def _blank(self) -> None:
        while self._text.startswith((" ", "\t", "\\\n"), self._place):
            self._place += 2 if self._text[self._place] == "\\" else 1

    def _space(self) -> None:
        while self._place < len(self._text) and (
            self._text[self._place].isspace() or self._text[self._place] == "#"
        ):
            comment = self._text[self._place] == "#"
            end = self._words.comment(self._place) if comment else self._place + 1
            self._place = end

    def _missing(self, after: str) -> UnparsableShellError:
        if self._place >= len(self._text):
            return self._unclosed()
        return UnparsableShellError(
            f"{after} needs an operand", self._opened, self._place
        )

    def _unexpected(self) -> UnparsableShellError:
        if self._place >= len(self._text):
            return self._unclosed()
        shown = re.compile(r"[^\s()&|;<>]+|.", re.DOTALL).match(self._text, self._place)
        word = shown[0] if shown else ""
        what = "end of the line" if word == "\n" else f"`{word}`"
        return UnparsableShellError(
            f"unexpected {what} in `[[ … ]]`", self._place, self._place + len(word)
        )

    def _unclosed(self) -> UnparsableShellError:
        return UnparsableShellError(
            "`[[` is never closed with `]]`", self._opened, self._opened + 2
        )
