from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings, strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from runbookkit.markdown.blocks import block_tokens

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


def expected(text: str) -> tuple[list[Token], dict[str, Any]]:
    """Return what markdown-it finds by itself, put as this package puts it."""
    parser = MarkdownIt("commonmark").enable("table").disable("inline")
    definitions: dict[str, Any] = {}
    tokens = parser.parse(text, definitions)
    kept: list[Token] = []
    for number, token in enumerate(tokens):
        if token.type == "heading_open" and token.markup.startswith("#"):
            token.type, token.content = "heading", tokens[number + 1].content
            kept.append(token)
        elif token.type.startswith("paragraph_") or token.markup.startswith("#"):
            continue
        elif not (kept and kept[-1].type == "heading" and token.map == kept[-1].map):
            kept.append(token)
    return kept, definitions


def shown(tokens: list[Token]) -> list[tuple[object, ...]]:
    return [(t.type, t.tag, t.map, t.content, t.markup, t.info) for t in tokens]


@given(documents)
@example("a\n===\n\n> b\nc\n---")
@example("| a |\n|---|\n| b |\n- c")
@settings(max_examples=300)
def test_blocks_are_those_that_markdown_it_finds_by_itself(text: str) -> None:
    definitions: dict[str, Any] = {}

    tokens = block_tokens(text, definitions)

    known, known_definitions = expected(text)
    assert shown(tokens) == shown(known)
    assert definitions == known_definitions


@pytest.mark.parametrize("text", ["", "\n", "   ", "\ta", ">", "- ", "[a]:\n/x 'y\nz'"])
def test_texts_of_hardly_anything_are_read_alike(text: str) -> None:
    definitions: dict[str, Any] = {}

    tokens = block_tokens(text, definitions)

    known, known_definitions = expected(text)
    assert shown(tokens) == shown(known)
    assert definitions == known_definitions
