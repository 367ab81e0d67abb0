from __future__ import annotations

from pathlib import Path

from runbookkit.app.handbook_alerts import runbooks_by_alert
from runbookkit.model.options import Configuration, LintOptions
from runbookkit.settings import Loaded

RUNBOOK = """---
format: runbook/v1
title: Look at it
service: shop
owner: team-shop
severity: page
alerts: [{alerts}]
reviewed: 2026-11-01
---

# Look at it

## Meaning

It is slow.

## Impact

People wait.

## Diagnosis

### Look

Look at it.

## Mitigation

### Mend

Mend it.

## Verification

### Look again

It is fast.

## Escalation

Page `team-shop`.
"""


def loaded(folder: Path, *handbook: str) -> Loaded:
    return Loaded(Configuration(lint=LintOptions(handbook=handbook)), str(folder))


def test_alerts_lead_to_the_first_runbook_that_lists_them(tmp_path: Path) -> None:
    book = tmp_path / "book"
    book.mkdir()
    (book / "a.md").write_text(RUNBOOK.format(alerts="Slow, Down"))
    (book / "b.md").write_text(RUNBOOK.format(alerts="Slow, Odd"))
    (book / "notes.md").write_text("# Notes\n\nNothing to run.\n")
    (book / "bad.md").write_text("---\nformat: runbook/v1\nalerts: [Bad]\n---\n")

    found = runbooks_by_alert(loaded(tmp_path, "book"))

    names = {alert: Path(path).name for alert, path in found.items()}
    assert names == {"Slow": "a.md", "Down": "a.md", "Odd": "b.md"}


def test_without_a_handbook_no_alert_has_a_runbook(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(RUNBOOK.format(alerts="Slow"))

    assert runbooks_by_alert(loaded(tmp_path)) == {}
    assert runbooks_by_alert(loaded(tmp_path, "none")) == {}
