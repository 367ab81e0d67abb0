from __future__ import annotations

from hypothesis import given, strategies as st

from runbookkit.app.postmortems.blocks import block, merged
from runbookkit.app.postmortems.front import front_line, merged_front

NAMES = ("summary", "timeline", "lessons")
texts = st.text(st.characters(exclude_characters="\r"), max_size=60)
written = st.lists(
    texts | st.just(block("lessons", "copied")) | st.just("<!-- end: summary -->"),
    min_size=4,
    max_size=4,
)
contents = st.fixed_dictionaries(dict.fromkeys(NAMES, texts))


def document(prose: list[str], made: dict[str, str]) -> str:
    parts = [prose[0]]
    for name, text in zip(NAMES, prose[1:], strict=True):
        parts += [block(name, made[name]), text]
    return "\n".join(parts)


@given(st.lists(texts, min_size=4, max_size=4), contents, contents)
def test_what_people_wrote_stays_and_the_rest_is_made_again(
    prose: list[str], old: dict[str, str], new: dict[str, str]
) -> None:
    found = merged(document(prose, old), new)

    assert found.text == document(prose, new)
    assert not found.edited
    assert not found.missing


@given(written, contents, contents)
def test_no_line_outside_of_blocks_is_lost(
    prose: list[str], old: dict[str, str], new: dict[str, str]
) -> None:
    found = merged(document(prose, old), new)

    rest = found.text
    for text in prose:
        if "<!--" not in text:
            assert text in rest
            rest = rest[rest.index(text) + len(text) :]


@given(contents, contents, texts)
def test_a_block_that_somebody_changed_is_theirs(
    old: dict[str, str], new: dict[str, str], more: str
) -> None:
    before = document(["", "", "", ""], old)
    place = block("timeline", old["timeline"])
    theirs = place.replace("\n\n<!-- end", f"\n{more}|\n\n<!-- end")

    found = merged(before.replace(place, theirs, 1), new)

    assert theirs in found.text
    assert found.edited == ("timeline",)


def test_a_block_that_was_deleted_stays_away() -> None:
    made = dict.fromkeys(NAMES, "old")
    text = document(["a", "b", "c", "d"], made).replace(block("summary", "old"), "")

    found = merged(text, dict.fromkeys(NAMES, "new"))

    assert found.missing == ("summary",)
    assert "summary" not in found.text


def test_spaces_that_an_editor_strips_change_nothing() -> None:
    text = block("summary", "a  \nb")

    found = merged(text.replace("a  ", "a"), {"summary": "new"})

    assert found.text == block("summary", "new")


def test_front_matter_that_somebody_changed_is_theirs() -> None:
    lines = [front_line("status", "draft"), front_line("severity", "sev2")]
    lines[0] = lines[0].replace("draft", "in-review", 1)
    again = {
        "status": front_line("status", "draft"),
        "severity": front_line("severity", "sev1"),
        "resolved": front_line("resolved", "2026-11-20T12:00:00Z"),
    }

    found = merged_front([*lines, "authors: [a role]"], again)

    assert found == [
        lines[0],
        again["severity"],
        "authors: [a role]",
        again["resolved"],
    ]
