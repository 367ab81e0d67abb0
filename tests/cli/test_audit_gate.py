"""The gate, when a model plays: with a fresh calibration, with another, without one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from pydantic import RootModel

from audit.test_calibrated import RECORD
from cli.command import CLEAN
from cli.modelled import House, house
from doubles.messages.acting import acted_by
from doubles.messages.api import MODEL
from lint.examples import template
from runbookkit.audit.calibration.suite import operators, plant, suite_digest
from runbookkit.audit.calls import tool_definitions
from runbookkit.audit.players.scripted._script import Page, Say, Scripted, Talk
from runbookkit.audit.view import prompt_digest
from runbookkit.markdown.runbook import parse_runbook
from runbookkit.model.calibration import CalibrationRecord, Cell
from runbookkit.queries.registry import fence_names

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
GATED = ("--gate", "confirmed", "--repetitions", "2")


def _critic(page: Page) -> Talk:
    """Report what no rule finds, each time."""
    line = page.lines.index("## Impact") + 3
    yield page.gap("assumed-knowledge", line, "who that is")
    yield Say("finish", {"outcome": "stuck"})


def record() -> CalibrationRecord:
    """Return a record that holds: as if the model had been calibrated just now."""
    runbook = parse_runbook(CLEAN, "a.md", template("runbook"), fence_names())
    tried = list(plant([runbook], operators(), 0))
    cells = tuple(
        Cell(each.operator.name, "a.md", 1, each.operator.kinds, held_out=False)
        for each in tried
        if each is not None
    )
    return replace(
        RECORD,
        player=f"{MODEL} (its own effort, 8192 tokens)",
        client=f"anthropic {metadata.version('anthropic')}",
        prompt=prompt_digest(tool_definitions()),
        suite=suite_digest([runbook], operators()),
        made_at=datetime.now(UTC) - timedelta(days=1),
        cells=cells,
        not_applicable=len(tried) - len(cells),
    )


@contextmanager
def gated(folder: Path, calibration: CalibrationRecord | None) -> Iterator[House]:
    critic: Any = Scripted("critic", _critic, template("runbook"))
    with house(folder, acted_by(critic)) as here:
        here.place.write("runbook.toml", '[audit]\ncalibration = "worth.json"\n')
        if calibration is not None:
            text = RootModel[CalibrationRecord](calibration).model_dump_json()
            here.place.write("worth.json", text)
        yield here


def test_with_a_fresh_calibration_what_a_model_confirms_fails(tmp_path: Path) -> None:
    with gated(tmp_path, record()) as here:
        done = here.audit(*GATED)

    assert done.code == 1
    assert "assumed-knowledge (confirmed, 2 times)" in done.out
    assert "advisory" not in done.out


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"player": "another"}, "it is of another"),
        ({"client": "anthropic 0.1"}, "it was made with anthropic 0.1"),
        ({"prompt": "another"}, "the prompt or the tools have changed"),
        ({"suite": "another"}, "the runbooks or the defects that are planted"),
        ({"made_at": datetime(2026, 1, 1, tzinfo=UTC)}, "and 30 is the limit"),
    ],
)
def test_with_a_stale_one_it_is_advice_and_the_report_says_why(
    tmp_path: Path, changed: dict[str, object], said: str
) -> None:
    with gated(tmp_path, replace(record(), **changed)) as here:  # type: ignore[arg-type]
        done = here.audit(*GATED, "-o", "json")

    first = done.data["notes"][0]
    assert done.code == 0
    assert done.data["advisory"] is True
    assert said in first
    assert f"runbook audit --calibrate --model {MODEL} --calib" in first


def test_an_edited_runbook_makes_a_calibration_stale(tmp_path: Path) -> None:
    with gated(tmp_path, record()) as here:
        here.place.write("a.md", CLEAN.replace("## Impact\n\n", "## Impact\n\nSo: "))
        done = here.audit(*GATED)

    assert done.code == 0
    assert "the runbooks or the defects that are planted have changed" in done.out


def test_without_a_record_it_is_advice(tmp_path: Path) -> None:
    with gated(tmp_path, None) as here:
        gone = here.audit(*GATED)
        here.place.write("worth.json", "{}")
        broken = here.audit(*GATED)
        here.place.write("runbook.toml", "")
        unnamed = here.audit(*GATED)

    assert [each.code for each in (gone, broken, unnamed)] == [0, 0, 0]
    assert "worth.json: No such file" in gone.out
    assert "is no record of a calibration" in broken.out
    assert "the settings name no `[audit] calibration`" in unnamed.out


def test_what_is_proven_fails_all_the_same(tmp_path: Path) -> None:
    with gated(tmp_path, None) as here:
        text = CLEAN.replace("## Escalation", "## Other words")
        here.place.write("a.md", text)
        done = here.audit(*GATED)

    assert done.code == 1
    assert "proven" in done.out


def test_an_advisory_run_stays_one_when_it_is_judged_again(tmp_path: Path) -> None:
    with gated(tmp_path, None) as here:
        here.audit(*GATED, "--save", "kept")
        again = here.place.run("audit", "judge", "kept", "-o", "json")

    assert again.code == 0
    assert json.loads(again.out)["advisory"] is True


def test_a_script_needs_no_calibration(tmp_path: Path) -> None:
    with gated(tmp_path, None) as here:
        done = here.place.run("audit", "a.md", "--gate", "confirmed")

    assert (done.code, "advisory" in done.out) == (0, False)
