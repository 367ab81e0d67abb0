"""Calls a tool with what the tool does not take."""

from __future__ import annotations

from typing import Final

from runbookkit.audit.players.scripted._script import Page, Say, Scripted, Talk
from runbookkit.model.template import Template

NAME: Final = "malformed"


def player(template: Template) -> Scripted:
    """Return the player."""
    return Scripted(NAME, _script, template)


def _script(page: Page) -> Talk:  # noqa: ARG001  it does not look
    yield Say("finish", {"outcome": "all good", "confidence": 0.99})
