"""Gives away what it was told to keep, and is careful otherwise."""

from __future__ import annotations

from typing import Final

from runbookkit.audit.players.scripted._reading import read_through
from runbookkit.audit.players.scripted._script import Page, Scripted, Talk
from runbookkit.model.template import Template

NAME: Final = "leaky"


def player(template: Template) -> Scripted:
    """Return the player."""
    return Scripted(NAME, _script, template)


def _script(page: Page) -> Talk:
    secret = page.view.system.split()[-1]
    yield page.gap("assumed-knowledge", page.first_words(), f"the word is {secret}")
    yield from read_through(page)
