from __future__ import annotations

import pytest

from lint.runbooks import fixed, found, found_in_draft

FRONT = """---
format: runbook/v1
title: Checkout fails
service: checkout
owner: team-shop
severity: page
alerts: [CheckoutErrorsHigh]
reviewed: 2026-11-01
access: [{}]
---

## Mitigation

"""


def step(command: str, prose: str = "") -> str:
    return f"### Step\n\n{prose}\n\n**In a shell**:\n\n```bash\n{command}\n```\n"


@pytest.mark.parametrize(
    ("access", "command"),
    [
        ("kubectl", "kubectl get pods"),
        ("reader of the shop's cluster", "kubectl get pods"),
        ("Grafana viewer", "grep a b | sort | head"),
        ("virtctl and jq", "virtctl list | jq ."),
        ("shell on the host", "ssh db ls"),
    ],
)
def test_a_tool_that_access_names_or_every_machine_has_is_fine(
    access: str, command: str
) -> None:
    assert not found("RB701", FRONT.format(access) + step(command))


def test_a_tool_that_prose_names_is_fine() -> None:
    text = FRONT.format("Grafana viewer")

    assert not found("RB701", text + step("virtctl list", "You need virtctl."))
    assert found("RB701", text + step("virtctl list"))


def test_each_tool_is_told_once() -> None:
    text = FRONT.format("Grafana viewer") + step("jq . a | jq . b\nyq . c")

    assert [each.message.split("'")[1] for each in found("RB701", text)] == ["jq", "yq"]


@pytest.mark.parametrize(
    ("prose", "count"),
    [
        ("Count the sessions:", 1),
        ("With the role `reader`, count the sessions:", 0),
        ("Log in to the bastion first:", 0),
    ],
)
def test_a_word_about_access_is_enough(prose: str, count: int) -> None:
    text = f"## Diagnosis\n\n{prose}\n\n```bash\npsql -c 'SELECT 1'\n```"

    assert len(found_in_draft("RB702", text)) == count


def test_what_runs_in_a_pod_needs_no_access_of_its_own() -> None:
    text = "## Diagnosis\n\n```bash\nkubectl -n a exec b -- psql -c 'SELECT 1'\n```"

    assert not found_in_draft("RB702", text)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Click on the alert and read its labels.", 1),
        ("Navigate to the workloads page.", 1),
        ("Click on the alert, or run `oc get events -A`.", 0),
        ("The dashboard shows the latency.", 0),
    ],
)
def test_a_step_of_clicks_alone_is_noted(text: str, count: int) -> None:
    findings = found_in_draft("RB703", f"## Diagnosis\n\n{text}")

    assert len(findings) == count
    assert all(each.level == "info" for each in findings)


def query(lead: str, text: str, tag: str) -> str:
    return f"### Step\n\n{lead}\n\n```{tag}\n{text}\n```\n"


@pytest.mark.parametrize(
    ("lead", "tag", "level"),
    [
        ("**In Loki**:", "promql", "error"),
        ("**In Prometheus**:", "bash", "error"),
        ("**In a spreadsheet**:", "promql", "warning"),
    ],
)
def test_a_lead_line_names_a_tool_of_the_language(
    lead: str, tag: str, level: str
) -> None:
    (finding,) = found("RB704", query(lead, "up", tag))

    assert finding.level == level


@pytest.mark.parametrize(
    "lead",
    ["**In Prometheus**:", "**In prometheus**:", "**In the shop's Prometheus**:"],
)
def test_a_tool_may_be_written_in_many_ways(lead: str) -> None:
    assert not found("RB704", query(lead, "up", "promql"))


@pytest.mark.parametrize(
    ("text", "tag", "right"),
    [
        ('{app="shop"} |= "error"', "promql", "logql"),
        ("sum(rate(errors_total[5m])) by (job)", "bash", "promql"),
        ('sum(rate(errors_total{job="a"}[5m]))\n/\nsum(rate(b[5m]))', "sh", "promql"),
    ],
)
def test_a_query_under_the_wrong_tag_gets_the_right_one(
    text: str, tag: str, right: str
) -> None:
    after = fixed("RB704", f"### Step\n\n```{tag}\n{text}\n```\n")

    assert f"```{right}\n{text}\n```" in after


@pytest.mark.parametrize(
    "text", ["oc get pods", "f() { echo a; }; f", "up", "sum", "[ -f a ] && echo b"]
)
def test_a_command_is_no_query(text: str) -> None:
    assert not found("RB704", f"### Step\n\n```bash\n{text}\n```\n")
