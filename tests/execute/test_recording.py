"""A run that was recorded comes to the same when it is played."""

from __future__ import annotations

from hypothesis import given, settings, strategies as st

from execute.books import begin, book, change, query, ways
from execute.fakes import NOON, Script, World, failing, shell, value
from execute.test_any_run import Anyone, Plan, plans
from runbookkit.execute import person as say
from runbookkit.execute.comparing import differences
from runbookkit.execute.outside import Start
from runbookkit.execute.recording import recorded
from runbookkit.execute.replay import Played, Replay, replay
from runbookkit.model.graph import step_graph
from runbookkit.model.runbook import Runbook
from runbookkit.model.scenario import Scenario
from runbookkit.queries.quoting import render

STEPS = (
    query("Ask", "rate", "value < 1", ways(met="continue", not_met="escalate"))
    + change("Fix", "fix", ways(met="continue", not_met="escalate"), rollback="undo")
    + "### Done?\n\n**Ask:** Done?\n\n- **Yes:** stop\n- **No:** escalate\n"
)
REPLIES = {"rate": value(0), "fix": shell(), "undo": shell()}


def scenario_of(world: World, runbook: Runbook) -> Scenario:
    return recorded(world.store.events, "a run", "try.md", step_graph(runbook).entry)


def played(scenario: Scenario, runbook: Runbook) -> Replay:
    return replay(scenario, Played(runbook, Start("sha256:0"), render, str))


@given(plans(), st.booleans())
@settings(deadline=None)
def test_any_run_comes_to_the_same_when_it_is_played(
    plan: Plan, reasonable: bool
) -> None:
    world, runbook = plan.world(), plan.runbook()
    begin(world, runbook, Anyone(plan.seed, reasonable=reasonable))

    scenario = scenario_of(world, runbook)

    found = played(scenario, runbook)
    assert differences(scenario, found, step_graph(runbook)) == ()
    assert found.state.visits[-1].step == scenario.expect.path[-1]


def test_a_scenario_has_the_answers_the_words_and_the_way() -> None:
    world, runbook = World(REPLIES), book(STEPS)
    begin(world, runbook, Script(say.Go(), "Met", say.Go(), "Met", "No"))

    scenario = scenario_of(world, runbook)

    assert scenario.started_at == NOON
    assert scenario.approves_changes
    assert scenario.answers["ask"][0].sent == "rate"
    assert scenario.answers["fix"][0].names == shell()
    assert scenario.answers["done"][0].choice == "No"
    assert scenario.expect.path == ("ask", "fix", "done")
    assert scenario.expect.end == "escalate"
    assert scenario.runbook is not None
    assert scenario.runbook.content_hash == "sha256:0"


def test_a_deviation_an_error_and_an_edit_are_recorded() -> None:
    world, runbook = (
        World({**REPLIES, "rate": failing("gone"), "fix 2": shell()}),
        book(STEPS),
    )
    person = Script(say.Go(), "Met", say.Edit("fix 2"), say.Go(), "Met", "Yes")
    begin(world, runbook, person)

    scenario = scenario_of(world, runbook)

    assert scenario.answers["ask"][0].error == "fake: gone"
    assert scenario.answers["ask"][0].choice == "Met"
    assert scenario.answers["fix"][0].wrote == "fix 2"


def test_a_replay_says_which_action_is_not_the_recorded_one() -> None:
    world, runbook = World(REPLIES), book(STEPS)
    begin(world, runbook, Script(say.Go(), "Met", say.Go(), "Met", "No"))
    edited = book(STEPS.replace("\nrate\n", "\nrate_by_pod\n"))

    scenario = scenario_of(world, runbook)

    found = differences(scenario, played(scenario, edited), step_graph(edited))
    assert [(each.what, each.step) for each in found] == [("sent", "ask")]
    assert (found[0].expected, found[0].actual) == (("rate",), ("rate_by_pod",))


def test_a_replay_says_where_an_edited_runbook_first_behaves_differently() -> None:
    world, runbook = World(REPLIES), book(STEPS)
    begin(world, runbook, Script(say.Go(), "Met", say.Go(), "Met", "No"))
    edited = book(STEPS.replace("value < 1", "value > 1"))

    scenario = scenario_of(world, runbook)

    found = differences(scenario, played(scenario, edited), step_graph(edited))
    assert found[0].what == "verdict"
    assert found[0].step == "ask"
    assert found[0].line == edited.steps[0].span.line
    assert found[0].actual == ("not met: 0 is not above 1",)
