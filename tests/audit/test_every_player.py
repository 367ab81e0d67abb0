"""Every scripted player, present and future: what it is taken for."""

from __future__ import annotations

import pytest

from audit.pages import PAGE, case, played, verdict
from lint.examples import template
from runbookkit.app.audit_players import scripted_names, scripted_player
from runbookkit.audit.transcripts import written
from runbookkit.errors import UsageError

HONEST = {"literal", "hallucinating", "obedient", "parallel"}
"""Those that have no reason to lie about a page that is as it should be."""
NO_PLAY = {"silent", "truncated", "refusing", "malformed", "endless"}
DEFECTS = {
    "a name that nothing gives": ("deploy/{{ noisy }} --replicas=1", "deploy/{{ app }} --replicas=1"),
    "no threshold": ("`series.exists(s, s.value > 10.0)`", "it is high"),
    "a branch to nowhere": ("(#scale-it-down)", "(#scale-it-up)"),
    "no way back": ("**Rollback:** `kubectl -n shop scale deploy/{{ noisy }} --replicas=3`", ""),
    "nothing to run": ("```bash\nkubectl -n shop scale deploy/{{ noisy }} --replicas=1\n```", "Scale it down."),
    "another tool": ("**In Prometheus**:\n", "**In Loki**:\n"),
    "no expectation": ("**Expect:** the change is taken: `exit_code == 0`\n", ""),
    "one arm": ("- **Met:** continue\n- **Not met:** escalate\n\n## Verification", "- **Met:** continue\n\n## Verification"),
}  # fmt: skip


@pytest.mark.parametrize("name", scripted_names())
def test_a_player_is_a_function_of_what_it_is_shown(name: str) -> None:
    of = case()
    player = scripted_player(name, template("runbook"))
    play = played(name, of)

    numbered = list(enumerate(play.exchanges))
    for number, exchange in [*numbered, *reversed(numbered), *numbered[::2]]:
        assert player.turn(play.view, play.exchanges[:number]) == exchange.turn
    assert written(played(name, of)) == written(play)


@pytest.mark.parametrize("name", scripted_names())
def test_only_honest_players_pass_on_a_page_that_is_as_it_should_be(name: str) -> None:
    found = verdict(name)

    assert (found.verdict == "executable") == (name in HONEST)
    if name in NO_PLAY:
        assert (found.verdict, found.gaps) == ("error", ())


@pytest.mark.parametrize("name", scripted_names())
def test_no_player_reports_a_gap_where_there_is_none(name: str) -> None:
    found = verdict(name)

    assert not [each for each in found.gaps if each.status in {"proven", "confirmed"}]


@pytest.mark.parametrize("defect", DEFECTS)
@pytest.mark.parametrize(
    "name", sorted(set(scripted_names()) - {"literal", "obedient", "parallel"})
)
def test_a_dishonest_player_is_never_trusted_where_something_is_wrong(
    name: str, defect: str
) -> None:
    old, new = DEFECTS[defect]
    assert old in PAGE

    found = verdict(name, case(PAGE.replace(old, new)))

    assert found.verdict in {"untrusted", "error"}


@pytest.mark.parametrize("defect", DEFECTS)
def test_the_literal_one_and_the_dry_run_find_it_together(defect: str) -> None:
    old, new = DEFECTS[defect]
    of = case(PAGE.replace(old, new, 1))

    found = verdict("literal", of)

    gaps = (*of.gaps, *found.gaps)
    assert [each for each in gaps if each.status == "proven"]
    assert found.verdict != "executable"


def test_a_player_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(UsageError, match=r"no player 'gpt'; .*literal"):
        scripted_player("gpt", template("runbook"))
