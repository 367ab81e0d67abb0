from __future__ import annotations

import pytest

from runbookkit.markdown.document import parse_document
from runbookkit.model.document import Link


def links(text: str) -> list[Link]:
    return sorted(parse_document(text, "a.md").links, key=lambda link: link.span)


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("[a](b.md)", ["b.md"]),
        ("[a](<b c.md>)", ["b c.md"]),
        ('[a](b.md "title (x)")', ["b.md"]),
        ("[a](https://a.b/x_(y)_z)", ["https://a.b/x_(y)_z"]),
        ("[a [b] c](d.md)", ["d.md"]),
        ("[a](#look)", ["#look"]),
        ("[a]()", [""]),
        ("![alt](i.png)", ["i.png"]),
        ("[![alt](i.svg)](page.md)", ["page.md", "i.svg"]),
        ("<https://a.b/c>", ["https://a.b/c"]),
        ("See https://a.b/c, or https://d.e/f.", ["https://a.b/c", "https://d.e/f"]),
        ("(https://a.b/c)", ["https://a.b/c"]),
        ("https://a.b/x_(y)", ["https://a.b/x_(y)"]),
        ('[a]({{< ref "b.md" >}})', ['{{< ref "b.md" >}}']),
        ("[a]({{% relref b.md %}})", ["{{% relref b.md %}}"]),
        ("`[a](b.md) https://a.b`", []),
        ("[a] (b.md)", []),
        ("[https://a.b](https://c.d)", ["https://c.d"]),
        ("<a href=https://a.b> 'https://c.d'", []),
        ("https://a.b/c)))", ["https://a.b/c"]),
        ("| x |\n|---|\n| [a](b.md) |", ["b.md"]),
        ("## See [a](b.md)", ["b.md"]),
    ],
)
def test_links_are_found_where_a_page_shows_them(text: str, targets: list[str]) -> None:
    assert [link.target for link in links(text)] == targets


@pytest.mark.parametrize("use", ["[Design][d]", "[d][]", "[d]", "[Design][ D ]"])
def test_a_reference_link_leads_where_its_definition_says(use: str) -> None:
    found = links(f"Read {use} first.\n\n[d]: design.md 'The design'\n")

    assert [link.target for link in found] == ["design.md"]


def test_an_undefined_reference_is_no_link() -> None:
    assert links("Read [this][d] and [ ] that.\n\n[e]: e.md\n") == []


def test_a_link_knows_its_place_in_a_list_in_a_quote() -> None:
    text = "> - see\n>   [the page](b.md) now\n"

    (link,) = links(text)

    assert (link.span.line, link.span.column, link.span.end_column) == (2, 5, 21)


def test_a_fence_holds_no_links() -> None:
    assert links("```text\n[a](b.md) https://a.b\n```\n") == []


def test_many_images_in_an_open_bracket_are_read_in_no_time() -> None:
    assert len(links("[" + "![x](y)" * 2_000)) == 2_000


def test_a_comment_is_found_in_prose_and_on_its_own_but_not_in_code() -> None:
    text = "a <!-- one --> `<!-- no -->`\n\n<!-- two\nlines -->\n"

    comments = parse_document(text, "a.md").comments

    assert [each.text for each in comments] == [" one ", " two\nlines "]
    assert [(each.span.line, each.span.end_line) for each in comments] == [
        (1, 1),
        (3, 4),
    ]
