from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from runbookkit.errors import QuotingError
from runbookkit.queries.bpftrace_tokens import read_program
from runbookkit.queries.quoting import MissingValueError, UnsafeValueError, render

VALUES = {
    "tenant": "fake",
    "count": 3,
    "ratio": 2.0,
    "share": 0.25,
    "on": True,
    "pods": ["a", "b"],
    "nothing": None,
    "labels": {"pod": "web-1"},
    "labels.node": "n1",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no names", "no names"),
        ("{{ tenant }} and {{tenant}}", "fake and fake"),
        ("{{ count }} {{ ratio }} {{ share }} {{ on }}", "3 2 0.25 true"),
        ("{{ labels.pod }} {{ labels.node }}", "web-1 n1"),
        ("{{ tenant | upper }}", "FAKE"),
        ("{{ missing | default('x y') }}", "x y"),
        ("{{ share | round(1) }}", "0.2"),
        ("{{ pods | join(',') }}", "a,b"),
        ("{{ tenant | replace('f', 'c') | upper }}", "CAKE"),
        ("{{ tenant | urlencode }}/{% if %}{# no #}", "fake/{% if %}{# no #}"),
    ],
)
def test_puts_values_in_place_of_names(text: str, expected: str) -> None:
    assert render(text, "text", VALUES) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ missing }}", "there is no value for 'missing'"),
        ("{{ missing | upper }}", "there is no value for 'missing'"),
        ("{{ labels.missing }}", "there is no value for 'labels.missing'"),
        ("{{ labels.items }}", "there is no value for 'labels.items'"),
        ("{{ nothing }}", "'nothing' is nothing, not a text"),
        ("{{ labels }}", "'labels' is dict, not a text"),
        ("{{ pods }}", r"'pods' is a list, not a text; write {{ pods \| join"),
        ("{{ tenant | round }}", "cannot be worked out"),
        ("{{ tenant.x }}", "`tenant.x` is not a plain name"),
        ("{{ tenant | attr('x') }}", "`attr` is no filter"),
        ("{{ tenant", "never closed"),
    ],
)
def test_a_name_without_a_value_is_an_error(text: str, message: str) -> None:
    with pytest.raises(MissingValueError, match=message):
        render(text, "text", VALUES)


@pytest.mark.parametrize("value", ["a\0b", "a\x1b[2J", "a\u202eb", "a\rb", "a\x85b"])
@pytest.mark.parametrize("language", ["text", "bash", "bpftrace"])
def test_a_value_may_not_hide_what_is_shown(value: str, language: str) -> None:
    with pytest.raises(QuotingError, match="control character U"):
        render('echo "{{ x }}"', language, {"x": value})


@pytest.mark.parametrize(
    "value", ["db-1", "10.0.0.1", "me@db.example", "fe80::1", "db-1,db-2, db-3"]
)
def test_a_host_is_a_name_or_an_address(value: str) -> None:
    assert render("{{ x }}", "host", {"x": value}) == value


@pytest.mark.parametrize(
    "value", ["-oProxyCommand=id", "a b", "a;b", "", "$(id)", "é", "a,-b"]
)
def test_nothing_else_is_a_host(value: str) -> None:
    with pytest.raises(UnsafeValueError, match="names no host"):
        render("{{ x }}", "host", {"x": value})


def test_values_are_not_quoted_for_a_language_nobody_knows() -> None:
    with pytest.raises(UnsafeValueError, match="no language 'cobol' is known"):
        render("{{ x }}", "cobol", {"x": "a"})


