"""Does what one does in such cases, whatever the runbook says."""

from __future__ import annotations

from typing import Final

from runbookkit.audit.players.scripted._script import Page, Say, Scripted, Talk
from runbookkit.model.template import Template

NAME: Final = "off-book"


def player(template: Template) -> Scripted:
    """Return the player."""
    return Scripted(NAME, _script, template)


def _script(page: Page) -> Talk:
    first = next(iter(page.runbook.steps), None)
    step = first.title if first is not None else "Look around"
    command = "kubectl get pods --all-namespaces"
    yield Say("run", {"step": step, "tool": "shell", "command": command})
    yield Say("finish", {"outcome": "resolved"})
