from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from lint.examples import lint_files
from runbookkit.lint.invisible import invisible_in
from runbookkit.lint.registry import rule_of
from runbookkit.model.finding import Finding


def found(text: str) -> tuple[Finding, ...]:
    return lint_files({"a.md": text}, [rule_of("RB907")]).findings


@pytest.mark.parametrize(
    ("text", "column", "name"),
    [
        ("kube\u200bctl", 5, "U+200B ZERO WIDTH SPACE"),
        ("a\ufeffb", 2, "U+FEFF BYTE ORDER MARK"),
        ("in\u00adcident", 3, "U+00AD SOFT HYPHEN"),
        ("rm \u202egnp.exe\u202c", 4, "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("a\u2066b", 2, "U+2066 LEFT-TO-RIGHT ISOLATE"),
        ("a\u200db", 2, "U+200D ZERO WIDTH JOINER"),
        ("a\ufe0fb", 2, "U+FE0F VARIATION SELECTOR-16"),
        ("x\U000e0068\U000e0069", 2, "(spelling 'hi')"),
        ("a\x1b[31mb", 2, "U+001B CONTROL CHARACTER"),
        ("a\u2028b", 2, "U+2028 LINE SEPARATOR"),
        ("a\u200b\u200b\u200bb", 2, "and 2 more"),
        ("run `kubectl\u00a0get`", 13, "U+00A0 NO-BREAK SPACE"),
    ],
)
def test_a_hidden_character_is_named_where_it_stands(
    text: str, column: int, name: str
) -> None:
    finding = found(text)[0]

    assert (finding.span.line, finding.span.column) == (1, column)
    assert name in finding.message
    assert finding.level == "error"


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffA byte order mark in front of the file",
        "family \U0001f468\u200d\U0001f469\u200d\U0001f467",
        "pilot \U0001f469\U0001f3fd\u200d\u2708\ufe0f",
        "rainbow \U0001f3f3\ufe0f\u200d\U0001f308",
        "careful \u26a0\ufe0f",
        "press 1\ufe0f\u20e3",
        "Scotland \U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\u0915\u094d\u200d\u0937",
        "\u05e9\u05dc\u05d5\u05dd\u200f!",
        "10\u00a0% of the requests",
        "caf\u00e9, \u4f60\u597d, \u2192, \u2500\u2500",
        "a\tb",
    ],
)
def test_what_an_emoji_or_a_script_needs_is_fine(text: str) -> None:
    assert not found(text)


def test_hidden_characters_in_front_matter_and_comments_count() -> None:
    text = "---\ntitle: a\u200bb\n---\n\n<!-- a\u200bb -->\n\n```bash\nls\u200b\n```\n"

    assert [each.span.line for each in found(text)] == [2, 5, 8]


def test_only_what_merely_hides_is_removed_safely() -> None:
    hidden, ordering, spaced = found("a\u200bb\n\na\u202eb\n\n`a\u00a0b`")

    assert [each.fix.safe for each in (hidden, ordering, spaced) if each.fix] == [
        True,
        False,
        False,
    ]
    assert hidden.fix is not None
    assert hidden.fix.edits[0].text == ""


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40))
def test_every_run_lies_inside_its_line_and_none_overlap(line: str) -> None:
    end = 0
    for run in invisible_in(line):
        assert end <= run.start < run.end <= len(line)
        assert line[run.start : run.end] == run.text
        end = run.end


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126)))
def test_plain_text_is_never_invisible(line: str) -> None:
    assert not list(invisible_in(line))
