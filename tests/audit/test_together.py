"""What several plays prove together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runbookkit.audit.together import fails, of_runbook, of_scenario, pass_k
from runbookkit.model.audit import (
    Gap,
    GapStatus,
    Gate,
    PlayVerdict,
    RunbookAudit,
    Verdict,
)

GAP = Gap("assumed-knowledge", "a.md", 10, "as usual", "what is usual", "claimed")


def play(verdict: Verdict, *gaps: Gap) -> PlayVerdict:
    return PlayVerdict("s", 0, verdict, "resolved", "stop", gaps=gaps)


@pytest.mark.parametrize(
    ("executed", "plays", "chances"),
    [
        (3, 3, (1.0, 1.0, 1.0)),
        (0, 2, (0.0, 0.0)),
        (4, 5, (0.8, 0.6, 0.4, 0.2, 0.0)),
    ],
)
def test_pass_k_falls_with_every_failure(
    executed: int, plays: int, chances: tuple[float, ...]
) -> None:
    assert pass_k(executed, plays) == chances


def test_a_gap_that_half_of_the_plays_claim_is_confirmed() -> None:
    near = replace(GAP, line=11)

    found = of_scenario(
        [play("untrusted", GAP), play("untrusted", near), play("executable")]
    )

    assert [(each.status, each.seen) for each in found.gaps] == [("confirmed", 2)]
    assert found.verdict == "gaps"


def test_one_play_confirms_nothing_and_neither_does_a_minority() -> None:
    alone = of_scenario([play("untrusted", GAP)])
    minority = of_scenario(
        [play("untrusted", GAP), *[play("executable") for _ in range(2)]]
    )

    for each in (alone, minority):
        assert [gap.status for gap in each.gaps] == ["claimed"]
        assert each.verdict == "untrusted"


def test_a_play_counts_once_however_often_it_says_the_same() -> None:
    found = of_scenario(
        [play("untrusted", GAP, replace(GAP, line=11)), play("executable")]
    )

    assert found.gaps[0].seen == 1


def test_void_gaps_never_add_up() -> None:
    void = replace(GAP, status="void")

    found = of_scenario([play("untrusted", void) for _ in range(3)])

    assert [each.status for each in found.gaps] == ["void"]


@pytest.mark.parametrize(
    ("verdicts", "worst"),
    [
        (["executable", "executable"], "executable"),
        (["executable", "untrusted"], "untrusted"),
        (["untrusted", "error"], "error"),
        (["error", "gaps", "executable"], "gaps"),
    ],
)
def test_a_runbook_is_as_good_as_its_worst_scenario(
    verdicts: list[Verdict], worst: Verdict
) -> None:
    gap = replace(GAP, status="proven")
    scenarios = tuple(
        of_scenario([play(each, *([gap] if each == "gaps" else []))])
        for each in verdicts
    )

    found = of_runbook(RunbookAudit("a.md", "", "error", (), scenarios))

    assert found.verdict == worst


def test_a_runbook_that_nobody_played_is_no_pass() -> None:
    assert of_runbook(RunbookAudit("a.md", "", "executable", ())).verdict == "error"


@pytest.mark.parametrize(
    ("status", "gate", "failing"),
    [
        ("proven", "proven", True),
        ("confirmed", "proven", False),
        ("confirmed", "confirmed", True),
        ("claimed", "confirmed", False),
        ("void", "confirmed", False),
        ("proven", "none", False),
    ],
)
def test_a_gate_lets_pass_what_is_weaker(
    status: GapStatus, gate: Gate, failing: bool
) -> None:
    assert fails(replace(GAP, status=status), gate) == failing


def test_what_a_player_says_that_makes_things_up_never_adds_up() -> None:
    loud = replace(play("untrusted", GAP), flags=("flood",))

    found = of_scenario([replace(loud, repetition=number) for number in range(3)])

    assert [(each.status, each.seen) for each in found.gaps] == [("claimed", 3)]
    assert found.verdict == "untrusted"
