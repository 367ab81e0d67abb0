"""Stops talking without having finished."""

from __future__ import annotations

from typing import Final

from runbookkit.audit.players.scripted._script import Page, Scripted, Talk
from runbookkit.model.audit import Turn
from runbookkit.model.template import Template

NAME: Final = "silent"


def player(template: Template) -> Scripted:
    """Return the player."""
    return Scripted(NAME, _script, template)


def _script(page: Page) -> Talk:  # noqa: ARG001  it does not look
    yield Turn((), "end", "The runbook looks fine to me.")
