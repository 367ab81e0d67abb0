"""``runbook test``, and ``runbook run --record``."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from junitparser import JUnitXml

from cli.command import Place
from execute.books import FRONT, query, ways
from runbookkit.cli.schemas import schemas

BOOK = FRONT.format(inputs="") + query(
    "Ask", "errors", "value < 1", ways(met="stop", not_met="escalate")
)
COUNTS = (
    BOOK.replace("```promql\nerrors\n```", "```bash\necho 0\n```\n\n**Reads only**")
    .replace("value < 1", "int(stdout) < 1")
    .replace("**In Prometheus**", "**In a shell**, within 9s")
)
FINE = """\
name: no errors
runbook: {path: try.md}
answers:
  ask: [{names: {value: 0}}]
expect: {path: [ask], end: stop}
"""
BROKEN = "---\n" + FINE.replace("no errors", "errors").replace("value: 0", "value: 2")
OTHER = "---\nname: errors\nlike: no errors\nanswers: {ask: [{names: {value: 2}}]}\nexpect: {end: escalate}\n"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    found = Place(tmp_path)
    found.write("runbook.toml", 'state = "state"\n')
    found.write("try.md", BOOK)
    return found


def test_scenarios_that_come_out_as_expected_are_quiet(place: Place) -> None:
    place.write("try.scenario.yaml", FINE)

    done = place.run("test")

    assert done.code == 0
    assert done.out.splitlines() == [
        "      try.md: 1 of 2 branches (50.0 %), 1 of 2 paths, 1 scenario",
        "1 scenario: 1 passed",
    ]


def test_a_failure_names_the_scenario_and_the_step_with_their_lines(
    place: Place,
) -> None:
    place.write("scenarios/try.yaml", (FINE + BROKEN).replace("try.md", "../try.md"))

    done = place.run("test", ".")

    line = 1 + BOOK.splitlines().index("### Ask")
    assert done.code == 1
    assert done.out.splitlines()[:6] == [
        "FAIL  scenarios/try.yaml:7: errors",
        f"  try.md:{line}: ask behaves differently",
        f"  end at try.md:{line}: ask",
        "    - stop",
        "    + escalate (2 is not below 1)",
        "      try.md: 2 of 2 branches (100.0 %), 2 of 2 paths, 2 scenarios",
    ]


def test_coverage_that_is_asked_for_can_be_missed_and_reached(place: Place) -> None:
    place.write("try.scenario.yaml", FINE)
    low = place.run("test", "--min-coverage", "100")
    place.write("try.scenario.yaml", FINE + OTHER)

    reached = place.run("test", "--min-coverage", "100")

    assert (low.code, reached.code) == (1, 0)
    assert "'Not met' of ask -> escalate" in low.out


def test_a_runbook_without_a_scenario_is_covered_by_nothing(place: Place) -> None:
    assert place.run("test").code == 3
    assert place.run("test", "--min-coverage", "1").code == 1


def test_a_scenario_that_cannot_be_played_is_told_and_hides_no_other(
    place: Place,
) -> None:
    place.write(
        "try.scenario.yaml", FINE + "---\nname: x\nrunbook: {path: no.md}\nexpect: {}\n"
    )

    done = place.run("test")

    assert done.code == 3
    assert "?     try.scenario.yaml:7: could not be tested: no.md" in done.out
    assert "1 scenario: 1 passed, 1 could not be tested" in done.out


@pytest.mark.parametrize(
    "arguments", [("nowhere",), ("empty",), (".", "--min-coverage", "101")]
)
def test_a_wrong_call_is_a_wrong_call(place: Place, arguments: tuple[str, ...]) -> None:
    (place.folder / "empty").mkdir()

    assert place.run("test", *arguments).code == 2


def test_the_report_as_json_fits_its_schema(place: Place) -> None:
    place.write("try.scenario.yaml", FINE + BROKEN)

    done = place.run("test", "-o", "json", "--min-coverage", "100")

    jsonschema.validate(done.data, json.loads(schemas()["scenario-report.json"]))
    assert [len(each["differences"]) for each in done.data["scenarios"]] == [0, 1]


def test_the_report_for_build_servers_counts_failures_and_coverage(
    place: Place,
) -> None:
    place.write("try.scenario.yaml", FINE + "---\nname: x\nexpect: {}\n")

    done = place.run(
        "test", "-o", "junit", "--min-coverage", "100", "--output-file", "r.xml"
    )

    report = JUnitXml.fromstring(place.read("r.xml").encode())
    assert done.code == 1
    assert (report.tests, report.failures, report.errors) == (3, 1, 1)


def test_a_recorded_run_is_played_again_and_notices_an_edit(place: Place) -> None:
    place.write("try.md", COUNTS)
    ran = place.run("run", "try.md", "--auto", "--record", "try.scenario.yaml")
    fine = place.run("test")
    place.write("try.md", COUNTS.replace("stdout) < 1", "stdout) > 1"))

    edited = place.run("test")

    assert (ran.code, fine.code, edited.code) == (0, 0, 1)
    assert "the runbook changed since this was recorded" in edited.out
    assert "ask behaves differently" in edited.out


def test_an_edit_that_changes_nothing_is_mentioned_and_passes(place: Place) -> None:
    place.write("try.md", COUNTS)
    place.run("run", "try.md", "--auto", "--record", "try.scenario.yaml")
    place.write("try.md", COUNTS.replace("It fires.", "It fires now."))

    done = place.run("test")

    assert done.code == 0
    assert "the runbook changed since; it still comes to the same" in done.out
