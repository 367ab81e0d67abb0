"""What a person sees before they approve a change."""

from __future__ import annotations

import io
from datetime import timedelta

from rich.console import Console

from execute.books import book, change
from execute.fakes import NOON
from runbookkit.cli.around import Around
from runbookkit.cli.plain import PlainPerson
from runbookkit.execute.needs import Approve
from runbookkit.execute.person import Go
from runbookkit.model.answer import Ask
from runbookkit.model.graph import step_graph
from runbookkit.model.runstate import RunState

LONG = "curl --request PUT --data batch http://checkout.localhost:8080/admin/settings/fsync_policy --fail"
STEP = change(
    "Sync", LONG, rollback="curl --data {{ before }} http://checkout.localhost"
)


def test_a_change_is_shown_whole_with_a_rollback_that_holds_its_values() -> None:
    runbook = book(STEP)
    graph = step_graph(runbook)
    out = io.StringIO()
    console = Console(file=out, width=40)
    person = PlainPerson(Around("ada"), runbook, graph, console, lambda _: "yes")
    state = RunState("r1", inputs={"before": "each"})
    ask = Ask("bash", LONG, NOON, timedelta(seconds=15))

    decision = person.approve(Approve(runbook.steps[0]), ask, state)

    shown = "".join(out.getvalue().split())
    assert decision == Go()
    assert "".join(LONG.split()) in shown
    assert "Rollback:curl--dataeachhttp://checkout.localhost" in shown