@pytest.mark.parametrize(
    ("language", "text", "value", "expected"),
    [
        ("promql", 'up{job="{{ x }}"}', 'a"b\\', 'up{job="a\\x22b\\\\"}'),
        ("promql", "up{job='{{ x }}'}", "a'b", "up{job='a\\x27b'}"),
        ("promql", "up{job=`{{ x }}`}", 'a"b', 'up{job=`a"b`}'),
        ("promql", "rate(x[{{ x }}])", "1h30m", "rate(x[1h30m])"),
        ("promql", "x > {{ x }}", "-2.5e3", "x > -2.5e3"),
        ("promql", "{{ x }}_total", "errors", "errors_total"),
        ("promql", "up # {{ x }}, it's", "don't (", "up # don't (, it's"),
        ("logql", '{a="b"} |= `{{ x }}`', "50% (\\d)", '{a="b"} |= `50% (\\d)`'),
        ("traceql", '{ name = "{{ x }}" }', 'a" }', '{ name = "a\\x22 }" }'),
        ("jaeger", 'service="{{ x }}"', 'a" b="', 'service="a\\x22 b=\\x22"'),
        (
            "bpftrace",
            'BEGIN /comm == "{{ x }}"/ {}',
            'a"b',
            'BEGIN /comm == "a\\"b"/ {}',
        ),
        ("bpftrace", "BEGIN /pid == {{ x }}/ {}", "42", "BEGIN /pid == 42/ {}"),
        ("bpftrace", "// it's {{ x }}\nBEGIN {}", "a b", "// it's a b\nBEGIN {}"),
    ],
)
def test_a_value_is_written_as_its_place_in_a_query_wants_it(
    language: str, text: str, value: str, expected: str
) -> None:
    assert render(text, language, {"x": value}) == expected


@pytest.mark.parametrize(
    ("language", "text", "value", "why"),
    [
        ("promql", "up{job=`{{ x }}`}", "a`b", "it would end the string"),
        ("promql", "rate(x[{{ x }}])", "5m]) or (x", "only a number, a duration"),
        ("promql", "sum {{ x }} (y)", "by", "only a number, a duration or a name"),
        ("bpftrace", 'BEGIN /comm == "\\{{ x }}"/ {}', '"', "the backslash before"),
        ("promql", "{{ x }}", "", "only a number, a duration or a name"),
        ("promql", "{{ x }}", "a-b", "only a number, a duration or a name"),
        ("promql", "up # {{ x }}", "a\nor b", "it would end the comment"),
        ("promql", "up # it's\n+ {{ x }} # it's", "a b", "only a number"),
        ("bpftrace", "/* {{ x }} */ BEGIN {}", "*/ END {}", "would end the comment"),
        ("bpftrace", 'BEGIN { printf("{{ x }}"); }', "%s", "% asks for an argument"),
        ("bpftrace", "uprobe:{{ x }}:f { }", "/bin/sh", "only a number"),
    ],
)
def test_a_value_that_would_change_a_query_is_refused(
    language: str, text: str, value: str, why: str
) -> None:
    with pytest.raises(UnsafeValueError, match=why):
        render(text, language, {"x": value})


HOSTILE = st.text(
    st.one_of(
        st.sampled_from(
            "\"'`$(){}[]<>|&;\\!#*?~ \n\t\0=-%/,.:@^x1é\u2019\u201c\u201d\uff02\uff07\uff1b\u2028\ud800"
        ),
        st.characters(),
    ),
    max_size=12,
)


@given(HOSTILE)
def test_no_value_changes_the_tokens_of_a_bpftrace_program(value: str) -> None:
    text = 'kprobe:f /comm == "{{ x }}"/ { @["a {{ x }}"] = count(); } END { exit(); }'
    try:
        rendered = render(text, "bpftrace", {"x": value})
    except QuotingError:
        return

    before, after = read_program(text), read_program(rendered)

    assert after.problems == ()
    assert [
        [(token.kind, token.text) for token in probe.body if token.kind != "string"]
        for probe in after.probes
    ] == [
        [(token.kind, token.text) for token in probe.body if token.kind != "string"]
        for probe in before.probes
    ]


@given(HOSTILE, st.sampled_from(["promql", "logql", "traceql", "bpftrace"]))
def test_outside_of_a_string_a_value_stays_one_word(value: str, language: str) -> None:
    try:
        rendered = render("a {{ x }} b", language, {"x": value})
    except QuotingError:
        return

    assert rendered.split() == ["a", value, "b"]
