from __future__ import annotations

import pytest

from runbookkit.markdown.document import parse_document
from runbookkit.model.document import FrontMatter
from runbookkit.model.span import Span

TEXT = """\
---
format: runbook/v1
alerts: [LokiDown, "LokiSlow"]
inputs:
  tenant:
    from: labels.tenant
access:
  - viewer
---

# Loki
"""


def front(text: str) -> FrontMatter:
    found = parse_document(text, "a.md").front_matter
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("format", Span(2, 9, 2, 19)),
        ("alerts.0", Span(3, 10, 3, 18)),
        ("alerts.1", Span(3, 20, 3, 30)),
        ("inputs.tenant.from", Span(6, 11, 6, 24)),
        ("access.0", Span(8, 5, 8, 11)),
    ],
)
def test_every_value_of_the_front_matter_has_its_place(path: str, place: Span) -> None:
    assert front(TEXT).places[path] == place


def test_every_key_of_the_front_matter_has_its_place() -> None:
    assert front(TEXT).keys["inputs.tenant"] == Span(5, 3, 5, 9)


def test_the_front_matter_counts_in_the_lines_of_the_body() -> None:
    document = parse_document(TEXT, "a.md")

    assert document.title is not None
    assert document.title.span.line == 11


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_other_line_ends_and_a_byte_order_mark_change_nothing(end: str) -> None:
    text = "\ufeff" + TEXT.replace("\n", end)

    assert parse_document(text, "a.md") == parse_document(TEXT, "a.md")


@pytest.mark.parametrize("text", ["---\n---\n", "---\n# only a comment\n---\n"])
def test_empty_front_matter_is_fine(text: str) -> None:
    document = parse_document(text, "a.md")

    assert front(text).data == {}
    assert document.problems == ()


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("---\na: [1\n---\n", 3, "not valid YAML"),
        ("---\na: 1\nb: c: d\n---\n", 3, "not valid YAML"),
        ("---\n- a\n---\n", 1, "must be a list of `key: value` lines"),
        ("---\na: &x 1\nb: *x\n---\n", 1, "anchors, aliases or merge keys"),
        ("---\n<<: {a: 1}\n---\n", 1, "anchors, aliases or merge keys"),
        ("---\na: 1\na: 2\n---\n", 3, "key 'a' stands twice"),
        ("---\na: " + "9" * 5_000 + "\n---\n", 1, "cannot be read"),
        ("---\na: " + "[" * 90_000 + "\n---\n", 1, "nests deeper"),
        ("---\na:\n " + "- " * 150 + "b\n---\n", 1, "nests deeper"),
        ("---\na: 1\n\n# never closed\n", 1, "not closed"),
    ],
)
def test_unreadable_front_matter_is_a_problem_with_a_place(
    text: str, line: int, said: str
) -> None:
    (problem,) = parse_document(text, "a.md").problems

    assert problem.kind == "unreadable-front-matter"
    assert said in problem.message
    assert problem.span.line == line


@pytest.mark.parametrize(
    "text", ["---\n\nNote: a rule above prose\n", "---\nSee: https://a.b\nthen: go", ""]
)
def test_a_thematic_break_is_not_taken_for_front_matter(text: str) -> None:
    document = parse_document(text.replace("See:", "See this:"), "a.md")

    assert document.front_matter is None
    assert document.problems == ()


def test_many_brackets_side_by_side_are_not_deep() -> None:
    pairs = "[[" * 60 + "]]" * 60

    assert front(f'---\na: "{pairs}"\nb: [{"[1], " * 80}]\n---\n').data["a"] == pairs


def test_an_ampersand_in_a_value_is_no_yaml_anchor() -> None:
    text = "---\ntitle: Search & rescue <<now>> 2 * 3\n---\n"

    assert front(text).data == {"title": "Search & rescue <<now>> 2 * 3"}


@pytest.mark.parametrize("day", ["2026-13-45", "2026-02-30", "2026-10-06T25:00:00Z"])
def test_a_day_that_no_calendar_has_is_text(day: str) -> None:
    document = parse_document(f"---\na: {day}\nb: 2026-11-01\n---\n", "a.md")

    assert front(f"---\na: {day}\nb: 1\n---\n").data == {"a": day, "b": 1}
    assert document.problems == ()
