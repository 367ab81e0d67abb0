from __future__ import annotations

from lint.examples import Linted
from lint.handbooks import Servers, Surroundings, alert, lint, rules, runbook
from runbookkit.model.options import LintOptions

RULES = {"rules.yaml": rules(alert("Down", "sum(rate(x_requests_total[5m])) > 1"))}


def asked(query: str, around: Surroundings | None = None) -> Linted:
    text = runbook("Down") + f"\n## Diagnosis\n\n```promql\n{query}\n```\n"
    around = around or Surroundings(known=RULES)
    return lint({"a.md": text}, "RB804", around)


def test_a_metric_that_no_rule_mentions_is_a_warning_with_a_near_name() -> None:
    (finding,) = asked("rate(x_request_total[5m])").findings

    assert finding.level == "warning"
    assert "did you mean 'x_requests_total'?" in finding.message
    assert (finding.span.line, finding.span.column) == (18, 6)


def test_metrics_of_rules_and_built_ins_are_known() -> None:
    assert not asked('x_requests_total and up == 0 and ALERTS{a="b"}').findings
    assert not asked("scrape_duration_seconds > 1").findings


def test_metrics_that_are_declared_external_are_known() -> None:
    options = LintOptions(external_metrics=("node_*", "disk_free"))
    around = Surroundings(options, known=RULES)

    assert not asked("node_load1 > 2 and disk_free > 1", around).findings
    assert asked("disk_free_bytes", around).findings


def test_the_series_of_a_histogram_come_together() -> None:
    known = {"rules.yaml": rules(alert("Down", "rate(lag_seconds_bucket[5m]) > 1"))}
    around = Surroundings(known=known)

    assert not asked("rate(lag_seconds_count[5m])", around).findings


def test_what_prometheus_does_not_know_is_an_error() -> None:
    around = Surroundings(known=RULES, online=Servers(metrics=("y_total",)))

    assert not asked("y_total", around).findings
    assert [each.level for each in asked("z_total", around).findings] == ["error"]


def test_a_prometheus_that_cannot_be_asked_proves_nothing() -> None:
    around = Surroundings(known=RULES, online=Servers(down=True))

    linted = asked("z_total", around)

    assert not linted.findings
    assert linted.unchecked


def test_without_rules_or_a_server_nothing_is_stale() -> None:
    assert not asked("z_total", Surroundings()).findings
