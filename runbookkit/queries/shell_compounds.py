"""Walk over the compound commands of the shell: ``if``, ``for``, ``case`` and so on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from runbookkit.queries.shell_conditions import Condition
from runbookkit.queries.shell_tokens import Token, Tokens, unclosed
from runbookkit.queries.shell_words import UnparsableShellError

_CASE_ENDS: Final = frozenset({";;", ";&", ";;&"})


class Lists(Protocol):
    """What compound commands need to walk over the commands inside them."""

    tokens: Tokens

    def commands(self, until: frozenset[str]) -> None:
        """Walk over commands up to one of the tokens ``until``."""

    def some_commands(self, until: frozenset[str], after: Token) -> None:
        """Walk over at least one command."""

    def command(self) -> None:
        """Walk over one command."""


def _group(lists: Lists, opener: Token) -> None:
    lists.some_commands(frozenset({"}"}), opener)
    lists.tokens.close(opener, "}")


def brackets(lists: Lists, opener: Token) -> None:
    """Walk over ``(…)`` or ``((…))`` from after its first bracket."""
    tokens = lists.tokens
    if tokens.text.startswith("(", opener.end):
        end = tokens.words.arithmetic(opener.end + 1)
        if end is not None:
            tokens.move(end)
            return
    lists.some_commands(frozenset({")"}), opener)
    tokens.close(opener, ")")


def _if(lists: Lists, opener: Token) -> None:
    branch = opener
    while branch.text != "fi":
        if branch.text != "else":
            lists.some_commands(frozenset({"then"}), branch)
            branch = _part(lists, opener, "then", "fi")
        lists.some_commands(frozenset({"elif", "else", "fi"}), branch)
        after = ("fi",) if branch.text == "else" else ("elif", "else", "fi")
        closed = lists.tokens.peek()
        if closed.kind == "end":
            raise unclosed(closed, opener, "fi")
        branch = lists.tokens.close(branch, *after)


def _part(lists: Lists, opener: Token, word: str, closer: str) -> Token:
    """Take the word that must come next, such as ``then``."""
    if lists.tokens.peek().kind == "end":
        raise UnparsableShellError(
            f"`{opener.text}` has no `{word}` and no `{closer}`",
            opener.start,
            opener.end,
        )
    return lists.tokens.close(opener, word)


def _loop(lists: Lists, opener: Token) -> None:
    lists.some_commands(frozenset({"do"}), opener)
    _do(lists, opener)


def _do(lists: Lists, opener: Token) -> None:
    do = _part(lists, opener, "do", "done")
    lists.some_commands(frozenset({"done"}), do)
    closing = lists.tokens.peek()
    if closing.kind == "end":
        raise unclosed(closing, opener, "done")
    lists.tokens.close(do, "done")


def _for(lists: Lists, opener: Token) -> None:
    tokens = lists.tokens
    if tokens.at_operator("(") and opener.text == "for":
        _for_arithmetic(lists, opener)
        return
    _named(lists, opener)
    tokens.newlines()
    if tokens.at_word("in"):
        tokens.take()
        _until_line_ends(lists, opener)
    elif tokens.at_operator(";"):
        tokens.take()
    tokens.newlines()
    _loop_body(lists, opener)


def _named(lists: Lists, opener: Token) -> Token:
    if lists.tokens.peek().kind != "word":
        raise UnparsableShellError(
            f"`{opener.text}` needs a name", opener.start, opener.end
        )
    return lists.tokens.take()


def _until_line_ends(lists: Lists, opener: Token) -> None:
    tokens = lists.tokens
    while tokens.peek().kind == "word":
        tokens.take()
    if tokens.peek().text not in {";", "\n"}:
        raise unclosed(tokens.peek(), opener, "done")
    tokens.take()


def _loop_body(lists: Lists, opener: Token) -> None:
    if lists.tokens.at_word("{"):
        _group(lists, lists.tokens.take())
    else:
        _do(lists, opener)


def _for_arithmetic(lists: Lists, opener: Token) -> None:
    tokens = lists.tokens
    place = tokens.peek().end
    end = None
    if tokens.text.startswith("(", place):
        end = tokens.words.arithmetic(place + 1)
    if end is None:
        message = "`for ((` is never closed with `))`"
        raise UnparsableShellError(message, opener.start, place)
    tokens.move(end)
    if tokens.at_operator(";"):
        tokens.take()
    tokens.newlines()
    _loop_body(lists, opener)


def _case(lists: Lists, opener: Token) -> None:
    tokens = lists.tokens
    _named(lists, opener)
    tokens.newlines()
    _part(lists, opener, "in", "esac")
    tokens.newlines()
    while not tokens.at_word("esac"):
        _pattern(lists, opener)
        lists.commands(_CASE_ENDS | {"esac"})
        if tokens.at_operator(*_CASE_ENDS):
            tokens.take()
            tokens.newlines()
        elif not tokens.at_word("esac"):
            raise unclosed(tokens.peek(), opener, "esac")
    tokens.take()


def _pattern(lists: Lists, opener: Token) -> None:
    tokens = lists.tokens
    if tokens.at_operator("("):
        tokens.take()
    while True:
        if tokens.peek().kind != "word":
            raise unclosed(tokens.peek(), opener, "esac")
        tokens.take()
        if not tokens.at_operator("|", ")"):
            raise unclosed(tokens.peek(), opener, "esac")
        if tokens.take().text == ")":
            return


def _defined(lists: Lists, opener: Token) -> None:
    name = _named(lists, opener)
    tokens = lists.tokens
    bracket = tokens.peek()
    if bracket.text == "(" and tokens.text[bracket.end :].lstrip().startswith(")"):
        tokens.take()
        tokens.take()
    function_body(lists, name)


def function_body(lists: Lists, name: Token) -> None:
    """Walk over the body of the function ``name``."""
    tokens = lists.tokens
    tokens.newlines()
    if not tokens.at_word(*COMPOUNDS) and not tokens.at_operator("("):
        raise UnparsableShellError(
            f"the function `{name.text}` needs a body in braces", name.start, name.end
        )
    lists.command()


def _coprocess(lists: Lists, opener: Token) -> None:
    tokens = lists.tokens
    if tokens.peek().kind == "word" and not tokens.at_word(*COMPOUNDS):
        tokens.take()
        if not tokens.at_word(*COMPOUNDS) and not tokens.at_operator("("):
            while tokens.peek().kind == "word":
                tokens.take()
            return
    if tokens.peek().kind == "end":
        raise UnparsableShellError("nothing follows `coproc`", opener.start, opener.end)
    lists.command()


def _condition(lists: Lists, opener: Token) -> None:
    lists.tokens.move(Condition(lists.tokens.words, opener.end).end())


COMPOUNDS: Final[Mapping[str, Callable[[Lists, Token], None]]] = {
    "[[": _condition,
    "case": _case,
    "coproc": _coprocess,
    "for": _for,
    "function": _defined,
    "if": _if,
    "select": _for,
    "until": _loop,
    "while": _loop,
    "{": _group,
}
"""What walks over a compound command from after its first word."""
