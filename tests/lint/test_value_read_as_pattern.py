from __future__ import annotations

import pytest

from lint.examples import example_files, lint_files
from runbookkit.lint.registry import rule_of

RULE = rule_of("RB313")


def findings(query: str, language: str = "promql", *, pattern: str = "") -> list[int]:
    (path, text), *_ = example_files(RULE, "Bad").items()
    if pattern:
        text = text.replace(
            "from: labels.pod", f"from: labels.pod\n    pattern: '{pattern}'"
        )
    text = text.replace('up{pod=~"{{ pod }}"}', query).replace(
        "```promql", f"```{language}"
    )
    return [each.span.column for each in lint_files({path: text}, [RULE]).findings]


@pytest.mark.parametrize(
    ("language", "query"),
    [
        ("promql", 'up{pod!~"{{ pod }}.*"}'),
        ("promql", 'up{pod=~"a|{{ pod }}"}'),
        ("logql", '{app="x"} |~ "{{ pod }}"'),
        ("logql", '{app=~"{{ pod }}"}'),
        ("traceql", '{ span.pod =~ "{{ pod }}" }'),
    ],
)
def test_a_value_in_a_pattern_is_found_at_its_place(language: str, query: str) -> None:
    assert findings(query, language) == [query.index("{{") + 1]


@pytest.mark.parametrize(
    ("language", "query"),
    [
        ("promql", 'up{pod="{{ pod }}"}'),
        ("promql", 'up{job=~"a.*", pod="{{ pod }}"}'),
        ("logql", '{app="x"} |= "{{ pod }}"'),
        ("logql", '{app=~"x.*"} |= "{{ pod }}"'),
        ("traceql", '{ span.pod = "{{ pod }}" }'),
    ],
)
def test_a_value_that_equals_is_fine(language: str, query: str) -> None:
    assert not findings(query, language)


def test_an_input_of_plain_characters_means_itself_in_a_pattern() -> None:
    query = 'up{pod=~"{{ pod }}"}'

    assert not findings(query, pattern="[a-z0-9-]+")
    assert not findings(query, pattern="[a-f0-9]{32}")
    assert not findings(query, pattern="[a-f0-9]{32}|all")
    assert findings(query, pattern=".+")
    assert findings(query, pattern="[a-z.]+")
