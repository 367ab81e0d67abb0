"""Windows of multi-window, multi-burn-rate alerts.

From the Site Reliability Workbook, table 5-8, as sloth's ``google-30d`` has
them; for other windows the burn rate follows from the share of the budget.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from runbookkit.slo.budget import factor

Urgency = Literal["page", "ticket"]


@dataclass(frozen=True, slots=True)
class BurnWindow:
    """A pair of windows, both of which must burn faster than a rate."""

    urgency: Urgency
    short: timedelta
    """Ends the alert when the harm ends."""
    long: timedelta
    """Makes the alert mean something."""
    share: float
    """Of the budget that is spent in the long one at the rate."""

    def rate(self, window: timedelta) -> float:
        """Return the burn rate for an objective's window."""
        return factor(self.share, self.long, window)


def _hours(count: float) -> timedelta:
    return timedelta(hours=count)


WINDOWS: Final[Sequence[BurnWindow]] = (
    BurnWindow("page", timedelta(minutes=5), _hours(1), 0.02),
    BurnWindow("page", timedelta(minutes=30), _hours(6), 0.05),
    BurnWindow("ticket", _hours(2), _hours(24), 0.1),
    BurnWindow("ticket", _hours(6), _hours(72), 0.1),
)


def recorded() -> tuple[timedelta, ...]:
    """Return the windows that the alerts look at, the shortest first."""
    both = {each.short for each in WINDOWS} | {each.long for each in WINDOWS}
    return tuple(sorted(both))


def promql(duration: timedelta) -> str:
    """Return a duration as PromQL writes it, in the largest unit that fits.

    >>> promql(timedelta(hours=1)), promql(timedelta(days=3)), promql(timedelta(seconds=90))
    ('1h', '3d', '90s')
    """
    seconds = max(1, round(duration.total_seconds()))
    for unit, length in (("d", 86_400), ("h", 3600), ("m", 60)):
        if seconds % length == 0:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"


def in_window(query: str, duration: timedelta) -> str:
    """Return an objective's query for one window.

    >>> in_window("rate(a_total[{{.window}}])", timedelta(minutes=5))
    'rate(a_total[5m])'
    """
    head, *rest = query.split("{{")
    whole = [head]
    for part in rest:
        name, closed, after = part.partition("}}")
        if closed and name.strip() == ".window":
            whole.append(promql(duration) + after)
        else:
            whole.append("{{" + part)
    return "".join(whole)
