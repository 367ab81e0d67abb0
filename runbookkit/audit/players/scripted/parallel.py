"""Does the next step and claims the end in one breath, as if order did not matter."""

from __future__ import annotations

from typing import Final

from runbookkit.audit.players.scripted._reading import read_through
from runbookkit.audit.players.scripted._script import (
    Page,
    Say,
    Scripted,
    Talk,
    turn_of,
)
from runbookkit.model.audit import ToolCall, Turn
from runbookkit.model.template import Template

NAME: Final = "parallel"


def player(template: Template) -> Scripted:
    """Return the player."""
    return Scripted(NAME, _script, template)


def _script(page: Page) -> Talk:
    talk = read_through(page)
    said = next(talk)
    turns = 0
    while True:
        if isinstance(said, Say):
            first = turn_of(said, turns).calls[0]
            other = ToolCall(f"{first.id}-too", "finish", {"outcome": "resolved"})
            said = Turn((first, other), "tool use")
        answer = yield said
        turns += 1
        try:
            said = talk.send(answer)
        except StopIteration:
            return
