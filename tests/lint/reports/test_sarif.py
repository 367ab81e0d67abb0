"""A SARIF log that code scanning takes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from hypothesis import given, strategies as st

from lint.reports.samples import CLEAN, OPEN, SMALL, UNTAGGED, VAGUE, many
from lint.reports.sarif_shape import LOG
from runbookkit.lint.report import Report, Style
from runbookkit.lint.reports.sarif import render
from runbookkit.model.finding import Edit, Finding, Fix, Related
from runbookkit.model.span import Span

SHAPE = jsonschema.Draft202012Validator(LOG)


def run_of(report: Report, style: Style | None = None) -> dict[str, Any]:
    log = json.loads(render(report, style or Style()))
    SHAPE.validate(log)
    run: dict[str, Any] = log["runs"][0]
    return run


def test_a_result_has_its_place_its_fix_and_its_related_places() -> None:
    result = run_of(SMALL, Style(base="ops"))["results"][1]

    mark = result.pop("partialFingerprints")
    assert list(mark) == ["lineHash/v1"]
    uri = {"uri": "ops/docs/b%20c.md"}
    region = {"startLine": 1, "startColumn": 19, "endLine": 1, "endColumn": 23}
    assert result == {
        "ruleId": "RB404",
        "ruleIndex": 2,
        "level": "warning",
        "message": {"text": "slow is a mood; say <how many> ms | s"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": uri,
                    "region": {**region, "startColumn": 16},
                }
            }
        ],
        "relatedLocations": [
            {
                "id": 1,
                "physicalLocation": {
                    "artifactLocation": {"uri": "ops/rules/loki.yaml"},
                    "region": {"startLine": 7},
                },
                "message": {"text": "the alert says 5m"},
            }
        ],
        "fixes": [
            {
                "description": {"text": "Write 500 ms"},
                "artifactChanges": [
                    {
                        "artifactLocation": uri,
                        "replacements": [
                            {
                                "deletedRegion": region,
                                "insertedContent": {"text": "500 ms"},
                            }
                        ],
                    }
                ],
            }
        ],
    }


def test_rules_lead_to_their_pages() -> None:
    rule = run_of(SMALL)["tool"]["driver"]["rules"][0]

    page = "https://github.com/runbookkit/runbookkit/blob/main/docs/rules/RB202.md"
    assert rule["id"] == "RB202"
    assert rule["name"] == "untagged-fence"
    assert rule["shortDescription"] == {"text": "A fence names no language."}
    assert rule["helpUri"] == page
    assert rule["defaultConfiguration"] == {"level": "error"}


def test_what_could_not_be_checked_is_a_notification() -> None:
    (invocation,) = run_of(SMALL)["invocations"]

    (said,) = invocation["toolExecutionNotifications"]
    assert said["message"]["text"] == "could not check bad-query: bpftrace is not there"
    assert said["associatedRule"] == {"id": "RB203", "index": 1}
    assert said["locations"][0]["physicalLocation"]["region"]["startLine"] == 2


def test_more_than_github_takes_is_left_out_and_said_so() -> None:
    findings = many(25_010, "warning") + many(20, "error", "RB101")

    run = run_of(Report(9, findings))

    assert len(run["results"]) == 25_000
    assert [each["level"] for each in run["results"][:21]] == ["error"] * 20 + [
        "warning"
    ]
    (said,) = run["invocations"][0]["toolExecutionNotifications"]
    assert said["message"]["text"].startswith("30 findings left out")


def test_a_finding_keeps_its_mark_when_lines_are_added_above() -> None:
    lines = SMALL.sources("docs/a.md")
    moved = replace(UNTAGGED, span=Span(5, 1, 7, 4))

    before = run_of(Report(1, (UNTAGGED,), sources=lambda _: lines))
    after = run_of(Report(1, (moved,), sources=lambda _: ("", "", *lines)))

    old, new = before["results"][0], after["results"][0]
    assert old["partialFingerprints"] == new["partialFingerprints"]


def test_two_equal_findings_have_marks_of_their_own() -> None:
    results = run_of(replace(SMALL, findings=(UNTAGGED, UNTAGGED)))["results"]

    assert results[0]["partialFingerprints"] != results[1]["partialFingerprints"]


def test_braces_are_doubled_since_they_name_arguments() -> None:
    finding = replace(VAGUE, message="`{{ tenant }}` is not bound")

    (result,) = run_of(Report(1, (finding,)))["results"]

    assert result["message"]["text"] == "`{{{{ tenant }}}}` is not bound"


def test_a_clean_run_is_a_log_without_results() -> None:
    assert run_of(CLEAN)["results"] == []


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("docs\\ops\\a.md", "docs/ops/a.md"),
        ("./a b/ü#?.md", "a%20b/%C3%BC%23%3F.md"),
        ("/srv/a.md", "file:///srv/a.md"),
        ("../alerts.yaml", "../alerts.yaml"),
    ],
)
def test_paths_become_addresses(path: str, uri: str) -> None:
    (result,) = run_of(Report(1, (replace(UNTAGGED, path=path),)))["results"]

    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == uri


spans = st.builds(Span, *[st.integers(-1, 9)] * 4)
words = st.text(min_size=1)
fixes = st.none() | st.builds(
    Fix, words, st.lists(st.builds(Edit, spans, st.text()), max_size=3).map(tuple)
)
found = st.builds(
    Finding,
    words,
    spans,
    st.sampled_from(["RB1", "RB2"]),
    st.just("x"),
    st.sampled_from(["error", "warning", "info"]),
    words,
    fixes,
    st.lists(st.builds(Related, words, st.integers(-1, 9), words), max_size=2).map(
        tuple
    ),
)


@given(st.lists(found, max_size=3))
def test_whatever_was_found_the_log_is_valid(findings: list[Finding]) -> None:
    run = run_of(Report(1, tuple(findings), (OPEN,)))

    assert len(run["results"]) == len(findings)
