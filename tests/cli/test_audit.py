"""``runbook audit``."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from junitparser import JUnitXml

from audit.pages import PAGE, line_of
from cli.command import Place
from runbookkit.cli.schemas import schemas

SCENARIO = """\
name: a deploy writes too much
runbook: {path: shop.md}
alert: {labels: {alertname: TooMuch, tenant: acme}}
approves_changes: true
answers:
  find-the-service-that-writes-most: [{names: {series: [{labels: {service: cart}, value: 25}]}}]
  was-something-deployed: [{choice: 'Yes'}]
  scale-it-down: [{names: {exit_code: 0}}]
  it-is-quiet-again: [{names: {value: 12}}, {names: {value: 3}}]
expect: {end: stop}
"""
BROKEN = PAGE.replace("scale deploy/{{ noisy }} --replicas=1", "scale deploy/{{ app }} --replicas=1")  # fmt: skip
RULES = """\
groups:
  - name: shop
    rules:
      - alert: TooMuch
        expr: sum by (tenant, service) (rate(lines_total[5m])) > 10
        for: 5m
        labels: {severity: page, service: shop}
        annotations: {runbook_url: shop.md}
"""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    found = Place(tmp_path)
    found.write("shop.md", PAGE)
    found.write("shop.scenario.yaml", SCENARIO)
    found.write("rules.yaml", RULES)
    return found


def test_a_runbook_that_can_be_executed_is_one_line(place: Place) -> None:
    done = place.run("audit")

    assert done.code == 0, done.out
    assert done.out.splitlines() == [
        "shop.md: executable (1 of 1 scenario, 1 of 5 paths, 4 of 8 branches)",
        "1 runbook: 1 executable; player literal",
    ]


def test_without_scenarios_every_path_is_played(place: Place) -> None:
    (place.folder / "shop.scenario.yaml").unlink()

    done = place.run("audit")

    assert done.code == 0, done.out
    assert (
        "5 of 5 scenarios, 5 of them derived from the graph, 5 of 5 paths" in done.out
    )


def test_a_gap_is_told_with_its_place_its_words_and_what_is_missing(
    place: Place,
) -> None:
    place.write("shop.md", BROKEN)

    done = place.run("audit")

    line = line_of(BROKEN, "{{ app }}")
    assert done.code == 1
    assert f"shop.md:{line}: undefined-input (proven RB301): " in done.out
    assert "      kubectl -n shop scale deploy/{{ app }} --replicas=1" in done.out
    assert "not played: the dry run proves gaps already" in done.out


def test_force_plays_all_the_same(place: Place) -> None:
    place.write("shop.md", BROKEN)

    done = place.run("audit", "--force", "-o", "json")

    (runbook,) = done.data["runbooks"]
    (scenario,) = runbook["scenarios"]
    (play,) = scenario["plays"]
    assert done.code == 1
    assert play["path"][-1] == "scale-it-down"
    assert [each["status"] for each in play["gaps"]] == ["confirmed"]


@pytest.mark.parametrize(
    ("player", "code"),
    [("literal", 0), ("lazy", 3), ("refusing", 3), ("chatty", 3), ("no-such", 2)],
)
def test_what_is_not_proven_is_never_a_pass(
    place: Place, player: str, code: int
) -> None:
    assert place.run("audit", "--player", player).code == code


def test_the_gate_decides_which_gaps_fail(place: Place) -> None:
    place.write("shop.md", BROKEN)

    codes = [place.run("audit", "--gate", gate).code for gate in ("confirmed", "none")]

    assert codes == [1, 0]


def test_a_page_of_another_house_says_where_the_runner_gets_stuck(
    tmp_path: Path,
) -> None:
    place = Place(tmp_path)
    place.write(
        "a.md",
        "# Fix\n\n## Diagnosis\n\nSee below.\n\n## Mitigation\n\nRun:\n\n```sh\noc logs -f pod/<POD>\n```\n",
    )

    done = place.run("audit", "a.md")

    assert done.code == 1
    assert "a.md:12: undefined-input" in done.out
    assert "a.md:12: no-exit" in done.out


def test_a_scenario_that_cannot_be_read_or_does_not_hold_is_no_pass(
    place: Place,
) -> None:
    broken = SCENARIO.replace("expect: {end: stop}", "expect: {end: escalate}")
    place.write("shop.scenario.yaml", SCENARIO + "---\n" + broken + "---\nname: x\n")

    done = place.run("audit")

    assert done.code == 3
    assert "shop.md: not audited (1 of 3 scenarios" in done.out
    assert "the scenario does not come out as it expects" in done.out
    assert "shop.scenario.yaml:23" in done.out


def test_a_name_that_no_scenario_has_plays_nothing_and_is_no_pass(place: Place) -> None:
    done = place.run("audit", "--scenario", "flood")

    assert done.code == 3
    assert "no scenario of that name" in done.out


def test_a_page_without_steps_is_no_runbook_that_anyone_could_execute(
    tmp_path: Path,
) -> None:
    place = Place(tmp_path)
    place.write("a.md", "# Fix\n\nTalk to the others.\n")

    done = place.run("audit", "a.md")

    assert done.code == 1
    assert "a.md:1: missing-command (proven RB200)" in done.out


def test_what_was_kept_is_judged_again_to_the_same_bytes(place: Place) -> None:
    first = place.run("audit", "--save", "kept", "--repetitions", "2", "-o", "json")
    (place.folder / "shop.md").unlink()

    again = place.run("audit", "judge", "kept", "-o", "json")

    assert first.code == again.code == 0
    assert again.out == first.out


def test_a_transcript_that_was_changed_is_no_pass(place: Place) -> None:
    place.run("audit", "--save", "kept")
    (file,) = (place.folder / "kept").rglob("*.jsonl")
    name = file.relative_to(place.folder).as_posix()
    place.write(name, place.read(name).replace("25.0", "26.0"))

    again = place.run("audit", "judge", "kept")

    assert again.code == 3
    assert "the answers are not those of this scenario" in again.out


def test_a_text_that_was_changed_after_the_play_is_not_judged(place: Place) -> None:
    place.run("audit", "--save", "kept")
    (file,) = (place.folder / "kept").rglob("runbook.md")
    name = file.relative_to(place.folder).as_posix()
    place.write(name, place.read(name).replace("more than 10", "more than 11"))

    again = place.run("audit", "judge", "kept")

    assert again.code == 3
    assert "another text" in again.err


def test_a_run_is_never_kept_over_another(place: Place) -> None:
    place.run("audit", "--save", "kept")

    assert place.run("audit", "--save", "kept").code == 2


def test_a_report_as_json_fits_its_schema(place: Place) -> None:
    place.write("shop.md", BROKEN)

    done = place.run("audit", "--force", "-o", "json")

    jsonschema.validate(done.data, json.loads(schemas()["audit-report.json"]))


def test_a_report_as_markdown_says_where_the_runner_got_stuck_and_obeys_nothing(
    place: Place,
) -> None:
    evil = "{{ app }} # @team <img src=x> [x](http://evil.example)"
    place.write("shop.md", BROKEN.replace("{{ app }}", evil))

    done = place.run("audit", "-o", "markdown")

    assert (
        "the runner got stuck at step 3 “Scale it down”: it needs a value" in done.out
    )
    assert "shop.md&#58;58" in done.out
    for each in ("@team", "<img", "](http"):
        assert each not in done.out


def test_a_report_as_sarif_holds_the_line_and_what_could_not_be_audited(
    place: Place,
) -> None:
    place.write("shop.md", BROKEN)

    done = place.run("audit", "-o", "sarif")
    untrusted = place.run("audit", "--player", "lazy", "--force", "-o", "sarif")

    (run,) = done.data["runs"]
    (result,) = run["results"]
    place_of = result["locations"][0]["physicalLocation"]
    assert (result["ruleId"], result["level"]) == ("RB301", "error")
    assert place_of["region"]["startLine"] == line_of(BROKEN, "{{ app }}")
    invocation = untrusted.data["runs"][0]["invocations"][0]
    assert (
        "could not check"
        in invocation["toolExecutionNotifications"][0]["message"]["text"]
    )


def test_a_report_as_junit_has_a_case_for_each_scenario(place: Place) -> None:
    done = place.run("audit", "--player", "lazy", "-o", "junit")

    (suite,) = JUnitXml.fromstring(done.out.encode())
    (case,) = suite
    assert (suite.name, case.name) == ("shop.md", "a deploy writes too much")
    assert case.is_error
