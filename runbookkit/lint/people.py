"""Names of persons in prose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from runbookkit.lint.given_names import GIVEN_NAMES

_TEAMS: Final = (
    r"here|channel|everyone|all|on-?call|sre|ops|infra|platform|support|security|devs?"
    r"|[\w.-]*(?:team|oncall|on-call|support|group|squad|guild|admins?|ops|sre|leads?"
    r"|engineers?|engineering|bot)"
)
_HANDLE: Final = re.compile(
    rf"(?<![\w./@+-])@(?!(?:{_TEAMS})\b(?![.-]))[a-zA-Z][\w.-]*\w(?![\w/(:])",
    re.IGNORECASE,
)
_MAIL: Final = re.compile(r"\b[a-z]{2,}\.[a-z-]{2,}@[\w-]+(?:\.[\w-]+)+")
_WORD: Final = re.compile(r"(?<![\w./#@_-])[A-Z][a-zà-ÿ]+(?![\w_]|-[a-z0-9])")
_REST: Final = re.compile(
    r"(?: [A-Z]\.)?(?: (?:de|van|von|der|la|di))*( [A-Z](?:'[A-Z])?[a-zà-ÿ]+(?:-[A-Z][a-zà-ÿ]+)?)"
)
_THING_BEFORE: Final = re.compile(
    r"(?:\b(?:the|an?|our|this|that|each|every|san|santa|santo|st\.?|saint)|\d\.?)\s$",
    re.IGNORECASE,
)
_THING_AFTER: Final = re.compile(
    r"\s(?:\d|cluster|service|server|host|node|namespace|environment|database|instance"
    r"|tenant|deployment|app|pod|region|bot|pipeline|release|version|job|queue)"
)
_FORGETFUL: Final = re.compile(
    r"(?<![\w./#@_-])(?P<name>[A-Z][a-zà-ÿ]{2,})(?: [A-Z][a-zà-ÿ]+)? (?:had )?"
    r"(?:forgot|mistyped|apologi[sz]ed|panicked|realised|realized|remembered"
    r"|went (?:home|to lunch|to bed)|was (?:asleep|on (?:holiday|vacation|leave)|out sick"
    r"|tired)|joined the call|left the call|misread|misunderstood)\b"
)
_ROLES: Final = """
Administrator Administrators Admin Admins All Analyst Anybody Anyone Author
Caller Colleague Colleagues Commander Contractor Customer Customers Dba Deployer
Developer Developers Engineer Engineering Engineers Everybody Everyone He Lead
Manager Managers Management Many Most Nobody None On-call Oncall One Operations
Operator Operators Owner People Person Responder Responders Reviewer Reviewers She
Some Somebody Someone Staff Support Team Teams They User Users Vendor We Who You
"""
_NO_NAMES: Final = frozenset(_ROLES.split())


class Named(NamedTuple):
    """A name and its place in the text."""

    name: str
    start: int
    end: int


def people(words: str) -> Iterator[Named]:
    """Yield what names a person: given names, handles, addresses.

    >>> [each.name for each in people("Priya asked @bob.k; Grafana Loki answered")]
    ['@bob.k', 'Priya']
    """
    yield from _addresses(words)
    yield from _given(words)
    for match in _FORGETFUL.finditer(words):
        name = match["name"]
        if name not in _NO_NAMES and name not in GIVEN_NAMES:
            yield Named(name, *match.span("name"))


def _addresses(words: str) -> Iterator[Named]:
    if "@" in words:
        for match in (*_HANDLE.finditer(words), *_MAIL.finditer(words)):
            yield Named(match[0], match.start(), match.end())


def _given(words: str) -> Iterator[Named]:
    end = 0
    for match in _WORD.finditer(words):
        if match.start() < end or match[0] not in GIVEN_NAMES:
            continue
        rest = _REST.match(words, match.end())
        end = rest.end() if rest else match.end()
        if rest or not _is_thing(words, match):
            yield Named(words[match.start() : end], match.start(), end)


def _is_thing(words: str, match: re.Match[str]) -> bool:
    """Tell whether a single name stands for a machine: the Charlotte cluster."""
    return bool(
        _THING_AFTER.match(words, match.end())
        or _THING_BEFORE.search(words, max(match.start() - 8, 0), match.start())
    )
