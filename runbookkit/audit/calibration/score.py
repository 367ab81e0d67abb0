"""Count what was found: against the clean parent, with intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from runbookkit.audit.calibration.page import Edited, Operator
from runbookkit.model.audit import Gap, RunbookAudit
from runbookkit.model.calibration import Cell, Reader, Share

NEAR: Final = 1
"""Lines that a report may be beside the planted one."""
_Z: Final = 1.959964
_SHOWN: Final = frozenset({"proven", "confirmed"})


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in one text."""

    dry: tuple[Gap, ...]
    """By the dry run alone."""
    audit: RunbookAudit

    @property
    def played(self) -> tuple[Gap, ...]:
        """By the plays alone."""
        return tuple(
            gap
            for scenario in self.audit.scenarios
            for gap in scenario.gaps
            if gap.status in _SHOWN
        )


def share(found: int, of: int) -> Share:
    """Return a share with its Wilson score interval (Wilson 1927), 95 %.

    >>> share(13, 13)
    Share(found=13, of=13, low=0.7719, high=1.0)
    """
    if not of:
        return Share(0, 0, 0.0, 1.0)
    p, z = found / of, _Z
    middle = p + z * z / (2 * of)
    spread = z * sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    scale = 1 + z * z / of
    low, high = (middle - spread) / scale, (middle + spread) / scale
    return Share(found, of, round(max(low, 0.0), 4), round(min(high, 1.0), 4))


def scored(
    operator: Operator,
    edited: Edited,
    *,
    parent: Looked,
    mutant: Looked,
    held_out: bool,
) -> Cell:
    """Return what came of one planted change.

    Only what the clean parent is not said to have counts, for better or worse.
    """
    dry = _new(mutant.dry, parent.dry)
    played = _new(mutant.played, parent.played)
    hits: list[Reader] = []
    if any(_hit(each, operator, edited) for each in dry):
        hits.append("dry run")
    if any(_hit(each, operator, edited) for each in played):
        hits.append("player")
    if hits:
        hits.append("both")
    otherwise = {
        f"{each.line}: {each.kind} {each.code}".rstrip()
        for each in (*dry, *played)
        if not _near(each, edited)
    }
    return Cell(
        operator.name,
        mutant.audit.path,
        min(edited.lines),
        operator.kinds,
        held_out,
        tuple(hits),
        tuple(sorted(otherwise)),
        mutant.audit.verdict,
        trusted=bool(operator.kinds) and mutant.audit.verdict == "executable",
    )


def _hit(gap: Gap, operator: Operator, edited: Edited) -> bool:
    return gap.kind in operator.kinds and _near(gap, edited)


def _near(gap: Gap, edited: Edited) -> bool:
    return any(abs(gap.line - line) <= NEAR for line in edited.lines)


def _identity(gap: Gap) -> tuple[str, str, str]:
    return gap.kind, gap.code, gap.quote


def _new(gaps: Iterable[Gap], before: Iterable[Gap]) -> list[Gap]:
    left = Counter(_identity(each) for each in before)
    fresh: list[Gap] = []
    for gap in gaps:
        if left[_identity(gap)]:
            left[_identity(gap)] -= 1
        else:
            fresh.append(gap)
    return fresh


def recall(cells: Sequence[Cell], reader: Reader) -> Share:
    """Return how many of the planted defects somebody found."""
    planted = [each for each in cells if each.kinds]
    return share(sum(reader in each.found_by for each in planted), len(planted))


def precision(cells: Sequence[Cell]) -> Share:
    """Return how many of the places that were reported had been spoiled."""
    right = sum(bool(each.found_by) for each in cells)
    wrong = sum(len(each.otherwise) for each in cells)
    return share(right, right + wrong)


def false_alarms(cells: Sequence[Cell]) -> Share:
    """Return how many of the harmless changes were reported."""
    harmless = [each for each in cells if not each.kinds]
    return share(
        sum(bool(each.otherwise) or each.verdict == "gaps" for each in harmless),
        len(harmless),
    )


def trusted(cells: Sequence[Cell]) -> Share:
    """Return how many of the spoiled runbooks were called executable."""
    planted = [each for each in cells if each.kinds]
    return share(sum(each.trusted for each in planted), len(planted))
