"""What is planted is told apart from what was there, and counted with intervals."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from cli.command import Place
from runbookkit.app.templates import load_template
from runbookkit.audit.calibration.page import Edited, Operator, Page, defect
from runbookkit.audit.calibration.score import Looked, scored, share
from runbookkit.audit.calibration.suite import operators, plant
from runbookkit.markdown.document import parse_document
from runbookkit.markdown.runbook import runbook_of
from runbookkit.model.audit import Gap, GapKind, RunbookAudit
from runbookkit.model.runbook import Runbook
from runbookkit.queries.registry import fence_names

ROOT = Path(__file__).parents[2]
BOOKS = sorted((ROOT / "ops-handbook" / "runbooks").glob("*.md"))
LINE = 7


def books() -> list[Runbook]:
    template = load_template("", str(ROOT), kind="runbook").template
    return [
        runbook_of(parse_document(each.read_text(), each.name), template, fence_names())
        for each in BOOKS
    ]


@defect("no-exit")
def one(page: Page) -> Iterator[Edited]:
    """Stand for any operator."""
    yield page.put(LINE, LINE, "spoiled")


def gap(kind: GapKind, line: int, quote: str = "") -> Gap:
    return Gap(kind, "a.md", line, quote, "something", "proven")


def looked(*gaps: Gap) -> Looked:
    return Looked(gaps, RunbookAudit("a.md", "", "gaps", gaps))


@pytest.mark.parametrize("operator", operators(), ids=lambda each: each.name)
def test_every_operator_fits_the_handbook_and_changes_it(operator: Operator) -> None:
    runbooks = books()
    texts = {each.path: "\n".join(each.document.lines) + "\n" for each in runbooks}

    planted = [each for each in plant(runbooks, [operator], seed=3) if each is not None]

    assert planted
    for each in planted:
        assert each.edited.text != texts[each.runbook.path]
        size = each.edited.text.count("\n")
        assert all(1 <= line <= size for line in each.edited.lines)


def test_there_are_twenty_sorts_of_defects_and_harmless_changes_beside_them() -> None:
    harmless = [each for each in operators() if each.benign]

    assert len(operators()) - len(harmless) >= 20
    assert len(harmless) >= 5


def test_the_same_seed_plants_the_same() -> None:
    assert list(plant(books(), operators(), 1)) == list(plant(books(), operators(), 1))


def test_a_third_is_held_out() -> None:
    planted = [each for each in plant(books(), operators(), 0) if each is not None]

    held = sum(each.held_out for each in planted)

    assert 0.2 < held / len(planted) < 0.45


@pytest.mark.parametrize(
    ("found", "before", "hit", "otherwise"),
    [
        ([gap("no-exit", LINE)], [], True, ()),
        ([gap("no-exit", LINE + 1)], [], True, ()),
        ([gap("no-exit", LINE + 2)], [], False, ("9: no-exit",)),
        ([gap("dead-end", LINE)], [], False, ()),
        ([gap("no-exit", LINE, "q")], [gap("no-exit", 3, "q")], False, ()),
        ([], [gap("no-exit", LINE)], False, ()),
    ],
)
def test_only_what_is_new_and_at_the_place_counts(
    found: list[Gap], before: list[Gap], hit: bool, otherwise: tuple[str, ...]
) -> None:
    edited = Edited("", (LINE,))

    cell = scored(
        one, edited, parent=looked(*before), mutant=looked(*found), held_out=False
    )

    assert ("dry run" in cell.found_by) is hit
    assert cell.otherwise == otherwise


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share(counts: tuple[int, int]) -> None:
    found, of = counts

    interval = share(found, of)

    assert 0 <= interval.low <= found / of + 1e-4
    assert found / of - 1e-4 <= interval.high <= 1


def test_the_interval_is_wilsons() -> None:
    # the figures of the usual tables for 54 of 60
    assert (share(54, 60).low, share(54, 60).high) == (0.7985, 0.9534)


def test_a_calibration_finds_what_it_plants(tmp_path: Path) -> None:
    record = tmp_path / "record.json"
    book = "ops-handbook/runbooks/loki-lines-discarded.md"
    common = ("audit", book, "--calibrate", "--cells", "9")

    done = Place(ROOT).run(*common, "--calibration", str(record))

    assert done.code == 0
    kept = json.loads(record.read_text())
    assert kept["recall"]["both"]["of"] >= 5
    assert kept["false_alarms"]["found"] == 0
    assert kept["closed_book"] == {"played": 1, "executed": 0}
    assert "player literal: " in done.out


def test_a_dishonest_player_is_trusted_on_nothing() -> None:
    book = "ops-handbook/runbooks/loki-lines-discarded.md"
    common = ("audit", book, "--calibrate", "--cells", "9")

    done = Place(ROOT).run(*common, "--player", "lazy", "-o", "json")

    assert done.code == 0
    assert done.data["trusted"]["found"] == 0
    assert done.data["trusted"]["of"] >= 5


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--seed", "3"], "add --calibrate"),
        (["--calibrate", "--cells", "-1"], "plant at least one"),
        (["--calibrate", "-o", "sarif"], "as text or json"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: list[str], said: str) -> None:
    done = Place(ROOT).run("audit", str(BOOKS[0]), *options)

    assert done.code == 2
    assert said in done.err
