"""What a step asks Jaeger, in the words of its search form; checked without a server.

Jaeger has no query language. Its form asks for a service, an operation, the least and
greatest duration, and tags, and so does a fence:

    service="checkout" operation="POST /pay" minDuration="500ms" tag.error="true"

``trace="4bf9…"`` asks for one trace by its id. The names are those of the HTTP API.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from runbookkit.queries.go_strings import unquote
from runbookkit.queries.language import Checked, QueryProblem

_PAIR: Final = re.compile(
    r'(?P<name>[A-Za-z][\w.\-/]*)=(?P<value>"(?:\\.|[^"\\\n])*"|[^\s"]+)(?=\s|$)'
)
_SPACE: Final = re.compile(r"\s*")
_DURATION: Final = re.compile(r"(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+")
_TAG: Final = "tag."
_DURATIONS: Final = ("minDuration", "maxDuration")
_NAMES: Final = ("service", "operation", *_DURATIONS, "trace")


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked for: one trace by its id, or the traces of a service."""

    trace: str = ""
    service: str = ""
    operation: str = ""
    durations: Mapping[str, str] = field(default_factory=dict)
    """As the API takes them: ``minDuration``, ``maxDuration``, each with its unit."""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Read:
    """A text as far as it was understood."""

    search: Search
    problems: tuple[QueryProblem, ...] = ()


def read_jaeger(text: str) -> Read:
    """Return what a text asks for, and what is wrong with it.

    >>> read_jaeger('service="shop" tag.error="true"').search.tags
    {'error': 'true'}
    """
    given: dict[str, str] = {}
    problems: list[QueryProblem] = []
    at = _after_space(text, 0)
    while at < len(text):
        pair = _PAIR.match(text, at)
        if pair is None:
            problems.append(_not_a_pair(text, at))
            break
        problems += _taken(pair, given)
        at = _after_space(text, pair.end())
    if not problems:
        problems += _missing(given, text)
    return Read(_search(given), tuple(problems))


def check_jaeger(text: str) -> Checked:
    """Return what is wrong with a text, and the kind of its answer."""
    read = read_jaeger(text)
    return Checked(read.problems, kind="trace" if read.search.trace else "traces")


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found is not None else at


def _taken(pair: re.Match[str], given: dict[str, str]) -> list[QueryProblem]:
    """Keep a pair; return why it cannot be one."""
    name, written = pair["name"], pair["value"]
    if name not in _NAMES and not (name.startswith(_TAG) and name != _TAG):
        known = f"{', '.join(_NAMES)} and tag.NAME"
        return [_problem(f"`{name}` is unknown; there are {known}", pair, "name")]
    if name in given:
        return [_problem(f"`{name}` is given twice", pair, "name")]
    literal = unquote(written) if written.startswith('"') else None
    if literal is not None and literal.problem:
        start = pair.start("value")
        return [QueryProblem(literal.problem, start + literal.at, start + literal.end)]
    value = given[name] = literal.value if literal is not None else written
    # a word in place of a number is a value that is not known yet
    if name in _DURATIONS and value[:1].isdigit() and not _DURATION.fullmatch(value):
        return [_problem(f"{value!r} is no duration such as 500ms", pair, "value")]
    return []


def _missing(given: Mapping[str, str], text: str) -> list[QueryProblem]:
    if "trace" in given and len(given) > 1:
        return [QueryProblem("a trace is asked for by its id alone", 0, len(text))]
    if "trace" not in given and "service" not in given:
        missing = 'say which service: `service="NAME"`; Jaeger searches in no other way'
        return [QueryProblem(missing, 0, len(text))]
    return []


def _not_a_pair(text: str, at: int) -> QueryProblem:
    end = next((i for i in range(at, len(text)) if text[i].isspace()), len(text))
    example = 'write `name="value"`, set off by spaces'
    return QueryProblem(f"{text[at:end]!r} cannot be read; {example}", at, end)


def _problem(message: str, pair: re.Match[str], part: str) -> QueryProblem:
    return QueryProblem(message, *pair.span(part))


def _search(given: Mapping[str, str]) -> Search:
    return Search(
        trace=given.get("trace", "").replace("-", "").lower(),
        service=given.get("service", ""),
        operation=given.get("operation", ""),
        durations={name: given[name] for name in _DURATIONS if name in given},
        tags={
            name.removeprefix(_TAG): value
            for name, value in given.items()
            if name.startswith(_TAG)
        },
    )
