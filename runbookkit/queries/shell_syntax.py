"""The syntax tree of shell text, with places counted in characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

EXPANSIONS: Final = frozenset(
    {
        "arithmetic_expansion",
        "command_substitution",
        "expansion",
        "process_substitution",
        "simple_expansion",
    }
)
"""Node types that the shell replaces before it runs the command."""

_ESCAPED_NAME: Final = re.compile(r"(?<=[^\\]\n)\\(?=\w)")
_ESCAPED: Final = re.compile(r"\\(\n|.)", re.DOTALL)
_ESCAPED_IN_QUOTES: Final = re.compile(r'\\([\n"$`\\])')


@cache
def _parser() -> Parser:
    import tree_sitter
    import tree_sitter_bash

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language()))


@dataclass(frozen=True, slots=True)
class ShellTree:
    """A parsed shell text; a text with errors has a tree too."""

    data: bytes
    is_ascii: bool
    root: Node

    def span(self, node: Node) -> tuple[int, int]:
        """Return where a node starts and ends, in characters."""
        return self._place(node.start_byte), self._place(node.end_byte)

    def source(self, node: Node) -> str:
        """Return a node's text as it is written."""
        return self.data[node.start_byte : node.end_byte].decode()

    def plain(self, node: Node) -> str:
        r"""Return a word as the command gets it; expansions stay as written.

        >>> tree = parse_shell("echo a\\ b'c'\"$X\"")
        >>> tree.plain(tree.root.children[0].children[1])
        'a bc$X'
        """
        kind = node.type
        if kind == "raw_string":
            return self.source(node)[1:-1]
        if kind == "ansi_c_string":
            return self.source(node)[2:-1]
        if kind in {"string", "translated_string"}:
            return self._plain_string(node)
        if kind in {"concatenation", "command_name"}:
            return "".join(self.plain(child) for child in node.children)
        if kind in EXPANSIONS:
            return self.source(node)
        source = self.source(node)
        return _ESCAPED.sub(_without_backslash, source) if "\\" in source else source

    def _plain_string(self, node: Node) -> str:
        # The tree leaves out newlines between pieces: cut at expansions only.
        pieces: list[str] = []
        start = node.start_byte
        for child in node.children:
            if child.type in EXPANSIONS:
                pieces += [self._unescaped(start, child.start_byte), self.source(child)]
                start = child.end_byte
        pieces.append(self._unescaped(start, node.end_byte))
        return "".join(pieces).removeprefix("$").removeprefix('"').removesuffix('"')

    def _unescaped(self, start: int, end: int) -> str:
        raw = self.data[start:end].decode()
        return _ESCAPED_IN_QUOTES.sub(_without_backslash, raw)

    def _place(self, byte: int) -> int:
        return byte if self.is_ascii else len(self.data[:byte].decode())


def _without_backslash(match: re.Match[str]) -> str:
    return "" if match[1] == "\n" else match[1]


@lru_cache(maxsize=64)
def parse_shell(text: str) -> ShellTree:
    """Return the syntax tree of shell text."""
    # The parser reads a newline and a backslash after it as a part of a word.
    data = _ESCAPED_NAME.sub(" ", text).encode(errors="replace")
    return ShellTree(data, text.isascii(), _parser().parse(data).root_node)


def nodes(root: Node) -> Iterator[Node]:
    """Yield a node and everything below it, in the order of the text."""
    # A stack, since nesting in foreign text may be deeper than Python's.
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children))
