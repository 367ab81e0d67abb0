from __future__ import annotations

import pytest

from runbookkit.markdown.rulefile import looks_like_rules, parse_rule_file

TEXT = """\
groups:
  - name: loki
    rules:
      - record: loki:bytes
        expr: sum(rate(loki_bytes_total[5m]))
      - alert: LokiDown
        expr: up == 0
        for: 5m
        labels: {severity: page}
        annotations:
          runbook_url: https://a.b/loki.md
"""


def test_alerts_and_recordings_are_read_with_their_places() -> None:
    file = parse_rule_file(TEXT, "rules.yaml")

    (alert,) = file.alerts
    assert (alert.name, alert.hold, alert.labels) == (
        "LokiDown",
        "5m",
        {"severity": "page"},
    )
    place = alert.places["annotations.runbook_url"]
    assert (place.line, place.column, place.end_column) == (11, 24, 43)
    assert [each.name for each in file.recordings] == ["loki:bytes"]


def test_a_prometheus_rule_and_a_list_of_them_are_read() -> None:
    spec = "spec:\n" + "".join(f"  {line}\n" for line in TEXT.splitlines())
    listed = "kind: List\nitems:\n- " + spec.replace("\n", "\n  ")

    for text in (f"kind: PrometheusRule\n{spec}", listed, f"---\n{TEXT}---\n{TEXT}"):
        assert parse_rule_file(text, "a.yaml").alerts


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (TEXT, "promql"),
        (TEXT.replace("up == 0", 'rate({app="a"} |= "x" [5m]) > 1'), "logql"),
        (f"kind: LokiRule\n{TEXT}", "logql"),
    ],
)
def test_rules_of_loki_are_told_from_those_of_prometheus(
    text: str, language: str
) -> None:
    assert parse_rule_file(text, "rules.yaml").language == language


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("groups: [\n", 2, "not valid YAML"),
        ("groups:\n- rules:\n  - expr: up\n", 3, "needs `alert:` or `record:`"),
        ("groups: " + "[" * 90_000, 1, "nests deeper"),
    ],
)
def test_what_cannot_be_read_is_a_problem_at_its_line(
    text: str, line: int, said: str
) -> None:
    (problem,) = parse_rule_file(text, "rules.yaml").problems

    assert said in problem.message
    assert problem.span.line == line


def test_aliases_do_not_multiply_rules() -> None:
    text = "a: &g\n  rules:\n  - alert: A\n    expr: up\ngroups: [*g, *g, *g]\n"

    assert len(parse_rule_file(text, "rules.yaml").alerts) == 1


def test_other_yaml_is_told_cheaply() -> None:
    assert looks_like_rules(TEXT)
    assert not looks_like_rules("kind: ConfigMap\ndata: {}\n")
