from __future__ import annotations

import pytest

from runbookkit.lint.choices import choices
from runbookkit.lint.order import misplaced
from runbookkit.lint.stubs import has_content, is_stub
from runbookkit.markdown.document import parse_document
from runbookkit.model.runbook import Section
from runbookkit.model.span import Span
from runbookkit.model.template import Template, TemplateSection


@pytest.mark.parametrize(
    "text",
    [
        *("", "TODO", "*TBD*", "**TODO:** ask the storage team", "tbd.", "N/A", "n/a"),
        *("-", "...", "…", "?", "???", "FIXME", "WIP", "XXX", "To be added."),
        *("Not yet documented", "Coming soon!", "Lorem ipsum dolor sit amet"),
        "<Insert site specific measures, for example to grow a volume.>",
        "[TODO: steps]",
        "Describe the impact here.",
        "<!-- a remark -->",
        "to be defined by the storage team",
    ],
)
def test_a_placeholder_says_nothing(text: str) -> None:
    assert is_stub(text)


@pytest.mark.parametrize(
    "text",
    [
        *("None.", "No user notices.", "Nothing to do: it heals.", "42"),
        "Add a disk to the node.",
        "Todoist is down.",
        "Describe the pod with `kubectl describe pod`.",
        "To be on the safe side, page the platform lead.",
        "See the TODO list of the team.",
        "<namespace> is the tenant.",
    ],
)
def test_a_short_answer_is_one(text: str) -> None:
    assert not is_stub(text)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("### A\n\n### B\n", False),
        ("### A\n\nTODO\n", False),
        ("### A\n\nLook.\n", True),
        ("- TODO\n- TBD\n", False),
        ("<!-- write\nme -->\n", False),
        ("<Insert measures here>\n", False),
        ('<img src="a.png">\n', True),
        ("<details>\n\nLook.\n\n</details>\n", True),
        ("```bash\n\n```\n", False),
        ("| a | b |\n|---|---|\n", False),
        ("| a | b |\n|---|---|\n| - | TBD |\n", False),
        ("| a | b |\n|---|---|\n| 1 | TBD |\n", True),
    ],
)
def test_content_is_more_than_headings_and_placeholders(
    text: str, answer: bool
) -> None:
    assert has_content(parse_document(text, "a.md").blocks) is answer


@pytest.mark.parametrize(
    ("order", "moves"),
    [
        ("abcd", []),
        ("bacd", ["a"]),
        ("dabc", ["d"]),
        ("abdc", ["d"]),
        ("axbxc", []),
        ("aabb", []),
        ("dcba", ["d", "c", "b"]),
    ],
)
def test_the_fewest_sections_are_out_of_order(order: str, moves: list[str]) -> None:
    template = Template(
        "t.md", "runbook/v1", "T", (), tuple(TemplateSection(x, False) for x in "abcd")
    )
    sections = tuple(
        Section(each, each, Span(line, 1, line, 2), line, key=each.strip("x"))
        for line, each in enumerate(order, 1)
    )

    found = [section.title for section, _ in misplaced(sections, template)]

    assert sorted(found) == sorted(moves)


def test_a_key_without_a_list_of_words_is_free() -> None:
    assert choices("the service, equal to its `service` label") == ()
    assert choices("`a`, which stands alone") == ()
