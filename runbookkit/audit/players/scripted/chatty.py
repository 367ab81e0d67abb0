"""Reports a gap on every line, so that some of them hit."""

from __future__ import annotations

from typing import Final, get_args

from runbookkit.audit.players.scripted._script import Page, Say, Scripted, Talk
from runbookkit.model.audit import GapKind
from runbookkit.model.template import Template

NAME: Final = "chatty"


def player(template: Template) -> Scripted:
    """Return the player."""
    return Scripted(NAME, _script, template)


_KINDS: Final = get_args(GapKind)
_BESIDES: Final = 8
_LINES_EACH: Final = 6


def _script(page: Page) -> Talk:
    lines = [n for n in range(1, len(page.lines) + 1) if page.line(n)]
    most = len(page.lines) // _LINES_EACH + _BESIDES
    for number, line in enumerate(lines[:most]):
        kind = _KINDS[number % len(_KINDS)]
        yield page.gap(kind, line, "this could be clearer")
    yield Say("finish", {"outcome": "stuck"})
