"""Never comes to an end."""

from __future__ import annotations

from typing import Final

from runbookkit.audit.players.scripted._script import Page, Say, Scripted, Talk
from runbookkit.model.template import Template

NAME: Final = "endless"


def player(template: Template) -> Scripted:
    """Return the player."""
    return Scripted(NAME, _script, template)


def _script(page: Page) -> Talk:
    first = next(iter(page.runbook.steps), None)
    step = first.title if first is not None else "Wait"
    while True:
        looked = {"step": step, "tool": "by-hand", "command": "look once more"}
        yield Say("run", looked)
