"""Replace secrets and personal data by stable tokens before text is kept or sent.

Shapes of secrets are our own (:mod:`runbookkit.lint.secrets`) and not those of
detect-secrets 1.5, which is the maintained library for this: without its entropy
plug-ins it does not know Grafana's, Anthropic's and PagerDuty's tokens, gives a find
without its place, and costs 240 times as much per line and 350 modules to import.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24}\b"
)
_CARD = re.compile(r"(?<![\d.-])(?:\d[ -]?){12,18}\d(?![\d.-])")

TOKEN = re.compile(r"(?:«|\\u00ab)[a-z]+:\d+(?:»|\\u00bb)")
"""What stands in place of something, also as JSON in ASCII spells it."""


class Place(NamedTuple):
    """Something that is to be replaced, and what it is."""

    start: int
    end: int
    kind: str


Find = Callable[[str], Iterable[Place]]


class Redactor:
    """Replaces what its finders find; the same text always gets the same token.

    Lines stay lines, so that line numbers hold.
    """

    def __init__(self, finders: Iterable[Find]) -> None:
        self._finders = tuple(finders)
        self._tokens: dict[tuple[str, str], str] = {}
        self._counts: dict[str, int] = {}

    def __call__(self, text: str) -> str:
        """Return the text with a token in place of every find."""
        places = _apart(place for find in self._finders for place in find(text))
        pieces: list[str] = []
        at = 0
        for start, end, kind in places:
            found = text[start:end]
            pieces += [
                text[at:start],
                self._token(kind, found),
                "\n" * found.count("\n"),
            ]
            at = end
        return "".join((*pieces, text[at:])) if pieces else text

    def _token(self, kind: str, found: str) -> str:
        if (kind, found) not in self._tokens:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._tokens[kind, found] = f"«{kind}:{self._counts[kind]}»"
        return self._tokens[kind, found]


def _apart(places: Iterable[Place]) -> list[Place]:
    """Return places in order, those that overlap as one of the larger's kind.

    >>> _apart([Place(4, 9, "host"), Place(0, 3, "card"), Place(0, 5, "email")])
    [Place(start=0, end=9, kind='email')]
    """
    apart: list[Place] = []
    for place in sorted(places, key=lambda each: (each.start, -each.end)):
        if apart and place.start < apart[-1].end:
            last = apart.pop()
            place = Place(last.start, max(last.end, place.end), last.kind)  # noqa: PLW2901
        apart.append(place)
    return apart


def personal_data(text: str) -> Iterator[Place]:
    """Yield e-mail addresses and payment card numbers.

    >>> [place.kind for place in personal_data("ada@example.com 4111 1111 1111 1111")]
    ['email', 'card']
    """
    if "@" in text:
        for match in _EMAIL.finditer(text):
            yield Place(*match.span(), "email")
    for match in _CARD.finditer(text):
        if _is_card(match[0]):
            yield Place(*match.span(), "card")


def _is_card(text: str) -> bool:
    """Tell a card number from any other: its prefix, its length, its check digit.

    The check digit is that of ISO/IEC 7812-1, Luhn's formula.
    """
    digits = [int(sign) for sign in text if sign.isdigit()]
    if digits[0] not in {3, 4, 5, 6} or len(set(digits)) == 1:
        return False
    doubled = [digit * 2 for digit in digits[-2::-2]]
    total = sum(digits[-1::-2]) + sum(d - 9 if d > 9 else d for d in doubled)
    return total % 10 == 0
