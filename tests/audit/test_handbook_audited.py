"""The handbook of this repository can be executed from its text alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.pages import verdict
from cli.command import Place
from lint.examples import template
from runbookkit.app.audit_cases import rebuilt
from runbookkit.audit.derive import derived_scenarios
from runbookkit.markdown.runbook import parse_runbook
from runbookkit.queries.registry import fence_names

ROOT = Path(__file__).parents[2]
BOOKS = sorted((ROOT / "ops-handbook" / "runbooks").glob("*.md"))


def test_every_scenario_that_it_ships_is_executed_by_the_literal_player() -> None:
    done = Place(ROOT).run("audit", "ops-handbook/runbooks", "-o", "json")

    runbooks = done.data["runbooks"]
    assert done.code == 0
    assert {each["verdict"] for each in runbooks} == {"executable"}
    assert [each["gaps"] for each in runbooks] == [[]] * len(BOOKS)
    assert all(each["branches_played"] == each["branches"] for each in runbooks)


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.stem)
def test_every_path_that_a_scenario_can_be_made_for_is_executed(book: Path) -> None:
    text = book.read_text(encoding="utf-8")
    runbook = parse_runbook(text, book.name, template("runbook"), fence_names())
    linked = {each.target: "1| # Another" for each in runbook.document.links}
    found = list(derived_scenarios(runbook))

    verdicts = {
        verdict("literal", rebuilt(runbook, each, (), linked, derived=True)).verdict
        for each in found
    }

    assert len(found) > 5
    assert verdicts == {"executable"}
