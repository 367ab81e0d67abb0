"""What a player is shown: numbered lines between marks, with nothing hidden in them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from runbookkit.lint.invisible import invisible_in, odd_spaces_in
from runbookkit.model.audit import View
from runbookkit.model.scenario import Scenario

if TYPE_CHECKING:
    from jinja2 import Environment

_NUMBERED: Final = re.compile(r" *\d+\| ?(?P<text>.*)")
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Marks:
    """What nobody who wrote a text can have known: made anew for every audit."""

    delimiter: str
    """Stands at both ends of every text from outside."""
    canary: str
    """A word that has no reason ever to be said."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Why somebody opens the runbook."""

    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    since: str = ""
    now: str = ""
    begin_at: str = ""
    """Id of the step to begin at; empty for the first one."""
    given: Mapping[str, Any] = field(default_factory=dict)
    """Values that the person who begins knows, by the name of the input."""


def situation_of(scenario: Scenario) -> Situation:
    """Return what is known when a scenario begins, and nothing of how it goes on."""
    alert = scenario.alert
    since = alert.starts_at.isoformat() if alert and alert.starts_at else ""
    return Situation(
        dict(alert.labels) if alert else {},
        dict(alert.annotations) if alert else {},
        since,
        scenario.started_at.isoformat(),
        scenario.first,
        dict(scenario.inputs),
    )


def view_of(lines: Sequence[str], situation: Situation, marks: Marks) -> View:
    """Return the view of a redacted text; every line keeps its number."""
    return View(
        system_prompt(marks),
        between(numbered(lines), "runbook", marks),
        between(_alert(situation), "alert", marks),
        marks.canary,
    )


def shown_line(line: str) -> str:
    r"""Return a line whose invisible characters are spelt out.

    >>> shown_line("a\u200bb")
    'a⟦U+200B⟧b'
    """
    if line.isascii() and line.replace("\t", " ").isprintable():
        return line
    places = [(each.start, each.end) for each in invisible_in(line)]
    places += [(each.start, each.end) for each in odd_spaces_in(line)]
    places += [match.span() for match in _CONTROL.finditer(line)]
    pieces: list[str] = []
    done = 0
    for start, end in sorted(set(places)):
        if start < done:
            continue
        pieces += [line[done:start], *(_spelt(each) for each in line[start:end])]
        done = end
    return "".join([*pieces, line[done:]])


def _spelt(letter: str) -> str:
    return f"⟦U+{ord(letter):04X}⟧"


def numbered(lines: Sequence[str]) -> str:
    r"""Return lines with their numbers, from 1.

    >>> numbered(["# A", ""])
    '1| # A\n2| '
    """
    width = len(str(len(lines)))
    return "\n".join(
        f"{number:>{width}}| {shown_line(line)}" for number, line in enumerate(lines, 1)
    )


def unnumbered(text: str) -> tuple[str, ...]:
    """Return the lines between the marks of a numbered text, without the numbers."""
    found = (_NUMBERED.fullmatch(line) for line in text.splitlines()[1:-1])
    return tuple(match["text"] for match in found if match is not None)


def between(text: str, name: str, marks: Marks) -> str:
    """Return a text from outside between marks that it cannot contain."""
    inside = text.replace(marks.delimiter, "…")
    return f"<{name} {marks.delimiter}>\n{inside}\n</{name} {marks.delimiter}>"


def inside(text: str) -> str:
    """Return what stands between the marks."""
    return "\n".join(text.splitlines()[1:-1])


def as_json(value: Any) -> str:
    """Return data as JSON in which nothing is invisible and nothing ends a line."""
    return json.dumps(value, sort_keys=True, ensure_ascii=True)


def _alert(situation: Situation) -> str:
    return as_json(
        {
            "labels": situation.labels,
            "annotations": situation.annotations,
            "firing_since": situation.since,
            "now": situation.now,
            "begin_at": situation.begin_at,
            "values_given": situation.given,
        }
    )


def system_prompt(marks: Marks) -> str:
    """Return the role, the rules and the kinds of gaps, the same for every play."""
    return prompt_of("audit-system.txt.j2", marks)


def prompt_of(name: str, marks: Marks) -> str:
    """Return a prompt from its template."""
    template = _environment().get_template(name)
    return template.render(delimiter=marks.delimiter, canary=marks.canary)


def prompt_digest(tools: Sequence[Mapping[str, Any]]) -> str:
    """Return what names a version of the prompt and the tools."""
    blank = system_prompt(Marks("", ""))
    return digest([blank, list(tools)])


def digest(value: Any) -> str:
    """Return the SHA-256 of data, by its JSON with sorted keys."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=True, default=str)
    return sha256(text.encode()).hexdigest()


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415

    return Environment(
        loader=PackageLoader("runbookkit", "templates"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  what is made is plain text
        keep_trailing_newline=True,
    )
