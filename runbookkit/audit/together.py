"""What several plays prove together: repetitions of a scenario, all scenarios."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import comb
from typing import Final

from runbookkit.audit.claims import NEAR
from runbookkit.model.audit import (
    Flag,
    Gap,
    GapStatus,
    Gate,
    PlayVerdict,
    RunbookAudit,
    ScenarioVerdict,
    Verdict,
)

_WORST: Final[tuple[Verdict, ...]] = ("executable", "untrusted", "error", "gaps")
"""From the best; what is proven weighs more than what could not be found out."""
_ORDER: Final[tuple[GapStatus, ...]] = ("proven", "confirmed", "claimed", "void")
_SHOWN: Final = frozenset({"proven", "confirmed"})
_TRUSTED: Final[frozenset[Flag]] = frozenset({"unproven", "passed-over-gap"})
"""Flags with which a player's claims still count: it found less, it made nothing up."""


def of_scenario(
    plays: Sequence[PlayVerdict], *, derived: bool = False
) -> ScenarioVerdict:
    """Return what the repetitions of one scenario prove.

    A gap that at least half of them claim, at the same line or next to it, is
    confirmed.
    """
    gaps = agreed(plays)
    executed = sum(each.verdict == "executable" for each in plays)
    verdict = _worst(each.verdict for each in plays)
    if any(each.status in _SHOWN for each in gaps) and verdict != "error":
        verdict = "gaps"
    return ScenarioVerdict(
        plays[0].scenario, derived, verdict, tuple(plays), executed,
        pass_k(executed, len(plays)), gaps,
    )  # fmt: skip


def agreed(plays: Sequence[PlayVerdict]) -> tuple[Gap, ...]:
    """Return the gaps of several plays, each once, with how many report it.

    What a player says that floods, misquotes or obeys confirms nothing, however
    often it says it.
    """
    groups: list[_Group] = []
    for play in plays:
        heard = _TRUSTED.issuperset(play.flags)
        for gap in play.gaps:
            group = next((each for each in groups if each.holds(gap)), None)
            if group is None:
                group = _Group(gap)
                groups.append(group)
            group.add(gap, play, heard=heard)
    found = [each.settled(len(plays)) for each in groups]
    return tuple(sorted(found, key=_place))


@dataclass
class _Group:
    """One gap as several plays report it."""

    best: Gap
    said_by: set[int] = field(default_factory=set)
    heard_from: set[int] = field(default_factory=set)

    def holds(self, gap: Gap) -> bool:
        one_is_void = "void" in {self.best.status, gap.status}
        if one_is_void and self.best.status != gap.status:
            return False
        return self.best.kind == gap.kind and abs(self.best.line - gap.line) <= NEAR

    def add(self, gap: Gap, play: PlayVerdict, *, heard: bool) -> None:
        if _ORDER.index(gap.status) < _ORDER.index(self.best.status):
            self.best = gap
        self.said_by.add(id(play))
        if heard:
            self.heard_from.add(id(play))

    def settled(self, plays: int) -> Gap:
        """Return the gap with the status that it has after so many plays."""
        enough = plays > 1 and len(self.heard_from) * 2 >= plays
        agreed_on = enough and self.best.status == "claimed"
        status: GapStatus = "confirmed" if agreed_on else self.best.status
        return replace(self.best, status=status, seen=len(self.said_by))


def pass_k(executed: int, plays: int) -> tuple[float, ...]:
    """Return, for each k, the chance that k plays out of those made all succeed.

    The estimate without bias, C(executed, k) / C(plays, k), as tau-bench has it
    (Yao et al. 2024, arXiv 2406.12045).

    >>> pass_k(2, 3)
    (0.6667, 0.3333, 0.0)
    """
    return tuple(
        round(comb(executed, k) / comb(plays, k), 4) for k in range(1, plays + 1)
    )


def of_runbook(audit: RunbookAudit) -> RunbookAudit:
    """Return an audit with its verdict and its gaps, from its scenarios and dry run."""
    gaps = _merged([*audit.gaps, *(g for s in audit.scenarios for g in s.gaps)])
    verdicts: list[Verdict] = [each.verdict for each in audit.scenarios]
    if any(each.status in _SHOWN for each in gaps):
        verdicts.append("gaps")
    if not verdicts or (audit.why and not audit.scenarios):
        verdicts.append("error")
    return replace(audit, verdict=_worst(verdicts), gaps=gaps)


def _merged(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    kept: dict[tuple[str, int, str], Gap] = {}
    for gap in gaps:
        key = (gap.kind, gap.line, "" if gap.status != "void" else gap.quote)
        known = kept.get(key)
        if known is None or _ORDER.index(gap.status) < _ORDER.index(known.status):
            kept[key] = gap
    return tuple(sorted(kept.values(), key=_place))


def _place(gap: Gap) -> tuple[int, str, str]:
    return gap.line, gap.kind, gap.code


def _worst(verdicts: Iterable[Verdict]) -> Verdict:
    return max(verdicts, key=_WORST.index)


def fails(gap: Gap, gate: Gate, *, advisory: bool = False) -> bool:
    """Tell whether a gap fails an audit behind a gate.

    Where the gate is advisory, what a rule does not find as well fails nothing
    unless it is proven.
    """
    if gate == "none":
        return False
    by_a_player_alone = advisory and not gap.code
    confirmed = gap.status == "confirmed" and not by_a_player_alone
    return gap.status == "proven" or (gate == "confirmed" and confirmed)
