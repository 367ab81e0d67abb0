from __future__ import annotations

from lint.examples import Linted, lint_files
from lint.handbooks import alert, rules
from runbookkit.lint.registry import rule_of


def lint(text: str, code: str) -> Linted:
    return lint_files({"rules.yaml": text}, [rule_of(code)])


def test_a_file_that_is_no_yaml_is_an_error_where_it_breaks() -> None:
    (finding,) = lint(
        "groups:\n- rules:\n  - alert: A\n   expr: up\n", "AL111"
    ).findings

    assert finding.span.line == 4


def test_a_rule_that_neither_alerts_nor_records_is_an_error() -> None:
    (finding,) = lint(
        "groups:\n- rules:\n  - expr: up\n  - alert: A\n    expr: up\n", "AL111"
    ).findings

    assert "needs `alert:` or `record:`" in finding.message
    assert finding.span.line == 3


def test_a_hold_that_is_no_duration_is_an_error() -> None:
    text = rules(
        *(alert("A", hold=hold) for hold in ("5m", "a while", "1h30m", "5 m", "0"))
    )

    linted = lint(text, "AL111")

    assert [finding.span.line for finding in linted.findings] == [9, 15]


def test_a_hold_that_is_filled_in_later_is_not_judged() -> None:
    assert not lint(rules(alert("A", hold="'{{ hold }}'")), "AL111").findings


def test_a_template_of_a_rule_file_is_not_judged() -> None:
    linted = lint(
        "{{- if .Values.rules }}\ngroups:\n- rules:\n  - alert: A\n{{- end }}\n",
        "AL111",
    )

    assert not linted.findings
    assert "is a template" in linted.unchecked[0].reason


def test_an_expression_is_marked_where_it_breaks() -> None:
    text = (
        "groups:\n- rules:\n  - alert: A\n    expr: |\n      sum(\n        rate(x[5m]\n"
        "      ) > 1\n"
    )

    (finding,) = lint(text, "AL112").findings

    assert 5 <= finding.span.line <= 7
    assert "rule 'A'" in finding.message


def test_an_expression_is_a_must() -> None:
    (finding,) = lint("groups:\n- rules:\n  - alert: A\n", "AL112").findings

    assert "has no expression" in finding.message


def test_an_expression_that_is_a_template_is_not_judged() -> None:
    linted = lint(rules(alert("A", "up{job=%(job)s} == 0")), "AL112")

    assert not linted.findings
    assert linted.unchecked


def test_rules_of_loki_are_read_as_such() -> None:
    text = rules(alert("A", 'sum(rate({app="x"} |= "error" [5m])) > 1'))

    linted = lint(text, "AL112")

    assert not linted.findings
    assert not linted.unchecked


def test_a_twin_is_found_and_a_variant_is_none() -> None:
    one = alert("A", "x > 1", severity="page")
    other = alert("A", "x > 2", severity="page")

    assert len(lint(rules(one, one), "AL114").findings) == 1
    assert not lint(rules(one, other), "AL114").findings
