"""markdown-it's block rules, each asked only where it can apply.

markdown-it asks every rule about every line, and most of them twice: two rules
look for the end of a paragraph. Nearly all rules begin with a character of their
own, so that one look at it spares most of the calls. What is found is the same.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.common.utils import mdTrim
from markdown_it.parser_block import RuleFuncBlockType
from markdown_it.rules_block import (
    StateBlock,
    blockquote,
    fence,
    hr,
    html_block,
    list_block,
    reference,
)
from markdown_it.token import Token

_UNDERLINE: Final = re.compile(r"[-=][ \t]*$", re.MULTILINE)
_HASHES: Final = re.compile(r"(#{1,6})(?=[ \t]|\Z)")


def block_tokens(text: str, environment: dict[str, Any]) -> list[Token]:
    """Return the tokens of a text's blocks; definitions go into the environment.

    Inline markdown stays as it is: its rules cost a third of the time, and they
    keep no places. A paragraph is one token, and so is a heading with hashes.
    Line ends have to be line feeds.
    """
    parser = _parser(tables="|" in text, underlines=_UNDERLINE.search(text) is not None)
    tokens: list[Token] = []
    parser.block.parse(text, parser, environment, tokens)
    return tokens


@cache
def _parser(*, tables: bool, underlines: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark")
    asked = ["code", "paragraph"]
    asked += ["table"] if tables else []
    asked += ["lheading"] if underlines else []
    rules = parser.block.ruler
    rules.enableOnly(asked)
    rules.at("paragraph", _paragraph)
    everywhere = ["paragraph", "reference", "blockquote"]
    rules.before("lheading", "begins", _begins, {"alt": everywhere})
    rules.push("ends_item", _ends_item, {"alt": ["list"]})
    return parser


def _begins(state: StateBlock, line: int, end: int, silent: bool) -> bool:  # noqa: FBT001  as markdown-it calls it
    """Read what begins with a character of its own, or say whether it is there."""
    start = state.bMarks[line] + state.tShift[line]
    beginning = state.src[start : start + 1]
    if beginning == "[":  # a definition ends nothing
        return not silent and reference(state, line, end, silent)
    for rule in _BEGINNINGS.get(beginning, ()):
        if rule(state, line, end, silent):
            return True
    return False


def _ends(state: StateBlock, line: int, rules: list[RuleFuncBlockType]) -> bool:
    for rule in rules:  # noqa: SIM110
        if rule(state, line, state.lineMax, True):  # noqa: FBT003
            return True
    return False


def _ends_item(state: StateBlock, line: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """Say whether a line between two items of a list begins something else."""
    start = state.bMarks[line] + state.tShift[line]
    beginning = state.src[start : start + 1]
    return beginning in _END_OF_ITEM and any(
        rule is not list_block and rule(state, line, end, silent)
        for rule in _BEGINNINGS[beginning]
    )


def _paragraph(state: StateBlock, line: int, _end: int, _silent: bool) -> bool:  # noqa: FBT001
    """Read a paragraph into one token, without those that open and close it."""
    ending = state.md.block.ruler.getRules("paragraph")
    parent, state.parentType = state.parentType, "paragraph"
    after = line + 1
    while after < state.lineMax and not state.isEmpty(after):
        # deeper lines, and those that a block quote has taken, go on whatever they hold
        own = state.sCount[after] >= 0 and state.sCount[after] - state.blkIndent <= 3
        if own and _ends(state, after, ending):
            break
        after += 1
    token = state.push("inline", "", 0)
    token.content = mdTrim(
        state.getLines(line, after, state.blkIndent, keepLastLF=False)
    )
    token.map = [line, after]
    state.line = after
    state.parentType = parent
    return True


def _heading(state: StateBlock, line: int, _end: int, silent: bool) -> bool:  # noqa: FBT001
    """Read a heading with hashes into one token."""
    start = state.bMarks[line] + state.tShift[line]
    hashes = _HASHES.match(state.src, start, state.eMarks[line])
    if hashes is None or state.is_code_block(line):
        return False
    if silent:
        return True
    text = state.src[hashes.end() : state.eMarks[line]].rstrip(" \t")
    open_text = text.rstrip("#")
    if open_text.endswith((" ", "\t")):
        text = open_text  # the hashes behind it close the heading
    token = state.push("heading", f"h{len(hashes[1])}", 0)
    token.markup = hashes[1]
    token.content = mdTrim(text)
    token.map = [line, line + 1]
    state.line = line + 1
    return True


_BEGINNINGS: Final = {
    "`": (fence,),
    "~": (fence,),
    ">": (blockquote,),
    "*": (hr, list_block),
    "-": (hr, list_block),
    "_": (hr,),
    "+": (list_block,),
    **dict.fromkeys("0123456789", (list_block,)),
    "<": (html_block,),
    "#": (_heading,),
}
_END_OF_ITEM: Final = frozenset({"`", "~", ">", "*", "-", "_"})
