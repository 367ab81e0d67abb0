from __future__ import annotations

import string

import pytest
from hypothesis import HealthCheck, assume, given, settings, strategies as st

from runbookkit.errors import RunbookkitError
from runbookkit.queries.language import Checked, Language
from runbookkit.queries.registry import language_of, languages

FAMILY = pytest.mark.parametrize("language", languages(), ids=lambda each: each.name)
ANYTHING = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60
)
# where a value may land; a language takes the first of these that it accepts
CARRIERS = (
    "echo {}",
    '{{a="{}", b="c"}}',
    '{{ .a = "{}" }}',
    'BEGIN {{ printf("{}"); exit(); }}',
    'service="{}"',
)
TEXT = st.text() | st.text(
    alphabet=string.printable + "«»\u202e\ufeff\u2028\ufffdé☃😀", max_size=80
)
# words that mean something in one language or another
WORDS = st.lists(
    st.sampled_from(
        [
            *("{", "}", "(", ")", "[", "]", '"', "'", "`", "\\", "|", "|=", "=~", "!~"),
            *(
                "&&",
                "||",
                ">>",
                "=",
                "==",
                ",",
                ".",
                "#",
                "//",
                "/*",
                "*/",
                "\n",
                "$",
                "{{",
            ),
            *(
                "sum",
                "rate",
                "by",
                "json",
                "unwrap",
                "offset",
                "nil",
                "status",
                "5m",
                "0x",
                "1e",
            ),
            *(
                "app",
                '"x"',
                "`(`",
                "span.a",
                "nan",
                "or",
                "bool",
                "kprobe:f",
                "BEGIN",
                "@a",
            ),
            *("if", "then", "fi", "<<EOF", "$(", "kubectl", "delete", "-", "--", "+"),
        ]
    ),
    max_size=40,
)


def carrier(language: Language) -> str:
    for text in CARRIERS:
        result = language.check(text.format("x"), "")
        if not any(problem.level == "error" for problem in result.problems):
            return text
    pytest.fail(f"{language.name}: add a query that holds a value to CARRIERS")


def shape(checked: Checked) -> tuple[object, ...]:
    errors = [each.message for each in checked.problems if each.level == "error"]
    return errors, checked.metrics, checked.kind


@FAMILY
def test_has_a_name_of_its_own(language: Language) -> None:
    assert language.name == language.name.lower()
    assert language.fences
    assert language.tools
    assert [language_of(fence) for fence in language.fences] == (
        [language] * len(language.fences)
    )


@FAMILY
@ANYTHING
@given(text=TEXT | WORDS.map(" ".join) | WORDS.map("".join))
def test_never_raises_and_finds_problems_inside_the_text(
    language: Language, text: str
) -> None:
    result = language.check(text, "")

    assert isinstance(result, Checked)
    for problem in result.problems:
        assert 0 <= problem.start <= problem.end <= len(text)
        assert problem.message


@pytest.mark.parametrize(
    "language",
    [each for each in languages() if each.reads],
    ids=lambda each: each.name,
)
@pytest.mark.parametrize("text", ["", " ", "\n\t\n"], ids=repr)
def test_a_text_that_asks_nothing_is_a_problem(language: Language, text: str) -> None:
    problems = language.check(text, "").problems

    assert any(problem.level == "error" for problem in problems)


@FAMILY
@ANYTHING
@given(version=st.text(max_size=12) | st.from_regex(r"v?\d+(\.\d+)*", fullmatch=True))
def test_takes_any_version(language: Language, version: str) -> None:
    assert isinstance(language.check(carrier(language).format("x"), version), Checked)


@FAMILY
@pytest.mark.parametrize(
    "piece", ["(", "[", "{", "((", "sum(", "-", "!", "x + ", "$(", '"', "\\", "{ ( "]
)
@pytest.mark.timeout(20)
def test_bears_deep_and_long_text(language: Language, piece: str) -> None:
    for count in (300, 8_000):
        assert isinstance(language.check(piece * count, ""), Checked)


@FAMILY
@ANYTHING
@given(value=TEXT | st.text(alphabet="\"'`\\{}$()|;&#\n\0%x \t", max_size=20))
def test_no_value_changes_the_shape_of_a_query(language: Language, value: str) -> None:
    around = carrier(language)
    try:
        quoted = language.quote(value)
    except RunbookkitError:
        assume(False)

    assert shape(language.check(around.format(quoted), "")) == (
        shape(language.check(around.format("x"), ""))
    )
