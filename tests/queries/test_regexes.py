from __future__ import annotations

import pytest

from runbookkit.queries import regexes
from runbookkit.queries.literals import regex_problem


@pytest.mark.parametrize(
    "pattern",
    [
        *("", ".*", "é", "a{", "x{,3}", "[]a]", "a(?i)b", "(?s:.)", "(?U)a+"),
        *("[[:alpha:]]", "(?P<x>a)", "(?<x>a)", r"a\z", r"\pL", r"\p{Greek}"),
        *(r"\Qa.b\E", r"\x{1F600}"),
    ],
)
def test_takes_what_re2_takes(pattern: str) -> None:
    assert regexes.fault(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "message", "piece"),
    [
        ("a(?=b)", "RE2 has no lookaround", "(?="),
        ("(?<!a)b", "RE2 has no lookbehind", "(?<"),
        (r"(a)\1", "RE2 has no backreferences", r"\1"),
        ("(?>a)", "RE2 has no atomic groups", "(?>"),
        ("a**", "two repetitions stand side by side", "**"),
        ("a{1001}", "a repetition may count to 1000 at most", "{1001}"),
        ("(a", "a `(` is never closed", ""),
        ("a)", "a `)` closes nothing", ""),
        ("[a", "a `[` is never closed", ""),
        ("*", "there is nothing to repeat before it", "*"),
        ("a\\", "a backslash stands at the end", ""),
        (r"\C", "servers do not know it", r"\C"),
        ("(?P<é>a)", "servers do not know it", "(?P<é>"),
    ],
)
def test_says_what_re2_refuses(pattern: str, message: str, piece: str) -> None:
    fault = regexes.fault(pattern)

    assert fault is not None
    assert fault.message.startswith(message)
    assert fault.piece.startswith(piece)


@pytest.mark.parametrize(
    ("literal", "marked"),
    [('"a(?!b)"', "(?!"), (r'"(a)\\1"', r"\\1"), (r"`(a)\1`", r"\1"), ('"("', '"("')],
)
def test_marks_the_piece_that_is_to_blame(literal: str, marked: str) -> None:
    problem = regex_problem(literal, 10)

    assert problem is not None
    assert literal[problem.start - 10 : problem.end - 10] == marked


def test_a_matcher_takes_the_whole_value() -> None:
    assert regexes.matches_whole("a|b", "b")
    assert not regexes.matches_whole("a|b", "ab")
    assert regexes.matches_whole(".+", "two\nlines")


def test_names_groups_in_order() -> None:
    assert regexes.group_names("(?P<b>x)(y)(?P<a>z)") == ("b", "a")
