"""Reports a gap in words that stand nowhere."""

from __future__ import annotations

from typing import Final

from runbookkit.audit.players.scripted._script import Page, Say, Scripted, Talk
from runbookkit.model.template import Template

NAME: Final = "misquoting"


def player(template: Template) -> Scripted:
    """Return the player."""
    return Scripted(NAME, _script, template)


def _script(page: Page) -> Talk:
    yield Say(
        "report_gap",
        {
            "kind": "missing-command",
            "line": page.first_words(),
            "quote": "restart the pods as usual and hope for the best",
            "missing": "the command",
            "blocking": True,
        },
    )
    yield Say("finish", {"outcome": "stuck"})
