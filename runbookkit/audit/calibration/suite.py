"""Which changes are planted where: the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from random import Random

from runbookkit.audit.calibration.page import Edited, Operator, Page
from runbookkit.audit.view import digest
from runbookkit.discovery import member, members
from runbookkit.model.runbook import Runbook

FAMILY = "runbookkit.audit.calibration.operators"


@cache
def operators() -> tuple[Operator, ...]:
    """Return all operators, by name."""
    found = [
        each
        for name in members(FAMILY)
        for each in vars(member(FAMILY, name)).values()
        if isinstance(each, Operator)
    ]
    return tuple(sorted(found, key=lambda each: each.name))


@dataclass(frozen=True, slots=True)
class Planted:
    """One change that is to be noticed, or not."""

    operator: Operator
    runbook: Runbook
    edited: Edited
    held_out: bool


def plant(
    runbooks: Sequence[Runbook], wanted: Sequence[Operator], seed: int
) -> Iterator[Planted | None]:
    """Yield one change for each operator and runbook; None where it fits nowhere.

    A third of them, chosen by name and for good, is held out.
    """
    for runbook in runbooks:
        page = Page(runbook)
        for operator in wanted:
            ways = list(operator.ways(page))
            if not ways:
                yield None
                continue
            # the folder is another one each time
            cell = f"{operator.name} {runbook.path.rpartition('/')[2]}"
            chosen = Random(f"{seed} {cell}").choice(ways)  # noqa: S311  no secret
            yield Planted(operator, runbook, chosen, _held_out(cell))


def _held_out(cell: str) -> bool:
    return sha256(cell.encode()).digest()[0] % 3 == 0


def suite_digest(runbooks: Sequence[Runbook], wanted: Sequence[Operator]) -> str:
    """Return what names a suite: its operators, and the texts they are planted in."""
    texts = [list(each.document.lines) for each in runbooks]
    return digest([[each.name for each in wanted], texts])
