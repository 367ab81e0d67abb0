"""What is put together for an audit: redacted, and nothing from outside of here."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.pages import MARKS, PAGE, scenario
from lint.examples import template
from runbookkit.app.audit_cases import ToAudit, case_of, to_audit
from runbookkit.model.scenario import ScenarioAnswer

LINKS = """
## Notes

[inside](other.md) [part](other.md#a) [up](../secret.md) [root](/etc/hostname.md)
[code](run.py) [gone](gone.md) [link](linked.md) [web](https://example.com/a.md)
"""


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "here"
    folder.mkdir()
    (tmp_path / "secret.md").write_text("# Not for you\n")
    (folder / "other.md").write_text("# Other\n\nAsk ada@example.com.\n")
    (folder / "run.py").write_text("print()\n")
    (folder / "linked.md").symlink_to(tmp_path / "secret.md")
    (folder / "shop.md").write_text(PAGE + LINKS + "\nAsk ada@example.com.\n")
    with contextlib.chdir(folder):
        yield folder


def found() -> ToAudit:
    (only,) = to_audit(("shop.md",), (), template("runbook"))
    return only


@pytest.mark.usefixtures("here")
def test_links_are_opened_only_where_they_lead_to_a_document_below_here() -> None:
    case = case_of(found(), scenario(), (), MARKS)

    assert set(case.linked) == {"other.md", "other.md#a"}
    assert "# Other" in case.linked["other.md"]


def test_what_is_private_is_replaced_everywhere_by_the_same_token(here: Path) -> None:
    said = {"exit_code": 0, "stdout": "mail ada@example.com"}
    played = scenario({"scale-it-down": (ScenarioAnswer(names=said),)})
    audited = found()

    case = case_of(audited, played, (), MARKS)

    told = case.scenario.answers["scale-it-down"][0].names
    assert told is not None
    written = (here / "shop.md").read_text().split("\n")
    lines = case.runbook.document.lines
    assert lines[len(written) - 2] == "Ask «email:1»."
    assert told["stdout"] == "mail «email:1»"
    assert "«email:1»" in case.linked["other.md"]


@pytest.mark.usefixtures("here")
def test_other_markdown_in_a_folder_is_no_runbook() -> None:
    assert [each.path for each in to_audit((".",), (), template("runbook"))] == [
        "shop.md"
    ]
