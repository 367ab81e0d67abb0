"""What the simulator answers, and what it refuses, in this order."""

from __future__ import annotations

import json

import pytest

from audit.pages import ASK, FIND, PAGE, QUERY, QUIET, SCALE, case, scenario, tell
from runbookkit.audit.simulator import Ran, Simulator
from runbookkit.model.scenario import ScenarioAnswer


def found(simulator: Simulator) -> None:
    """Run the first step, so that its capture has a value."""
    tell(simulator, "run", step=FIND, tool="promql", command=QUERY)


def test_the_command_of_a_step_is_answered_from_the_scenario() -> None:
    simulator = Simulator(case())

    answer = tell(
        simulator,
        "run",
        step="### Find the service that writes most",
        tool="promql",
        command=QUERY.replace("(1, sum", "(1,  sum"),
    )

    told = json.loads(answer.text)
    assert not answer.refused
    assert told["evidence"] == answer.evidence == "e1"
    assert told["answers"][0]["names"]["series"][0]["labels"] == {"service": "cart"}


@pytest.mark.parametrize(
    ("step", "tool", "command", "code"),
    [
        ("no such heading", "logql", "rm -rf /", "no-such-step"),
        (FIND, "logql", "up == 0", "off-book"),
        (FIND, "logql", QUERY.replace("acme", "globex"), "invented-value"),
        (FIND, "logql", QUERY, "wrong-tool"),
        (SCALE, "shell", "kubectl -n shop scale deploy/cart --replicas=1", "needs-approval"),
    ],
)  # fmt: skip
def test_what_the_text_does_not_allow_is_refused_for_the_first_reason(
    step: str, tool: str, command: str, code: str
) -> None:
    simulator = Simulator(case(played=scenario(approves=False)))
    found(simulator)

    answer = tell(simulator, "run", step=step, tool=tool, command=command)

    assert answer.refused == code
    assert not answer.harness_error


def test_a_value_that_was_seen_somewhere_else_is_still_not_the_right_one() -> None:
    simulator = Simulator(case())
    found(simulator)

    answer = tell(
        simulator,
        "run",
        step=SCALE,
        tool="shell",
        command="kubectl -n shop scale deploy/acme --replicas=1",
    )

    assert answer.refused == "other-value"


def test_part_of_a_word_is_no_value_that_was_seen() -> None:
    simulator = Simulator(case())

    answer = tell(
        simulator, "run", step=FIND, tool="promql", command=QUERY.replace("acme", "ac")
    )

    assert answer.refused == "invented-value"


def test_a_value_that_the_text_never_gives_proves_a_gap_and_who_wrote_it_is_not_asked() -> (
    None
):
    text = PAGE.replace(
        "scale deploy/{{ noisy }} --replicas=1", "scale deploy/{{ app }} --replicas=1"
    )
    simulator = Simulator(case(text))
    found(simulator)

    answer = tell(
        simulator,
        "run",
        step=SCALE,
        tool="shell",
        command="kubectl -n shop scale deploy/cart --replicas=1",
    )

    (gap,) = simulator.proven
    assert answer.refused == "invented-value"
    assert (gap.kind, gap.status) == ("undefined-input", "proven")
    assert "{{ app }}" in text.splitlines()[gap.line - 1]


def test_a_hole_in_the_scenario_is_ours_and_no_gap() -> None:
    simulator = Simulator(case(played=scenario({FIND: ()})))

    answer = tell(simulator, "run", step=FIND, tool="promql", command=QUERY)

    assert answer.harness_error
    assert not answer.refused
    assert not simulator.proven


def test_asking_again_until_something_holds_is_one_call_with_every_answer() -> None:
    simulator = Simulator(case())

    answer = tell(
        simulator,
        "run",
        step=QUIET,
        tool="promql",
        command='sum(rate(lines_total{tenant="acme"}[5m]))',
    )

    told = json.loads(answer.text)["answers"]
    assert [each["names"]["value"] for each in told] == [12.0, 3.0]
    assert [each["at"][11:19] for each in told] == ["03:00:00", "03:00:30"]


def test_answers_that_stay_the_same_are_told_once_with_their_times() -> None:
    loud = (ScenarioAnswer(names={"value": 12.0}),)
    simulator = Simulator(case(played=scenario({QUIET: loud})))

    answer = tell(
        simulator,
        "run",
        step=QUIET,
        tool="promql",
        command='sum(rate(lines_total{tenant="acme"}[5m]))',
    )

    (told,) = json.loads(answer.text)["answers"]
    assert (told["at"][11:19], told["until"][11:19]) == ("03:00:00", "03:02:00")
    (ran,) = [each for each in simulator.log if isinstance(each, Ran)]
    assert ran.judgement.verdict == "not met"


def test_only_links_that_the_runbook_names_are_opened() -> None:
    text = PAGE + "\nSee [the other](other.md) and [the web](https://example.com/).\n"
    simulator = Simulator(case(text, linked={"other.md": "1| # Other"}))

    told = [
        tell(simulator, "open_link", href=href)
        for href in ("other.md", "https://example.com/", "/etc/passwd")
    ]

    assert [each.text for each in told[:2]] == ["1| # Other", "it cannot be opened"]
    assert told[2].refused == "off-book"


def test_equal_calls_get_equal_answers() -> None:
    one, other = (Simulator(case()) for _ in range(2))

    for simulator in (one, other):
        found(simulator)

    assert one.log == other.log


@pytest.mark.parametrize(
    ("command", "refused"),
    [
        ("Was `cart` deployed in the last 15 minutes?", False),
        ("Was `{{ noisy }}` deployed in the last 15 minutes?", False),
        ("Was something deployed?", False),
        ("Yes", True),
        ("Look whether the disks are full", True),
    ],
)
def test_what_a_person_looks_at_is_a_sentence_of_the_step(
    command: str, refused: bool
) -> None:
    simulator = Simulator(case())
    found(simulator)

    answer = tell(simulator, "run", step=ASK, tool="by-hand", command=command)

    assert (answer.refused == "off-book") is refused
    assert ("Yes" in answer.text) is not refused
