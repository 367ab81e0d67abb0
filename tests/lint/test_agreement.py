from __future__ import annotations

import pytest

from lint.handbooks import Surroundings, alert, lint, page, rules, runbook

RATE = 'sum(rate(lost_total{le="0.5"}[5m]))'


def said(meaning: str, expr: str, hold: str = "10m") -> list[str]:
    """Return the codes that a Meaning and a rule yield together."""
    files = {
        "a.md": runbook("Down", meaning),
        "rules.yaml": rules(alert("Down", expr, hold=hold, runbook_url="a.md")),
    }
    return [
        finding.code
        for code in ("AL107", "AL108", "RB808")
        for finding in lint(files, code).findings
    ]


@pytest.mark.parametrize(
    ("meaning", "expr", "hold"),
    [
        ("For 10 minutes lines were lost.", f"{RATE} > 0", "10m"),
        ("For ten\nminutes lines were lost.", f"{RATE} > 0", "600s"),
        ("Lines were lost.", f"{RATE} > 7", "10m"),
        ("Over 5 minutes lines were lost.", f"{RATE} > 0", "10m"),
        ("More than 1 % is lost.", f"{RATE} > 0.01", "10m"),
        ("More than 1 % is lost.", f"100 * {RATE} > 1", "10m"),
        ("Less than 10 % is free.", "used_ratio > 0.9", "10m"),
        ("More than 2 MB/s arrive.", "rate(in_bytes_total[5m]) > 2e6", "10m"),
        ("More than 2 MiB/s arrive.", "rate(in_bytes_total[5m]) > 2 * 1024 * 1024", ""),
        ("It takes longer than 500 ms.", "lag_seconds > 0.5", "10m"),
        ("It takes longer than 2 s.", "lag_milliseconds > 2000", "10m"),
        ("It expires in less than 7 days.", "(end - time()) / 86400 < 7", "10m"),
        ("At 14.4 times the rate that 99.9 % allows.", "slo:x > (14.4 * 0.001)", "2m"),
        ("At least 5 pods fail.", "count(up == 0) > 4", "10m"),
        ("Full in less than 4 hours.", "predict_linear(x[6h], 4 * 3600) < 0", "1h"),
        ("For a while requests took longer than 500 ms.", "slo:x > 0.1", "15m"),
    ],
)
def test_equal_numbers_agree_whatever_their_units(
    meaning: str, expr: str, hold: str
) -> None:
    assert not said(meaning, expr, hold)


@pytest.mark.parametrize(
    ("meaning", "expr", "hold", "code"),
    [
        ("For 5 minutes lines were lost.", f"{RATE} > 0", "20m", "AL107"),
        ("For 5 minutes lines were lost.", f"{RATE} > 0", "", "AL107"),
        ("For at least 1 hour lines were lost.", f"{RATE} > 0", "10m", "AL107"),
        ("More than 1 % is lost.", f"{RATE} > 0.05", "10m", "AL108"),
        ("More than 1 % is lost.", f"100 * {RATE} > 5", "10m", "AL108"),
        ("More than 2 MB/s arrive.", "rate(in_bytes_total[5m]) > 3e6", "10m", "AL108"),
        ("It takes longer than 500 ms.", "lag_seconds > 0.9", "10m", "AL108"),
        ("More than 50 series are new.", "rate(series_total[5m]) > 80", "10m", "AL108"),
        ("At 6 times the allowed rate.", "slo:x > (14.4 * 0.001)", "10m", "AL108"),
        (
            "More than 0.1 % is slow; below 1 % no graph shows it.",
            f"1 - {RATE} > 0.004",
            "10m",
            "AL108",
        ),
    ],
)
def test_a_different_number_is_a_contradiction(
    meaning: str, expr: str, hold: str, code: str
) -> None:
    assert said(meaning, expr, hold) == [code]


def test_a_number_of_another_alert_contradicts_nothing() -> None:
    meaning = "- `SlowBurn`: for 15 minutes.\n- `FastBurn`: for 2 minutes.\n"
    files = {
        "a.md": runbook("SlowBurn, FastBurn", meaning),
        "rules.yaml": rules(
            alert("SlowBurn", hold="2m", runbook_url="a.md"),
            alert("FastBurn", hold="2m", runbook_url="a.md"),
        ),
    }

    (finding,) = lint(files, "AL107").findings

    assert "'SlowBurn' says '15 minutes'" in finding.message
    assert (finding.span.line, finding.related[0].line) == (6, 13)


def test_rules_of_one_name_share_their_numbers() -> None:
    files = {
        "a.md": runbook("Full", "Warns at less than 15 % free, pages at 3 %."),
        "rules.yaml": rules(
            alert("Full", "free_ratio < 0.15", severity="ticket", runbook_url="a.md"),
            alert("Full", "free_ratio < 0.03", severity="page", runbook_url="a.md"),
        ),
    }

    assert not lint(files, "AL108").findings


def test_in_a_page_without_a_format_a_contradiction_is_a_warning() -> None:
    files = {
        "Down.md": page("Down", "It was down for more than 5 minutes."),
        "rules.yaml": rules(alert("Down", hold="20m", runbook_url="down.md")),
    }

    assert [each.level for each in lint(files, "AL107").findings] == ["warning"]


def test_a_page_about_several_alerts_is_not_compared() -> None:
    files = {
        "storage.md": page("Storage", "DiskFull: it was full for 5 minutes."),
        "rules.yaml": rules(alert("DiskFull", hold="20m", runbook_url="storage.md")),
    }

    assert not lint(files, "AL107").findings


def test_the_runbook_is_told_when_the_rule_file_is_only_known() -> None:
    rule = alert("Down", f"{RATE} > 0.05", hold="20m", runbook_url="a.md")
    around = Surroundings(known={"rules.yaml": rules(rule)})
    meaning = "For 5 minutes more than 1 % was lost."
    files = {"a.md": runbook("Down", meaning)}

    found = lint(files, "RB808", around).findings

    assert [(each.path, each.span.line) for each in found] == [("a.md", 13)] * 2
    assert "has `for: 20m`, not '5 minutes'" in found[0].message
    assert "compares with 0.05, not '1 %'" in found[1].message
    assert not lint(files, "AL107", around).findings


def test_beside_the_paragraph_that_names_the_alert_others_are_asides() -> None:
    meaning = "`ShopDown`: more than 3 % is lost.\n\nUsually it is below 0.01 %."
    files = {
        "a.md": runbook("ShopDown", meaning),
        "rules.yaml": rules(alert("ShopDown", f"{RATE} > 0.03", runbook_url="a.md")),
    }

    assert not lint(files, "AL108").findings
    assert lint(
        {**files, "a.md": runbook("ShopDown", meaning.replace("3", "5"))}, "AL108"
    ).findings


def test_a_number_that_only_another_paragraph_states_counts() -> None:
    meaning = "`ShopDown` fires after 10 minutes.\n\nMore than 1 % is lost."
    files = {
        "a.md": runbook("ShopDown", meaning),
        "rules.yaml": rules(alert("ShopDown", f"{RATE} > 0.05", runbook_url="a.md")),
    }

    assert lint(files, "AL108").findings
