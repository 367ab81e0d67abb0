"""Scenario files: what is read, what is refused and where, what is written."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from runbookkit.app.scenario_files import (
    ReadScenario,
    read_scenarios,
    scenario_files,
    write_scenario,
)
from runbookkit.model.run import RunbookVersion
from runbookkit.model.scenario import Expected, Scenario, ScenarioAnswer
from runbookkit.model.tested import Untested

BASE = """\
name: it is up
runbook: {path: ../try.md}
inputs: {pod: web-1}
answers:
  ask: [{names: {value: 1}}]
  fix: [{names: {exit_code: 0}}]
expect: {end: stop}
"""


def read(tmp_path: Path, text: str) -> list[ReadScenario | Untested]:
    file = tmp_path / "try.yaml"
    file.write_text(text)
    return list(read_scenarios(file.as_posix()))


def only(found: list[ReadScenario | Untested]) -> Scenario:
    assert len(found) == 1
    assert isinstance(found[0], ReadScenario)
    return found[0].scenario


def test_a_scenario_like_another_replaces_single_answers(tmp_path: Path) -> None:
    like = (
        "---\nname: it is down\nlike: it is up\nanswers:\n"
        "  ask: [{names: {value: 0}}]\nexpect: {end: escalate}\n"
    )

    first, second = read(tmp_path, BASE + like)

    assert isinstance(first, ReadScenario)
    assert isinstance(second, ReadScenario)
    assert second.line == 9
    assert second.scenario.answers["ask"][0].names == {"value": 0}
    assert second.scenario.answers["fix"] == first.scenario.answers["fix"]
    assert second.scenario.inputs == {"pod": "web-1"}
    assert second.scenario.expect == Expected(end="escalate")


def test_yes_is_the_label_of_a_branch_and_a_time_is_a_text(tmp_path: Path) -> None:
    text = BASE + "started_at: 2026-11-20T12:00:00Z\n"
    text = text.replace("[{names: {value: 1}}]", "[{choice: Yes}, {said: skip}]")

    scenario = only(read(tmp_path, text))

    assert scenario.answers["ask"][0].choice == "Yes"
    assert scenario.started_at.hour == 12


@pytest.mark.parametrize(
    ("line", "number", "said"),
    [
        ("  ask: [{nmes: {}}]", 5, "answers.ask.0.nmes: unknown key"),
        ("  fix: [{choice: x}]\n  fix: []", 7, "'fix' stands twice"),
        ("  ask: {choice: x}", 5, "answers.ask"),
        ("  ask: [", 7, "no valid YAML"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(
    tmp_path: Path, line: str, number: int, said: str
) -> None:
    old = "  fix" if line.startswith("  fix") else "  ask"
    kept = [line if each.startswith(old) else each for each in BASE.splitlines()]

    found = read(tmp_path, "\n".join(kept) + "\n")

    assert isinstance(found[0], Untested)
    assert said in found[0].reason
    assert found[0].line == number


def test_one_bad_scenario_hides_no_other(tmp_path: Path) -> None:
    found = read(tmp_path, "name: x\nlike: nobody\nexpect: {}\n---\n" + BASE)

    assert isinstance(found[0], Untested)
    assert "no scenario 'nobody' above" in found[0].reason
    assert isinstance(found[1], ReadScenario)


def test_a_scenario_names_its_runbook_from_where_it_stands(tmp_path: Path) -> None:
    folder = tmp_path / "books" / "scenarios"
    folder.mkdir(parents=True)
    (folder / "a.yaml").write_text(BASE)

    found = list(read_scenarios((folder / "a.yaml").as_posix()))

    assert isinstance(found[0], ReadScenario)
    assert found[0].runbook == (tmp_path / "books" / "try.md").as_posix()


def test_scenarios_are_found_by_their_name_and_beside_a_runbook(tmp_path: Path) -> None:
    for name in ("a.md", "a.scenario.yaml", "scenarios/b.yaml", "rules/alerts.yaml"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("")

    below = scenario_files((tmp_path.as_posix(),), ())
    beside = scenario_files(((tmp_path / "a.md").as_posix(),), ())

    assert [Path(file).name for file in below] == ["a.scenario.yaml", "b.yaml"]
    assert beside == below


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    answers = (
        ScenarioAnswer("shell", {"stdout": "a\nYes\n", "exit_code": 0}, sent="ls\n"),
        ScenarioAnswer(names={"value": math.inf}, choice="No", took_seconds=0.5),
        ScenarioAnswer(error="prometheus: gone", said="skip"),
    )
    scenario = Scenario(
        "all: of it",
        Expected(("ask",), {"ask": "met"}, {"x": [1, "on"]}, "pause"),
        RunbookVersion("try.md", "sha256:0"),
        answers={"ask": answers},
        approves_changes=True,
    )

    write_scenario(scenario, tmp_path / "try.yaml")

    assert only(list(read_scenarios((tmp_path / "try.yaml").as_posix()))) == scenario
