"""A script as a player: it is begun anew each turn and told what was said so far."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from runbookkit.audit.view import inside, unnumbered
from runbookkit.markdown.runbook import parse_runbook
from runbookkit.model.audit import Exchange, ToolAnswer, ToolCall, Turn, View
from runbookkit.model.runbook import Runbook
from runbookkit.model.template import Template
from runbookkit.queries.registry import fence_names


@dataclass(frozen=True, slots=True)
class Say:
    """One call of a tool."""

    tool: str
    input: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """What a reader makes of what it is shown."""

    view: View
    lines: tuple[str, ...]
    runbook: Runbook
    alert: Mapping[str, Any]

    def line(self, number: int) -> str:
        """Return the words of a line."""
        return self.lines[number - 1].strip() if 1 <= number <= len(self.lines) else ""

    def first_words(self) -> int:
        """Return the first line behind the front matter that says something."""
        front = self.runbook.document.front_matter
        begin = front.span.end_line if front is not None else 0
        for number in range(begin + 1, len(self.lines) + 1):
            if self.line(number).strip("-# "):
                return number
        return 1

    def gap(
        self, kind: str, number: int, missing: str, *, blocking: bool = True
    ) -> Say:
        """Return a report about a line."""
        return Say(
            "report_gap",
            {
                "kind": kind,
                "line": number,
                "quote": self.line(number),
                "missing": missing,
                "blocking": blocking,
            },
        )


Said = Say | Turn
Talk = Generator[Said, ToolAnswer, None]
Script = Callable[[Page], Talk]


@dataclass(slots=True)
class _Live:
    """A talk that goes on where it stopped, while the history is that of before."""

    view: View
    last: Exchange | None
    turns: int
    talk: Talk


@dataclass(frozen=True)
class Scripted:
    """A player that follows a script.

    What it says depends on view and history alone; that it need not begin anew for
    every turn of one play is a matter of time, and of nothing else.
    """

    name: str
    script: Script
    template: Template
    _live: list[_Live] = field(default_factory=list, compare=False, repr=False)

    def turn(self, view: View, history: Sequence[Exchange]) -> Turn:
        """Return what the script says after what was answered so far."""
        try:
            talk, said = self._resumed(view, history) or self._anew(view, history)
        except StopIteration:
            self._live.clear()
            return Turn((), "end")
        last = history[-1] if history else None
        self._live[:] = [_Live(view, last, len(history), talk)]
        return said if isinstance(said, Turn) else turn_of(said, len(history))

    def _resumed(
        self, view: View, history: Sequence[Exchange]
    ) -> tuple[Talk, Said] | None:
        if not self._live or not history:
            return None
        live = self._live[0]
        before = history[-2] if len(history) > 1 else None
        goes_on = live.view is view and live.turns == len(history) - 1
        if not goes_on or live.last is not before:
            return None
        self._live.clear()  # whatever it says now, it is not where it was any more
        return live.talk, live.talk.send(history[-1].answers[0])

    def _anew(self, view: View, history: Sequence[Exchange]) -> tuple[Talk, Said]:
        talk = self.script(page_of(view, self.template))
        said = next(talk)
        for exchange in history:
            said = talk.send(exchange.answers[0])
        return talk, said


def turn_of(said: Say, turns: int) -> Turn:
    """Return a turn of one call, with an id that no other turn has."""
    call = ToolCall(f"call-{turns + 1}", said.tool, dict(said.input))
    return Turn((call,), "tool use")


@lru_cache(maxsize=16)
def page_of(view: View, template: Template) -> Page:
    """Return what a reader who knows the house's format makes of a view."""
    lines = unnumbered(view.runbook)
    runbook = _read("\n".join(lines), template)
    return Page(view, lines, runbook, json.loads(inside(view.alert)))


@lru_cache(maxsize=32)
def _read(text: str, template: Template) -> Runbook:
    return parse_runbook(text, "", template, fence_names())
