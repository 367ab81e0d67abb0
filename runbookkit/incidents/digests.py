"""Digests: one word about many alerts, each time there are ten times as many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from runbookkit.incidents import planning
from runbookkit.incidents.ledger import Ledger

_MOST_NAMES: Final = 20
"""That are counted one by one: however many there are, an incident stays small."""
_SHOWN: Final = 5
_FEW: Final = 10
"""Names are counted from this part of the first digest's alerts on."""


def count(ledger: Ledger, number: int, new: Sequence[str]) -> None:
    """Take note of the names of new alerts; say how many there are, now and then.

    Nobody is told of one alert after the other: the first digest comes when there
    are more than ``digest_after``, the next ones at ten times as many.
    """
    row, first = ledger.row(number), ledger.policy.digest_after
    # most incidents have few alerts, and are written often
    if not new or not first or row.total <= first // _FEW:
        return
    names = _with(row.data.get("alert_names", {}), new)
    ledger.remember(number, alert_names=names)
    mark = _passed(row.total - len(new), row.total, first)
    if mark:
        listed = _listed(names, row.total)
        text = f"{row.total} alerts, {row.firing} of them firing: {listed}"
        planning.say(ledger, number, text, f"digest-{mark}", thread="status")


def _with(known: Mapping[str, Any], new: Sequence[str]) -> dict[str, int]:
    names = {str(name): int(many) for name, many in known.items()}
    for name in new:
        if name in names or len(names) < _MOST_NAMES:
            names[name] = names.get(name, 0) + 1
    return names


def _passed(before: int, now: int, first: int) -> int:
    """Return the largest mark that was passed on the way from one count to another.

    >>> _passed(90, 120, 100), _passed(120, 900, 100), _passed(900, 12_000, 100)
    (100, 0, 10000)
    """
    mark, found = first, 0
    while 0 < mark < now:
        if mark >= before:
            found = mark
        mark *= 10
    return found


def _listed(names: Mapping[str, int], total: int) -> str:
    shown = sorted(names.items(), key=lambda each: (-each[1], each[0]))[:_SHOWN]
    listed = [f"{name} {many}" for name, many in shown]
    rest = total - sum(many for _, many in shown)
    return ", ".join([*listed, f"others {rest}"] if rest > 0 else listed)
