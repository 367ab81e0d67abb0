"""Fixes change what they say and nothing else."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from runbookkit.lint.fixes import apply_fixes, diff
from runbookkit.markdown.lines import split_lines
from runbookkit.model.finding import Edit, Finding, Fix
from runbookkit.model.span import Span
from servers import need


def fix(*edits: tuple[Span, str], safe: bool = True) -> Finding:
    mend = Fix("mend", tuple(Edit(span, text) for span, text in edits), safe)
    return Finding("a.md", Span(1, 1, 1, 1), "RB1", "x", "error", "y", mend)


def test_line_ends_and_byte_order_mark_stay() -> None:
    text = "\ufeff# A\r\n\r\n```\r\nls\r\n```\r\n"

    fixed = apply_fixes(
        text,
        [
            fix((Span(1, 1, 1, 1), "x")),
            fix((Span(3, 4, 3, 4), "bash\n# two")),
            fix((Span(9, 1, 9, 1), "\n## End\n")),
        ],
    )

    assert fixed.text == (
        "\ufeffx# A\r\n\r\n```bash\r\n# two\r\nls\r\n```\r\n\r\n## End\r\n"
    )


def test_a_whole_line_can_go() -> None:
    assert apply_fixes("a\nb\nc", [fix((Span(2, 1, 3, 1), ""))]).text == "a\nc"


def test_a_place_behind_its_line_is_the_end_of_the_line() -> None:
    assert apply_fixes("ab\r\nc", [fix((Span(1, 99, 1, 99), "!"))]).text == "ab!\r\nc"


def test_of_two_that_overlap_the_first_wins_and_the_other_waits() -> None:
    first = fix((Span(1, 1, 1, 4), "X"))
    second = fix((Span(1, 3, 1, 6), "Y"))
    third = fix((Span(1, 4, 1, 5), "Z"))

    fixed = apply_fixes("abcdef", [first, second, third])

    assert fixed.text == "XZef"
    assert fixed.applied == (first, third)
    assert fixed.waiting == (second,)


def test_two_insertions_in_one_place_take_turns() -> None:
    here = Span(1, 1, 1, 1)

    fixed = apply_fixes("a", [fix((here, "x")), fix((here, "x"))])

    assert fixed.text == "xa"
    assert len(fixed.waiting) == 1


def test_a_fix_goes_in_whole_or_not_at_all() -> None:
    first = fix((Span(1, 2, 1, 3), "X"))
    both = fix((Span(1, 1, 1, 2), "Y"), (Span(1, 2, 1, 4), "Y"))

    assert apply_fixes("abcd", [first, both]).text == "aXcd"


@pytest.mark.parametrize(
    "edits", [(), ((Span(2, 1, 1, 1), "x"),), ((Span(1, 3, 1, 1), "x"),)]
)
def test_a_fix_that_makes_no_sense_is_left_out(
    edits: tuple[tuple[Span, str], ...],
) -> None:
    fixed = apply_fixes("abc\nd", [fix(*edits)])

    assert fixed.text == "abc\nd"
    assert len(fixed.waiting) == 1


def test_what_may_change_the_meaning_is_only_done_when_asked_for() -> None:
    risky = fix((Span(1, 1, 1, 2), "X"), safe=False)

    assert apply_fixes("a", [risky]).text == "a"
    assert apply_fixes("a", [risky]).waiting == ()
    assert apply_fixes("a", [risky], unsafe=True).text == "X"


texts = st.text(st.sampled_from("ab\r\n\u2028\x0c\ufeff日"), max_size=30)
spans = st.builds(
    Span, st.integers(1, 9), st.integers(1, 9), st.integers(1, 9), st.integers(1, 9)
)
marks = st.text("XY", max_size=3)


@given(texts, st.lists(st.builds(lambda s, t: fix((s, t)), spans, marks), max_size=6))
def test_what_is_not_edited_is_kept_in_order(
    text: str, findings: list[Finding]
) -> None:
    fixed = apply_fixes(text, findings)

    kept = iter(text)
    rest = re.sub("[XY]", "", fixed.text)
    assert all(char in kept for char in rest)
    assert len(fixed.applied) + len(fixed.waiting) == len(findings)
    for finding in fixed.applied:
        assert finding.fix is not None
        assert finding.fix.edits[0].text in fixed.text


@given(texts, spans, marks)
def test_an_edit_replaces_what_the_parser_sees_there(
    text: str, span: Span, mark: str
) -> None:
    lines = split_lines(text)
    line = min(span.line, len(lines))
    start = min(span.column, len(lines[line - 1]) + 1)
    end = min(max(span.end_column, start), len(lines[line - 1]) + 1)

    fixed = apply_fixes(text, [fix((Span(line, start, line, end), mark))])

    old = lines[line - 1]
    new = list(split_lines(fixed.text))
    assert new[line - 1] == old[: start - 1] + mark + old[end - 1 :]
    assert new[: line - 1] + new[line:] == [*lines[: line - 1], *lines[line:]]
    assert re.findall(r"\r\n?|\n", fixed.text) == re.findall(r"\r\n?|\n", text)


def test_a_diff_shows_the_change() -> None:
    assert diff("a.md", "# A\n\nls\n", "# A\n\nls -l") == (
        "--- a/a.md\n"
        "+++ b/a.md\n"
        "@@ -1,3 +1,3 @@\n"
        " # A\n"
        " \n"
        "-ls\n"
        "+ls -l\n"
        "\\ No newline at end of file\n"
    )


def test_no_change_has_no_diff() -> None:
    assert diff("a.md", "a\x0cb\n", "a\x0cb\n") == ""


@pytest.mark.program
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\nb\n", "a\nc\n"),
        ("a\r\nb\r\n", "a\r\nb\r\nc\r\n"),
        ("a", "a\n"),
        ("a\x0cb\u2028c\nd", "a\x0cb\u2028c\ne"),
        ("\ufeffa\rb\n", "\ufeffa\rc\n"),
    ],
)
def test_git_applies_a_diff(tmp_path: Path, before: str, after: str) -> None:
    git = need("git")
    file = tmp_path / "a.md"
    file.write_bytes(before.encode())

    subprocess.run(
        [git, "apply", "--whitespace=nowarn", "-"],
        input=diff("a.md", before, after).encode(),
        check=True,
        cwd=tmp_path,
    )

    assert file.read_bytes() == after.encode()
