from __future__ import annotations

from pathlib import Path

from runbookkit.app.handbook_alerts import runbooks_by_alert
from runbookkit.model.options import Configuration, LintOptions
from runbookkit.settings import Loaded

PAGE = (
    "---\nformat: runbook/v1\ntitle: {0}\nalerts: [{0}]\n---\n\n# {0}\n\n"
    "## Diagnosis\n\n### Look\n\nLook at it.\n\n- **Met:** stop\n"
)


def test_pages_say_which_alerts_they_are_for(tmp_path: Path) -> None:
    book = tmp_path / "book"
    book.mkdir()
    (book / "a.md").write_text(PAGE.format("First"))
    (book / "b.md").write_text(PAGE.format("First"))
    (book / "odd.md").write_text("---\nformat: runbook/v9\n---\n")
    (book / "notes.md").write_text("# Notes\n")
    (tmp_path / "elsewhere.md").write_text(PAGE.format("Second"))
    lint = LintOptions(handbook=("book", "gone"))

    found = runbooks_by_alert(Loaded(Configuration(lint=lint), str(tmp_path)))

    assert found == {"First": (book / "a.md").as_posix()}
