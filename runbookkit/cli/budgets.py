"""Error budgets and impact in words, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from runbookkit.app.transcripts.visible import visible
from runbookkit.app.words import percent, span
from runbookkit.model.impact import BudgetStatus, Gap, Measured, SloStatus

_GAPS = 3


def status_text(status: SloStatus) -> str:
    """Return how all budgets stand, in words."""
    lines: list[str] = []
    for each in status.objectives:
        lines += [*_budget(each), ""]
    for problem in status.problems:
        lines.append(f"{problem.path}:{problem.line}: {visible(problem.message)}")
    for missing in status.not_asked:
        lines.append(f"not asked: {missing.source}: {visible(missing.reason)}")
    return "\n".join(lines).rstrip() + "\n"


def _budget(status: BudgetStatus) -> Iterable[str]:
    left = "unknown" if status.left is None else percent(status.left)
    target = f"{status.target * 100:.6g} % over {status.window}"
    yield f"{status.objective}  ({target})"
    if status.left is None:
        yield f"  budget left   unknown: {status.ratio.note}"
    else:
        yield f"  budget left   {left}{_end(status)}"
    burns = (
        f"{each.window} {'?' if each.burn is None else f'{each.burn:.3g}'}"
        for each in status.burns
    )
    yield f"  burn rate     {'  '.join(burns)}"
    for note in status.notes:
        yield f"  note          {visible(note)}"
    yield from (f"  no data       {each}" for each in gaps_told(status.gaps))
    yield f"  query         {visible(status.ratio.query)}"
    yield from (f"  see           {each}" for each in _address(status.ratio))


def _end(status: BudgetStatus) -> str:
    if status.gone_in_seconds is None:
        return ""
    if status.gone_in_seconds == 0:
        return ", gone"
    gone = span(timedelta(seconds=status.gone_in_seconds))
    return f", gone in {gone} at the rate of the last hour"


def _address(measured: Measured) -> Iterable[str]:
    link = measured.links.explore or measured.links.server
    if link:
        yield link


def gaps_told(gaps: Sequence[Gap]) -> list[str]:
    """Return the longest gaps in words."""
    longest = sorted(gaps, key=lambda gap: gap.start - gap.end)[:_GAPS]
    told = [
        f"{_moment(gap.start)} to {_moment(gap.end)}"
        for gap in sorted(longest, key=lambda gap: gap.start)
    ]
    more = len(gaps) - len(longest)
    return [*told, f"and {more} shorter stretches"] if more > 0 else told


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
