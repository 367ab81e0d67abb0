from __future__ import annotations

import pytest

from runbookkit.markdown.anchors import AnchorNames, anchor_text, plain_text, slug
from runbookkit.markdown.document import parse_document
from runbookkit.model.document import Heading


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("Turn debug logging off", "turn-debug-logging-off"),
        ("Did a deploy precede the spike?", "did-a-deploy-precede-the-spike"),
        ("C++ / C#", "c--c"),
        ("1. Look, then act", "1-look-then-act"),
        ("snake_case and kebab-case", "snake_case-and-kebab-case"),
        ("Two  spaces", "two--spaces"),
        ("Überlauf im Café", "überlauf-im-café"),
        ("日本語 テスト", "日本語-テスト"),
        ("हिन्दी", "हिन्दी"),
        ("🚀 Deploy", "-deploy"),
        ("⚠️ Careful", "\ufe0f-careful"),
        (":rocket: Deploy", "rocket-deploy"),
        ("m² of rack", "m-of-rack"),
        ("Run `kubectl get pods -n shop`", "run-kubectl-get-pods--n-shop"),
        ("`__name__` is kept", "__name__-is-kept"),
        ("__Strong__ words", "strong-words"),
        ("A [link](https://a.b/c_(d)) inside", "a-link-inside"),
        ("A [reference][r] inside", "a-reference-inside"),
        ("![logo](logo.png) Loki", "-loki"),
        ("Cats &amp; dogs", "cats--dogs"),
        ("<https://a.b/c>", "httpsabc"),
        ("Set <code>x</code> <!-- why -->", "set-x-"),
        (r"\*Starred\*", "starred"),
    ],
)
def test_an_anchor_is_the_one_that_github_computes(heading: str, anchor: str) -> None:
    assert slug(anchor_text(heading)) == anchor


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("**bold**, *slanted* and __both__", "bold, slanted and both"),
        ("half**bold**words", "halfboldwords"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        (r"\*not slanted\*", "*not slanted*"),
        ("a `` `tick` `` and `code *as is*`", "a `tick` and code *as is*"),
        ("![alt](i.png) of [a [b] c](d.md)", "alt of a [b] c"),
        ("&lt;namespace&gt; &copy; &#65;", "<namespace> © A"),
        ("plain", "plain"),
    ],
)
def test_plain_text_is_what_a_page_shows(markdown: str, shown: str) -> None:
    assert plain_text(markdown) == shown


def test_repeated_headings_are_numbered_past_headings_of_that_name() -> None:
    names = AnchorNames()

    anchors = [names.name(each) for each in ("Look", "Look", "Look 1", "Look", "look")]

    assert anchors == ["look", "look-1", "look-1-1", "look-2", "look-3"]


def test_an_explicit_id_is_the_anchor_and_not_part_of_the_title() -> None:
    document = parse_document("## Look closely {#look}\n\n## Look\n", "a.md")

    headings = [each for each in document.blocks if isinstance(each, Heading)]

    assert [(each.title, each.anchor) for each in headings] == [
        ("Look closely", "look"),
        ("Look", "look"),
    ]


def test_ids_and_names_in_html_are_anchors_too() -> None:
    text = '<a name="old"></a>\n\nSee <span id=inline>this</span>.\n\n<div\nid="box">\n'

    document = parse_document(text, "a.md")

    assert document.anchors == {"old", "inline", "box"}
