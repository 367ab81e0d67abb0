"""Judge whether shell text parses, as ``bash -n`` does, and say where it does not.

The syntax tree of :mod:`~runbookkit.queries.shell_syntax` repairs broken text,
which suits those who look for commands. It also refuses some valid scripts and
accepts a redirect without a target, so it cannot be the judge.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from runbookkit.queries.shell_compounds import COMPOUNDS, brackets, function_body
from runbookkit.queries.shell_tokens import (
    REDIRECTS,
    Token,
    Tokens,
    unexpected,
)
from runbookkit.queries.shell_words import Enclosed, UnparsableShellError

_ENDS: Final = frozenset({";", "&", "\n"})
_CLOSERS: Final = frozenset(
    {"do", "done", "elif", "else", "esac", "fi", "in", "then", "]]", "}"}
)
_DECLARES: Final = frozenset(
    {"alias", "declare", "eval", "export", "let", "local", "readonly", "typeset"}
)
_DEPTH: Final = 40  # below the depth at which Python gives up


class TooDeepError(UnparsableShellError):
    """Shell text is nested too deep to be judged."""


def shell_problem(text: str) -> UnparsableShellError | None:
    """Return the first place where shell text does not parse, or ``None``.

    >>> str(shell_problem("if true; then echo hi"))
    '`if` is never closed with `fi`'
    >>> shell_problem("for i do echo $i; done") is None
    True
    """
    try:
        _Parser(text, 0, 0, []).script()
    except UnparsableShellError as problem:
        return problem
    return None


@lru_cache(maxsize=16)
def enclosed_in(text: str) -> tuple[Enclosed, ...]:
    """Return the quotes, expansions, comments and so on of text that parses.

    Raises:
        UnparsableShellError: The text does not parse.

    >>> [each.kind for each in enclosed_in("ls 'a' # b")]
    ['single', 'comment', 'command']
    """
    found: list[Enclosed] = []
    _Parser(text, 0, 0, found).script()
    return tuple(found)


class _Parser:
    """One pass over a list of commands; ``$(…)`` is walked by a parser of its own."""

    def __init__(
        self, text: str, place: int, depth: int, enclosed: list[Enclosed]
    ) -> None:
        self.tokens = Tokens(text, place, self._substitution, enclosed)
        self._depth = depth

    def script(self) -> None:
        """Walk over everything."""
        self.commands(until=frozenset())

    def _substitution(self, place: int) -> int:
        """Walk over ``$(…)`` from after its bracket."""
        opener = Token("operator", "(", place - 1, place)
        self._nest(opener)
        words = self.tokens.words
        inner = _Parser(words.text, place, self._depth, words.enclosed)
        inner.commands(until=frozenset({")"}))
        self._depth -= 1
        end = inner.tokens.close(opener, ")").end
        return words.note("substitution", opener.start, end)

    def _nest(self, opener: Token) -> None:
        if self._depth >= _DEPTH:
            message = f"`{opener.text}` is nested too deep to check"
            raise TooDeepError(message, opener.start, opener.end)
        self._depth += 1

    # Lists

    def commands(self, until: frozenset[str]) -> None:
        """Walk over commands up to one of the tokens ``until``, or to the end."""
        tokens = self.tokens
        tokens.newlines()
        while not self._at_end(until):
            self._and_or()
            if self._at_end(until):
                return
            if tokens.peek().text not in _ENDS:
                raise unexpected(tokens.peek())
            tokens.take()
            tokens.newlines()

    def _at_end(self, until: frozenset[str]) -> bool:
        token = self.tokens.peek()
        return token.kind == "end" or token.text in until

    def some_commands(self, until: frozenset[str], after: Token) -> None:
        """Walk over at least one command."""
        self.tokens.newlines()
        token = self.tokens.peek()
        if token.text in until:
            raise UnparsableShellError(
                f"there is no command between `{after.text}` and `{token.text}`",
                after.start,
                token.end,
            )
        self.commands(until)

    def _and_or(self) -> None:
        self._pipeline()
        while self.tokens.at_operator("&&", "||"):
            self._operator()
            self._pipeline()

    def _pipeline(self) -> None:
        tokens = self.tokens
        prefixed = False
        while tokens.at_word("!", "time"):
            prefixed = True
            if tokens.take().text == "time" and tokens.at_word("-p"):
                tokens.take()
        token = tokens.peek()
        ends = token.kind in {"end", "newline"} or tokens.at_operator(";", "&", ")")
        if prefixed and ends:
            return
        self.command()
        while tokens.at_operator("|", "|&"):
            self._operator()
            if tokens.at_word("!"):
                raise unexpected(tokens.peek())
            self.command()

    def _operator(self) -> None:
        """Take an operator that another command must follow."""
        operator = self.tokens.take()
        self.tokens.newlines()
        if self.tokens.peek().kind == "end":
            raise UnparsableShellError(
                f"nothing follows `{operator.text}`", operator.start, operator.end
            )

    # Commands

    def command(self) -> None:
        """Walk over one command and its redirects."""
        token = self.tokens.peek()
        if self.tokens.at_word(*COMPOUNDS) or self.tokens.at_operator("("):
            self._nest(self.tokens.take())
            COMPOUNDS.get(token.text, brackets)(self, token)
            self._depth -= 1
            self._after_compound()
        elif self.tokens.at_word(*_CLOSERS):
            raise unexpected(token)
        else:
            self._simple()

    def _after_compound(self) -> None:
        tokens = self.tokens
        while tokens.at_operator(*REDIRECTS):
            tokens.redirect()
        word = tokens.peek().kind == "word" and not tokens.at_word(*_CLOSERS)
        if word or tokens.at_operator("("):
            raise unexpected(tokens.peek())

    def _simple(self) -> None:
        tokens = self.tokens
        name: Token | None = None
        seen = 0
        while True:
            token = tokens.peek()
            if tokens.at_operator(*REDIRECTS):
                tokens.redirect()
            elif token.kind == "word":
                tokens.take()
                assigns = name is None and token.assigns
                name = name if name or assigns else token
                tokens.arrays = assigns or (name or token).text in _DECLARES
            elif name and seen == 1 and tokens.at_operator("("):
                self._function(name)
                return
            else:
                break
            seen += 1
        if not seen:
            raise unexpected(token)
        if name:
            tokens.words.note("command", name.start, name.end)

    def _function(self, name: Token) -> None:
        bracket = self.tokens.take()
        if not self.tokens.at_operator(")") or name.text.startswith(("$", "`")):
            raise UnparsableShellError(
                f"unexpected `(` after `{name.text}`; quote it",
                bracket.start,
                bracket.end,
            )
        self.tokens.take()
        function_body(self, name)
