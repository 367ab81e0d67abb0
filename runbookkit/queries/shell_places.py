"""What a place in shell text lies in: quotes, arithmetic, a comment and so on."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Final, Literal

from runbookkit.queries.shell_grammar import enclosed_in
from runbookkit.queries.shell_reach import is_arithmetic, upward, within_command
from runbookkit.queries.shell_syntax import ShellTree, nodes, parse_shell
from runbookkit.queries.shell_words import Enclosed

if TYPE_CHECKING:
    from tree_sitter import Node

Place = Literal[
    "ansi",
    "arithmetic",
    "backtick",
    "bare",
    "comment",
    "double",
    "expansion",
    "heredoc",
    "name",
    "odd",
    "single",
]

_STRINGS: Final = frozenset({"ansi_c_string", "raw_string", "string"})
_QUOTES: Final = frozenset({"ansi", "double", "single"})
_UNREAD: Final = frozenset({"backtick", "heredoc"})
_NAMES: Final = frozenset({"heredoc_end", "heredoc_start", "variable_name"})


def place_in_shell(text: str, start: int, end: int) -> Place:
    """Return what a stretch of shell text lies in; ``bare`` is a word itself.

    ``name`` is where a variable or function gets its name, ``odd`` is where the
    syntax tree cannot be trusted.

    >>> place_in_shell('ls "$(ls a)"', 8, 9), place_in_shell('ls "a"', 4, 5)
    ('bare', 'double')
    """
    tree = parse_shell(text)
    found = _enclosing(text, start, end)
    first, last = (len(text[:place].encode(errors="replace")) for place in (start, end))
    node = tree.root.descendant_for_byte_range(first, last) or tree.root
    if found == "arithmetic" or any(map(is_arithmetic, within_command(node))):
        return "arithmetic"
    if node.type in _NAMES and found in {"bare", "heredoc"}:
        return "name"
    for each in upward(node):
        name = each.child_by_field_name("name")
        if each.type == "function_definition" and name and name.end_byte >= last:
            return "name"
    trusted = not tree.root.has_error and _agrees(tree, text)
    return found if trusted or found == "comment" else "odd"


def _enclosing(text: str, start: int, end: int) -> Place:
    around = [
        each
        for each in enclosed_in(text)
        if each.kind != "command" and _holds(each, start, end)
    ]
    around.sort(key=lambda each: each.end - each.start)
    kinds = [each.kind for each in around]
    if "backtick" in kinds:
        return "backtick"  # they reach into everything inside them
    own = list(takewhile(lambda kind: kind != "substitution", kinds))
    if "arithmetic" in own or "subscript" in own:
        return "arithmetic"
    if "expansion" in own:
        return "expansion"
    return own[0] if own else "bare"  # type: ignore[return-value]  # the rest are places


def _holds(enclosed: Enclosed, start: int, end: int) -> bool:
    after = enclosed.start < start or enclosed.kind in {"arithmetic", "heredoc"}
    return after and enclosed.start <= start and end <= enclosed.end


def _agrees(tree: ShellTree, text: str) -> bool:
    """Return whether the tree sees the commands and quotes that the shell sees.

    The tree mistakes some valid text without noticing.
    """
    found = enclosed_in(text)
    unread = [each for each in found if each.kind in _UNREAD]
    # The tree has no quotes in the word that ends a here-document.
    delimiters = [
        tree.span(node) for node in nodes(tree.root) if node.type == "heredoc_start"
    ]
    quotes = {
        (each.start, each.end)
        for each in found
        if each.kind in _QUOTES
        and not any(start <= each.start < end for start, end in delimiters)
    }
    bodies = {each.start for each in found if each.kind == "heredoc"}
    strings = {tree.span(node) for node in nodes(tree.root) if node.type in _STRINGS}
    documents = {
        tree.span(node)[0] for node in nodes(tree.root) if node.type == "heredoc_body"
    }
    read = {span for span in strings if not any(_holds(each, *span) for each in unread)}
    names = {each.start for each in found if each.kind == "command"}
    seen = {
        start
        for start, end in map(tree.span, filter(None, map(_name, nodes(tree.root))))
        if not any(_holds(each, start, end) for each in unread)
    }
    return read == quotes and documents <= bodies and names == seen


def _name(node: Node) -> Node | None:
    """Return what stands for a command's name, if the node is a command."""
    if node.type in {"declaration_command", "unset_command"}:
        return node.children[0]
    if node.type == "test_command" and node.children[0].type == "[":
        return node.children[0]
    name = node.child_by_field_name("name") if node.type == "command" else None
    if name is None or name.text != b"time":
        return name
    # To the shell, `time` is no command but a word before one.
    after = name.next_sibling
    return after.next_sibling if after and after.text == b"-p" else after
