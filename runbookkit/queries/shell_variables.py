"""The variables that shell text sets and reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from runbookkit.queries.shell_commands import Command, commands
from runbookkit.queries.shell_plain import is_plain
from runbookkit.queries.shell_syntax import ShellTree, nodes, parse_shell

if TYPE_CHECKING:
    from tree_sitter import Node

PREDEFINED: Final = frozenset(
    {
        *("BASH", "BASHPID", "BASH_SOURCE", "BASH_VERSION", "COLUMNS", "DISPLAY"),
        *("EDITOR", "EPOCHREALTIME", "EPOCHSECONDS", "EUID", "FUNCNAME", "GROUPS"),
        *("HOME", "HOSTNAME", "HOSTTYPE", "IFS", "KUBECONFIG", "LANG", "LINENO"),
        *("LINES", "LOGNAME", "MACHTYPE", "MAIL", "OLDPWD", "OPTARG", "OPTIND"),
        *("OSTYPE", "PAGER", "PATH", "PIPESTATUS", "PPID", "PWD", "RANDOM"),
        *("REPLY", "SECONDS", "SHELL", "SHLVL", "SRANDOM", "TERM", "TMPDIR"),
        *("UID", "USER", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"),
    }
)
"""Variables that a login shell sets, so that a text need not."""

_VARIABLE: Final = re.compile(r"\$(?:(\w+)|\{(\w+)\})")
_NAME: Final = re.compile(r"[A-Za-z_]\w*")
_VALUES: Final = {"read": "dinNptu", "mapfile": "CcdnOsu", "readarray": "CcdnOsu"}
_DEFAULTS: Final = frozenset({":-", "-", ":+", "+", ":=", "=", ":?", "?"})


class Variable(NamedTuple):
    """A place where a variable is set or read.

    ``defaulted`` marks a reading that says what holds when it is not set.
    """

    name: str
    start: int
    end: int
    defaulted: bool = False


@lru_cache(maxsize=256)
def assigned(text: str) -> tuple[Variable, ...]:
    """Return where shell text sets variables.

    >>> [each.name for each in assigned("A=1; for B in x; do read -r C; done")]
    ['A', 'B', 'C']
    """
    found: list[Variable] = []
    if not is_plain(text):
        tree = parse_shell(text)
        for node in nodes(tree.root):
            found.extend(_set_by_node(tree, node))
    for command in commands(text):
        found.extend(_set_by_command(command))
    return tuple(sorted(set(found), key=lambda variable: variable.start))


@lru_cache(maxsize=256)
def used(text: str) -> tuple[Variable, ...]:
    """Return where shell text reads variables, apart from ``$1``, ``$?`` and such.

    >>> [each.name for each in used("echo $A ${B:-x} '$C' $1")]
    ['A', 'B']
    """
    if is_plain(text):
        return tuple(
            Variable(match[1] or match[2], *match.span())
            for match in _VARIABLE.finditer(text)
        )
    tree = parse_shell(text)
    return tuple(
        variable for node in nodes(tree.root) for variable in _read_by_node(tree, node)
    )


def _set_by_node(tree: ShellTree, node: Node) -> Iterator[Variable]:
    name: Node | None = None
    if node.type == "variable_assignment":
        name = node.child_by_field_name("name")
        if name is not None and name.type == "subscript":
            name = name.child_by_field_name("name")
    elif node.type in {"for_statement", "select_statement"}:
        name = node.child_by_field_name("variable")
    elif node.type == "expansion" and _operator(tree, node) in {"=", ":="}:
        name = _expanded(node)
    elif node.type == "binary_expression" and _assigns(tree, node):
        name = node.child_by_field_name("left")
    if name is not None and name.type == "variable_name":
        yield Variable(tree.source(name), *tree.span(name))


def _assigns(tree: ShellTree, node: Node) -> bool:
    operator = node.child_by_field_name("operator")
    text = "" if operator is None else tree.source(operator)
    return text.endswith("=") and text not in {"==", "!=", "<=", ">="}


def _set_by_command(command: Command) -> Iterator[Variable]:
    if command.name in {"declare", "local", "typeset"}:
        chosen = range(1, len(command.words))
    elif command.name in {"read", "mapfile", "readarray"}:
        chosen = _operands(command)
    elif command.name in {"printf", "let"}:
        first = command.words[1:2]
        chosen = range(2, 3) if first == ("-v",) else range(0)
        chosen = range(1, len(command.words)) if command.name == "let" else chosen
    elif command.name == "getopts":
        chosen = range(2, 3)
    else:
        return
    for place in chosen:
        match = (
            _NAME.match(command.words[place]) if place < len(command.words) else None
        )
        if match is not None:
            yield Variable(match[0], *command.spans[place])


def _operands(command: Command) -> range:
    """Return the places of the names that ``read`` and its like fill."""
    place = 1
    while place < len(command.words) and command.words[place].startswith("-"):
        # `-p text` takes the next word, `-ptext` holds it.
        place += 2 if command.words[place][-1] in _VALUES[command.name] else 1
    return range(place, len(command.words))


def _read_by_node(tree: ShellTree, node: Node) -> Iterator[Variable]:
    if node.type == "simple_expansion" and b" " not in (node.text or b""):
        # The tree takes "$ x", a dollar alone, for a variable too.
        name, defaulted = _child(node, "variable_name"), False
    elif node.type == "expansion":
        name, defaulted = _expanded(node), _operator(tree, node) in _DEFAULTS
    else:
        return
    if name is not None and _NAME.fullmatch(tree.source(name)):
        yield Variable(tree.source(name), *tree.span(node), defaulted)


def _expanded(node: Node) -> Node | None:
    """Return the name that ``${…}`` reads, also of one array element."""
    subscript = _child(node, "subscript")
    return _child(subscript or node, "variable_name")


def _operator(tree: ShellTree, node: Node) -> str:
    after = _child(node, "subscript") or _child(node, "variable_name")
    operator = None if after is None else after.next_sibling
    return "" if operator is None else tree.source(operator)


def _child(node: Node, kind: str) -> Node | None:
    return next((child for child in node.children if child.type == kind), None)
