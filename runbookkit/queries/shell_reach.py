"""How far a value gets in shell text: into arithmetic, or into another program.

The shell evaluates what it finds in arithmetic: ``[[ $x -gt 5 ]]`` runs the
command in ``a[$(…)]``, however well the value was quoted. And what a variable
holds is read again where ``ssh host "ls $x"`` or ``eval`` puts it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from runbookkit.queries.shell_commands import Command, commands
from runbookkit.queries.shell_prefixes import SHELLS, carried
from runbookkit.queries.shell_syntax import nodes, parse_shell

if TYPE_CHECKING:
    from tree_sitter import Node

REREADING: Final = frozenset({"eval", "parallel", "ssh", "watch"})
"""Commands that join their words to a program for another shell."""

DATABASES: Final = frozenset(
    {"clickhouse-client", "cqlsh", "gitlab-psql", "mariadb", "mysql", "psql", "sqlite3"}
)
"""Commands whose words hold queries."""

_NUMERIC: Final = frozenset({b"-eq", b"-ne", b"-lt", b"-le", b"-gt", b"-ge", b"-v"})
_KEEPING: Final = frozenset(
    {"for_statement", "herestring_redirect", "select_statement", "variable_assignment"}
)
_STORING: Final = frozenset({"mapfile", "read", "readarray", "set"})
_FIXED: Final = frozenset({"number", "special_variable_name"})
_BOUNDS: Final = frozenset({"command", "command_substitution", "do_group", "subshell"})


def upward(node: Node | None) -> Iterator[Node]:
    """Yield a node and everything around it, from the inside out."""
    while node is not None:
        yield node
        node = node.parent


def within_command(node: Node | None) -> Iterator[Node]:
    """Yield a node and what is around it, as far as the command it belongs to."""
    for each in upward(node):
        yield each
        if each.type in _BOUNDS:
            return


def is_arithmetic(node: Node) -> bool:
    """Return whether the shell evaluates what a node holds as arithmetic."""
    if node.type in {"arithmetic_expansion", "c_style_for_statement"}:
        return True
    if node.type == "compound_statement":
        return node.children[0].type == "(("
    if node.type == "subscript":
        index = node.child_by_field_name("index")
        fixed = index is None or index.type in _FIXED or index.text in {b"@", b"*"}
        return not fixed
    if node.type in {"binary_expression", "unary_expression"}:
        operator = node.child_by_field_name("operator")
        return operator is not None and operator.text in _NUMERIC
    if node.type == "declaration_command":
        return any(child.text in {b"-i", b"-ai", b"-ia"} for child in node.children)
    return node.type == "command" and node.children[0].text == b"let"


def is_kept(text: str, start: int, end: int) -> bool:
    """Return whether a value there is stored in a variable, for later commands."""
    root = parse_shell(text).root
    first, last = (len(text[:place].encode(errors="replace")) for place in (start, end))
    node = root.descendant_for_byte_range(first, last)
    return any(each.type in _KEEPING for each in within_command(node))


def hands_on(text: str) -> bool:
    """Return whether commands may store what other commands are given."""
    stores = any(
        command.name in _STORING or "xargs" in command.prefixes
        for command in commands(text)
    )
    root = parse_shell(text).root
    return stores or any(node.type == "function_definition" for node in nodes(root))


@lru_cache(maxsize=16)
def evaluates(text: str) -> str:
    """Return what reads a variable's value as more than text, or ``""``."""
    if any(map(is_arithmetic, nodes(parse_shell(text).root))):
        return "arithmetic"
    return next((each.name for each in commands(text) if _reads_again(each)), "")


@lru_cache(maxsize=16)
def reads_program(text: str) -> str:
    """Return what takes a program from its standard input, or ``""``.

    What is written before the bar of ``echo … | psql`` is such a program.
    """
    for command in commands(text):
        alone = not any(word[0:1] not in {"", "-"} for word in command.words[1:])
        shell = command.name in SHELLS and alone and "-c" not in command.words
        remote = command.name == "ssh" and carried(command.words) is None
        fed = command.has_input and (remote or command.name in DATABASES)
        if shell or fed:
            return command.name
    return ""


def _reads_again(command: Command) -> bool:
    words: Sequence[str] = ()
    inner = carried(command.words)
    if inner and (inner.script or command.name in REREADING):
        words = command.words[inner.first : inner.last]
    elif command.name in {"source", "."} | DATABASES or "$" in command.name:
        words = command.words
    return any(mark in word for word in words for mark in ("$", "`", "{}"))
