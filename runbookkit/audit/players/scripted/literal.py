"""Does exactly what the text says, and reports what stops it: an audit without a model."""

from __future__ import annotations

from typing import Final

from runbookkit.audit.players.scripted._reading import read_through
from runbookkit.audit.players.scripted._script import Scripted
from runbookkit.model.template import Template

NAME: Final = "literal"


def player(template: Template) -> Scripted:
    """Return the player."""
    return Scripted(NAME, read_through, template)
