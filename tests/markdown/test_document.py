from __future__ import annotations

import pytest

from runbookkit.markdown.document import parse_document
from runbookkit.model.document import CodeBlock, Document, Heading, Prose, Table
from runbookkit.model.span import Located


def source(document: Document, located: Located, words: str) -> str:
    """Return what stands in the source where the words are said to stand."""
    start = located.text.index(words)
    span = located.span_of(start, start + len(words))
    return document.lines[span.line - 1][span.column - 1 : span.end_column - 1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("plain words", "words"),
        ("> - quoted\n>   words", "words"),
        ("> lazy\nwords", "words"),
        ("1. a\n\n   two words", "words"),
        ("- a\n\n\ttab words", "words"),
        ("- a\n\n  \t two words", "words"),
        ("    indented words", "words"),
        ("- a\n\n      indented words", "words"),
        ("-\t- \twords", "words"),
        ("```text\n  words\n```", "words"),
        ("- ```text\n  words\n  ```", "words"),
        ("> ```text\n> words\n> ```", "words"),
        (">\t```text\n>\twords\n>\t```", "words"),
        ("## words words ##", "words words"),
        ("- ## # words #", "words"),
        ("two\nwords\n===", "words"),
        ("\u2028\nwords", "words"),
        ("<div>\n  words\n</div>", "words"),
        ("words words  ", "words words"),
    ],
)
def test_words_are_found_where_they_stand(text: str, words: str) -> None:
    document = parse_document(text, "a.md")
    block = document.blocks[-1]

    assert isinstance(block, Located)
    assert source(document, block, words) == words


def test_cells_are_found_where_they_stand() -> None:
    text = "> | x | y |\n> |---|---|\n> | a\\|b |  |\n> `c` | y | z\n> y\n"
    document = parse_document(text, "a.md")

    (table,) = document.blocks

    assert isinstance(table, Table)
    assert [cell.text for cell in table.header] == ["x", "y"]
    cells = [[cell.text for cell in row] for row in table.rows]
    assert cells == [["a\\|b", ""], ["`c`", "y"], ["y", ""]]
    for row in table.rows:
        for cell in row:
            span = cell.span
            line = document.lines[span.line - 1]
            assert line[span.column - 1 : span.end_column - 1] == cell.text


def test_a_table_in_a_list_is_not_confused_by_the_bullet() -> None:
    document = parse_document("- | - | b |\n  |---|---|\n  | - | a |\n", "a.md")

    (table,) = document.blocks

    assert isinstance(table, Table)
    assert [cell.span.column for cell in table.header] == [5, 9]


def test_a_block_in_a_list_knows_its_item() -> None:
    text = "1. one\n2. two\n\n   ```bash\n   ls\n   ```\n\n   more\n   - in\n"

    blocks = parse_document(text, "a.md").blocks

    items = [each.item for each in blocks if isinstance(each, (Prose, CodeBlock))]
    assert [
        (item.ordered, item.number, item.depth, item.leads) for item in items if item
    ] == [
        (True, 1, 1, True),
        (True, 2, 1, True),
        (True, 2, 1, False),
        (True, 2, 1, False),
        (False, 1, 2, True),
    ]


def test_two_lists_are_told_apart() -> None:
    blocks = parse_document("- a\n- b\n\ntext\n\n- c\n", "a.md").blocks

    lists = [
        each.item.list_line for each in blocks if isinstance(each, Prose) and each.item
    ]
    assert lists == [1, 1, 6]


def test_a_quote_ends() -> None:
    blocks = parse_document("> a\n\nb\n", "a.md").blocks

    assert [each.quoted for each in blocks if isinstance(each, Prose)] == [True, False]


@pytest.mark.parametrize(
    ("info", "language"),
    [("PromQL", "promql"), ("{.bash}", "bash"), ("sh -x", "sh"), ("", "")],
)
def test_the_language_is_the_first_word_of_the_info(info: str, language: str) -> None:
    (block,) = parse_document(f"~~~{info}\nx\n~~~\n", "a.md").blocks

    assert isinstance(block, CodeBlock)
    assert block.language == language


@pytest.mark.parametrize("text", ["```text\nx", "```text\nx\n", "```text\nx\n\n# y"])
def test_a_fence_that_is_never_closed_reaches_the_end(text: str) -> None:
    document = parse_document(text, "a.md")

    (block,) = document.blocks

    assert isinstance(block, CodeBlock)
    assert block.block.line == 1
    assert block.block.end_line <= len(document.lines)


def test_a_fence_in_a_list_begins_at_its_ticks() -> None:
    (block,) = parse_document("- ```text\n  x\n  ```\n", "a.md").blocks

    assert isinstance(block, CodeBlock)
    assert (block.block.column, block.block.end_line) == (3, 3)


def test_a_heading_in_a_fence_is_no_heading() -> None:
    blocks = parse_document(
        "````markdown\n# a\n```\n# b\n```\n````\n# c\n", "a.md"
    ).blocks

    assert [each.title for each in blocks if isinstance(each, Heading)] == ["c"]


def test_a_null_character_reads_as_a_replacement_character() -> None:
    document = parse_document("a\0b", "a.md")

    assert document.lines == ("a\ufffdb",)


def test_a_document_over_the_limit_is_not_read() -> None:
    document = parse_document("# T\n" + "x" * 600_000, "a.md")

    assert document.blocks == ()
    assert [each.kind for each in document.problems] == ["oversized-document"]
