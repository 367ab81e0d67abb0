from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import pytest
from hypothesis import example, given, settings, strategies as st
from markdown_it import MarkdownIt

from runbookkit.markdown.blocks import parser_for

PIECES = (
    "# a", "###", "####### a", "a", "b c", "* a", "-", "- b", "+ c", "+", "1. a", "2) b",
    "1234567890. c", "---", "- - -", "***", "___", "===", "=", "--", "```", "````sh",
    "~~~", "> q", ">", "> > r", "<div>", "</p>", "<!-- c", "-->", "<b>", "[a]: /x",
    "[b]:", "'t'", "[c", "a|b", "|a|b|", "-|-", "|-|:-:|", "- | -", "\\", "\u00a0", "\x0b",
)  # fmt: skip
INDENTS = ("", " ", "  ", "   ", "    ", "\t", "     ", "> ", "- ", "1. ", ">  - ")

lines = st.builds(
    lambda indents, piece, after: "".join(indents) + piece + after,
    st.lists(st.sampled_from(INDENTS), max_size=3),
    st.sampled_from(("", *PIECES)),
    st.sampled_from(("", " ", "\t", "#", " x")),
)
documents = st.lists(lines, max_size=14).map("\n".join)


def blocks(
    parser: MarkdownIt, text: str
) -> tuple[list[MutableMapping[str, Any]], dict[str, Any]]:
    references: dict[str, Any] = {}
    tokens = [each.as_dict() for each in parser.parse(text, references)]
    kept = [each for each in tokens if not each["type"].startswith("paragraph_")]
    for each in kept:
        # whether a list is loose shows in the tokens that are left out
        del each["hidden"], each["level"], each["children"]
    return kept, references


@given(documents)
@example("a\n===\n\n> b\nc\n---")
@example("| a |\n|---|\n| b |\n- c")
@settings(max_examples=300)
def test_blocks_are_those_that_markdown_it_finds_by_itself(text: str) -> None:
    plain = MarkdownIt("commonmark").enable("table").disable("inline")

    assert blocks(parser_for(text), text) == blocks(plain, text)


@pytest.mark.parametrize("text", ["", "\n", "   ", "\ta", ">", "- ", "[a]:\n/x 'y\nz'"])
def test_texts_of_hardly_anything_are_read_alike(text: str) -> None:
    plain = MarkdownIt("commonmark").enable("table").disable("inline")

    assert blocks(parser_for(text), text) == blocks(plain, text)
