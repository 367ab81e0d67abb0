"""Scenarios that are made from the graph."""

from __future__ import annotations

import pytest

from audit.pages import PAGE, case, verdict
from execute.books import book, query, ways
from lint.examples import template
from runbookkit.audit.derive import AS_IT_STANDS, derived_scenarios
from runbookkit.markdown.runbook import parse_runbook
from runbookkit.model.graph import paths, step_graph
from runbookkit.queries.registry import fence_names


def test_there_is_one_scenario_for_each_path() -> None:
    runbook = case().runbook

    found = list(derived_scenarios(runbook))

    ways_through = list(paths(step_graph(runbook)))
    assert [each.expect.path for each in found] == [
        tuple(edge.source for edge in path) for path in ways_through
    ]


def test_each_of_them_can_be_executed_from_the_text() -> None:
    for each in derived_scenarios(case().runbook):
        found = verdict("literal", case(played=each, derived=True))

        assert found.verdict == "executable"
        assert found.path == each.expect.path


@pytest.mark.parametrize(
    ("fence", "expect"),
    [
        ("promql", "value < 0.5"),
        ("promql", "series.size() >= 3 && series.all(s, s.value > 10.0)"),
        ("promql", "series.filter(s, s.value > 1e6).size() == 1"),
        ("promql", "series.exists(s, s.labels.job == 'api' && s.value > 2.0)"),
        ("logql", "lines.size() == 50"),
        ("logql", "lines.exists(l, l.line.contains('timeout'))"),
        ("bash", "exit_code == 0 && json.items.size() > 4"),
        ("bash", "json.status in ['ok', 'fine'] && double(json.value[1]) < 1e-3"),
        ("bash", "stdout.contains('Ready')"),
    ],
)
def test_answers_are_found_on_both_sides_of_a_threshold(
    fence: str, expect: str
) -> None:
    program = {"logql": '{a="b"}', "bash": "true"}.get(fence, "up")
    step = query(
        "Look", program, expect, ways(met="stop", not_met="escalate"), fence=fence
    )

    found = list(derived_scenarios(book(step)))

    assert {each.expect.end for each in found} == {"stop", "escalate"}


def test_a_path_that_leads_nowhere_is_played_and_proves_it() -> None:
    text = PAGE.replace(
        "- **Met:** stop\n- **Not met:** escalate\n\n## Escalation",
        "- **Not met:** escalate\n\n## Escalation",
    )
    runbook = case(text).runbook

    kinds = {
        gap.kind
        for each in derived_scenarios(runbook)
        for gap in verdict("literal", case(text, each)).gaps
        if gap.status == "proven"
    }

    assert kinds == {"dead-end"}


def test_a_page_of_another_house_is_read_as_it_stands_and_is_never_a_pass() -> None:
    text = "# Fix it\n\n## Diagnosis\n\nLook at the pods.\n\n## Mitigation\n\nFix it.\n"
    runbook = parse_runbook(text, "a.md", template("runbook"), fence_names())

    (found,) = derived_scenarios(runbook)
    judged = verdict("literal", case(text, found))

    assert found.name == AS_IT_STANDS
    assert judged.verdict == "gaps"
    assert [each.kind for each in judged.gaps] == ["missing-command"]


def test_a_page_of_another_house_may_end_with_its_last_words() -> None:
    text = (
        "# Fix it\n\n## Diagnosis\n\n### Look\n\nLook at the pods of the shop.\n\n"
        "## Mitigation\n\n### Ask\n\nAsk the team of the shop for help.\n"
    )
    runbook = parse_runbook(text, "a.md", template("runbook"), fence_names())

    (found,) = derived_scenarios(runbook)
    judged = verdict("literal", case(text, found))

    ends = [each.status for each in judged.gaps if each.kind == "dead-end"]
    assert ends in ([], ["claimed"])
    assert judged.verdict != "executable"
