"""Is cut off in the middle of its first sentence."""

from __future__ import annotations

from typing import Final

from runbookkit.audit.players.scripted._script import Page, Scripted, Talk
from runbookkit.model.audit import Turn
from runbookkit.model.template import Template

NAME: Final = "truncated"


def player(template: Template) -> Scripted:
    """Return the player."""
    return Scripted(NAME, _script, template)


def _script(page: Page) -> Talk:  # noqa: ARG001  it does not look
    yield Turn((), "truncated", "First I will look at the")
