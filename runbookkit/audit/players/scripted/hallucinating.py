"""Invents what the text does not say, and says that it is done."""

from __future__ import annotations

from typing import Any, Final

from runbookkit.audit.players.scripted._reading import read_through
from runbookkit.audit.players.scripted._script import Page, Say, Scripted, Talk
from runbookkit.model.audit import ToolAnswer
from runbookkit.model.template import Template

NAME: Final = "hallucinating"


def player(template: Template) -> Scripted:
    """Return the player."""
    return Scripted(NAME, _script, template)


class _Inventing(dict[str, Any]):
    """Knows a value for every name."""

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: str) -> Any:
        return "web-1" if key not in {"labels", "annotations"} else _Inventing()


def _script(page: Page) -> Talk:
    talk = read_through(page, _Inventing())
    said = next(talk)
    while True:
        if isinstance(said, Say) and said.tool == "report_gap":
            said = talk.send(ToolAnswer("", ""))
            continue
        if isinstance(said, Say) and said.input.get("outcome") == "stuck":
            said = Say("finish", {"outcome": "resolved"})
        answer = yield said
        try:
            said = talk.send(answer)
        except StopIteration:
            return
