"""Every scripted player through the real client: the same verdicts as without it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from audit.messages.modelled import scripted
from audit.pages import PAGE, case, played, verdict
from audit.test_every_player import DEFECTS
from doubles.messages.acting import acted_by
from lint.examples import template
from runbookkit.app.audit_players import scripted_names, scripted_player
from runbookkit.audit.case import Case
from runbookkit.audit.judge import judge_play
from runbookkit.model.audit import PlayVerdict, Transcript, Usage

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
PAGES = {"as it should be": PAGE} | {
    name: PAGE.replace(old, new) for name, (old, new) in DEFECTS.items()
}
CASES = {name: case(text) for name, text in PAGES.items()}


def through_the_client(name: str, of: Case, *, stream: bool) -> Transcript:
    acting = acted_by(scripted_player(name, template("runbook")))
    with scripted(acting, stream=stream) as (player, _):
        return played(player, of)


def bare(found: PlayVerdict) -> PlayVerdict:
    """Return a verdict without what only a model has."""
    return replace(found, usage=Usage(), error=bool(found.error) * "failed")


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("name", scripted_names())
def test_a_player_is_judged_alike_with_and_without_the_client(
    name: str, stream: bool
) -> None:
    for page, of in CASES.items():
        made = judge_play(of, through_the_client(name, of, stream=stream))

        assert bare(made) == bare(verdict(name, of)), page


@pytest.mark.parametrize("name", ["literal", "parallel", "leaky"])
def test_the_exchanges_are_the_same_with_and_without_the_client(name: str) -> None:
    of = CASES["as it should be"]

    made = through_the_client(name, of, stream=False)

    direct = played(name, of)
    assert [each.answers for each in made.exchanges] == [
        each.answers for each in direct.exchanges
    ]
    assert [each.turn.calls for each in made.exchanges] == [
        each.turn.calls for each in direct.exchanges
    ]
