"""The tokens of shell text, and how to say that one is out of place."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Literal, NamedTuple

from runbookkit.queries.shell_words import (
    Enclosed,
    UnparsableShellError,
    WordScanner,
)

REDIRECTS: Final = frozenset(
    {"<", ">", ">>", "<<", "<<-", "<<<", "<>", "<&", ">&", ">|", "&>", "&>>"}
)
_OPERATORS: Final = re.compile(
    r";;&|;;|;&|;|&&|&>>|&>|&|\|\||\|&|\||<<<|<<-|<<|<>|<&|<|>>|>&|>\||>|\(|\)"
)
_ASSIGNS: Final = re.compile(r"[A-Za-z_]\w*(?:\[.*\])?\+?=", re.DOTALL)
_NAME_BRACKET: Final = re.compile(r"[A-Za-z_]\w*\[")
_PLACEHOLDER: Final = re.compile(r"<([A-Za-z][\w .:/-]*)>")
_OPENERS: Final = {
    "do": "for` or `while",
    "done": "do",
    "elif": "if",
    "else": "if",
    "esac": "case",
    "fi": "if",
    "in": "for",
    "then": "if",
    "]]": "[[",
    "}": "{",
}


class Token(NamedTuple):
    """A word, an operator, the end of a line or the end of the text."""

    kind: Literal["word", "operator", "newline", "end"]
    text: str
    start: int
    end: int

    @property
    def assigns(self) -> bool:
        """Whether the token sets a variable."""
        return self.kind == "word" and _ASSIGNS.match(self.text) is not None


class Tokens:
    """The tokens of a text from a place on, one of them looked at in advance.

    ``arrays`` says whether ``name=(`` may begin an array at the next token.
    """

    def __init__(
        self,
        text: str,
        place: int,
        substitution: Callable[[int], int],
        enclosed: list[Enclosed],
    ) -> None:
        self.text = text
        self.words = WordScanner(text, substitution, enclosed)
        self.arrays = True
        self._place = place
        self._ahead: Token | None = None
        self._pending: list[tuple[str, bool]] = []

    def peek(self) -> Token:
        """Return the next token and leave it there."""
        if self._ahead is None:
            self._ahead = self._scan()
        return self._ahead

    def take(self) -> Token:
        """Return the next token and go on."""
        token = self.peek()
        self.move(token.end)
        self.arrays = True
        if token.kind == "newline":
            self._skip_here_documents()
        return token

    def move(self, place: int) -> None:
        """Go on at a place that was reached by other means."""
        self._ahead = None
        self._place = place

    def newlines(self) -> None:
        """Go on after any ends of lines."""
        while self.peek().kind == "newline":
            self.take()

    def at_word(self, *texts: str) -> bool:
        """Return whether the next token is one of these words."""
        token = self.peek()
        return token.kind == "word" and token.text in texts

    def at_operator(self, *texts: str) -> bool:
        """Return whether the next token is one of these operators."""
        token = self.peek()
        return token.kind == "operator" and token.text in texts

    def close(self, opener: Token, *closers: str) -> Token:
        """Take the token that closes ``opener``, or one that carries it on."""
        token = self.peek()
        if token.text in closers and token.kind in {"word", "operator"}:
            return self.take()
        raise unclosed(token, opener, closers[-1])

    def redirect(self) -> None:
        """Take a redirect and its target."""
        operator = self.take()
        target = self.peek()
        if target.kind != "word":
            raise self._no_target(operator)
        self.take()
        if operator.text in {"<<", "<<-"}:
            delimiter = re.sub(r"[\\'\"]", "", target.text)
            self._pending.append((delimiter, operator.text == "<<-"))

    def _scan(self) -> Token:
        text = self.text
        place = self._place
        while text.startswith((" ", "\t", "\\\n"), place):
            place += 2 if text[place] == "\\" else 1
        if text.startswith("#", place):
            place = self.words.comment(place)
        if place >= len(text) or text[place:] == "\\":
            return Token("end", "", len(text), len(text))
        if text[place] == "\n":
            return Token("newline", "\n", place, place + 1)
        substitutes = text.startswith(("<(", ">("), place)
        operator = None if substitutes else _OPERATORS.match(text, place)
        if operator:
            return Token("operator", operator[0], place, operator.end())
        return self._scan_word(place)

    def _scan_word(self, place: int) -> Token:
        text = self.text
        end = place
        element = _NAME_BRACKET.match(text, place) if self.arrays else None
        if element:
            end = self.words.subscript(element.end() - 1)
        end = self.words.word(end)
        array = text.startswith("(", end) and self.arrays
        if array and _ASSIGNS.fullmatch(text, place, end):
            end = self.words.word(self.words.array(end + 1))
        if text[place:end].isdigit() and not text.startswith(("<(", ">("), end):
            numbered = _OPERATORS.match(text, end)
            if numbered and numbered[0] in REDIRECTS and numbered[0][0] != "&":
                return Token("operator", numbered[0], place, numbered.end())
        return Token("word", text[place:end], place, end)

    def _skip_here_documents(self) -> None:
        for delimiter, strips in self._pending:
            start = self._place
            while self._place < len(self.text):
                line_end = self.words.line_end(self._place)
                line = self.text[self._place : line_end]
                self._place = min(line_end + 1, len(self.text))
                if (line.lstrip("\t") if strips else line) == delimiter:
                    break
            self.words.note("heredoc", start, self._place)
        self._pending.clear()

    def _no_target(self, operator: Token) -> UnparsableShellError:
        line_start = self.text.rfind("\n", 0, operator.start) + 1
        line = self.text[line_start : self.words.line_end(line_start)]
        message = f"the redirect `{operator.text}` has no target"
        placeholder = _PLACEHOLDER.search(line)
        if placeholder is None:
            return UnparsableShellError(message, operator.start, operator.end)
        name = re.sub(r"\W+", "_", placeholder[1].lower())
        return UnparsableShellError(
            f"{message}: to a shell, {placeholder[0]} is no placeholder; "
            f"write {{{{ {name} }}}}",
            line_start + placeholder.start(),
            line_start + placeholder.end(),
        )


def unexpected(token: Token) -> UnparsableShellError:
    """Return what is wrong with a token that may not stand where it does."""
    message = f"unexpected `{token.text}`"
    if token.kind == "newline":
        message = "unexpected end of the line"
    elif token.kind == "word" and token.text in _OPENERS:
        message = f"`{token.text}` without `{_OPENERS[token.text]}` before it"
    elif token.text in {"|", "|&", "||", "&&", ";", "&", ";;"}:
        message = f"there is no command before `{token.text}`"
    elif token.text == "(":
        message = "unexpected `(`; quote it"
    return UnparsableShellError(message, token.start, token.end)


def unclosed(token: Token, opener: Token, closer: str) -> UnparsableShellError:
    """Return what is wrong when ``token`` stands where ``closer`` should."""
    if token.kind != "end":
        return unexpected(token)
    return UnparsableShellError(
        f"`{opener.text}` is never closed with `{closer}`", opener.start, opener.end
    )
