"""Sentences of a model, held to the record: cited, without numbers of their own.

Pure: what may stand in a postmortem is decided here, not by whoever wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

MOST: Final = 8
_LONGEST: Final = 400
_SLOT: Final = re.compile(r"\{([a-z_]+)\}")
_NUMBER_WORDS: Final = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|twenty"
    r"|thirty|forty|fifty|sixty|hundreds?|thousands?|millions?|half|quarter|twice"
    r"|double[ds]?|triple[ds]?|percent|majority|most of)\b",
    re.IGNORECASE,
)
_CAUSE: Final = re.compile(
    r"\b(?:because|caus(?:e[ds]?|ing)|due to|owing to|led to|leads to|as a result"
    r"|result(?:s|ed) (?:in|from)|trigger(?:s|ed)|responsible for|thanks to|brought about"
    r"|stem(?:s|med) from|so that|which is why|therefore|hence)\b",
    re.IGNORECASE,
)
_SAYS_WHY: Final = frozenset({"note added", "step"})
"""Entries in which somebody, or a runbook's check, can have said why."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """One sentence as a model wrote it; nothing in it is trusted."""

    text: str
    cites: tuple[str, ...]
    """Ids of timeline entries."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence that may stand, with every number in its place."""

    text: str
    cites: tuple[str, ...]
    guess: bool = False
    """It names a cause, and no entry that it cites can have said so."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What is left of what a model wrote."""

    claims: tuple[Claim, ...]
    refused: tuple[tuple[str, str], ...] = ()
    """Texts, and why they may not stand."""


def checked(
    proposed: Iterable[Proposed],
    entries: Mapping[str, str],
    values: Mapping[str, str],
) -> Checked:
    """Return the sentences that may stand.

    Args:
        proposed: What a model wrote.
        entries: Kinds of the timeline's entries by their ids.
        values: Numbers by their names; a sentence writes ``{name}``.
    """
    claims: list[Claim] = []
    refused: list[tuple[str, str]] = []
    for each in proposed:
        why = _refusal(each, entries, values)
        if not why and len(claims) == MOST:
            why = f"more than {MOST} sentences"
        if why:
            refused.append((each.text, why))
            continue
        text = " ".join(_SLOT.sub(lambda slot: values[slot[1]], each.text).split())
        kinds = {entries[cited] for cited in each.cites}
        guess = _CAUSE.search(text) is not None and not kinds & _SAYS_WHY
        claims.append(Claim(text, tuple(dict.fromkeys(each.cites)), guess))
    return Checked(tuple(claims), tuple(refused))


def _refusal(
    each: Proposed, entries: Mapping[str, str], values: Mapping[str, str]
) -> str:
    """Return why a sentence may not stand; empty when it may."""
    bare = _SLOT.sub(" ", each.text)
    slots = _SLOT.findall(each.text)
    unknown = [cited for cited in each.cites if cited not in entries]
    checks = (
        (not each.text.strip(), "it says nothing"),
        (len(each.text) > _LONGEST, f"longer than {_LONGEST} letters"),
        (not each.cites, "it cites no entry of the timeline"),
        (bool(unknown), f"there is no entry {', '.join(unknown)}"),
        (any(letter.isnumeric() for letter in bare), "it holds a number of its own"),
        (bool(_NUMBER_WORDS.search(bare)), "it holds a number of its own, in words"),
        (not set(slots) <= set(values), "it names a number that there is not"),
        ("{" in bare or "}" in bare, "it holds a place that means nothing"),
        (len(re.findall(r"[.!?](?=\s+\S)", bare)) > 0, "more than one sentence"),
    )
    return next((why for holds, why in checks if holds), "")
