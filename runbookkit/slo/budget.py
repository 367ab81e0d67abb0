"""Error budgets: how much is spent, how fast, and for how long it lasts.

Definitions follow the Site Reliability Workbook, chapter 5: the budget is the
share of events that may be bad within the window; a burn rate of 1 spends
exactly all of it by the end of the window.
"""

from __future__ import annotations

from datetime import timedelta

_LONGEST = timedelta(days=3650)


def burn_rate(error_ratio: float, budget: float) -> float:
    """Return how many times faster than allowed the budget is spent.

    >>> round(burn_rate(0.0144, 0.001), 6)
    14.4
    """
    return error_ratio / budget


def spent_share(bad: float, total: float, budget: float) -> float | None:
    """Return the share of the budget of a window that bad events spend.

    ``total`` are all events of the whole window of the objective. None when
    there are none: the share of nothing is not known.

    >>> round(spent_share(4_608_000, 12_960_000_000, 0.001), 4)
    0.3556
    """
    return bad / (budget * total) if total > 0 else None


def spent_in(burn: float, over: timedelta, window: timedelta) -> float:
    """Return the share of the budget that a burn rate spends in a time.

    It holds for even traffic, and exactly for objectives of time.

    >>> round(spent_in(14.4, timedelta(hours=1), timedelta(days=30)), 6)
    0.02
    """
    return burn * (over / window)


def factor(share: float, over: timedelta, window: timedelta) -> float:
    """Return the burn rate that spends a share of the budget in a time.

    >>> round(factor(0.02, timedelta(hours=1), timedelta(days=30)), 6)
    14.4
    """
    return round(share * (window / over), 6)


def gone_in(left: float, burn: float, window: timedelta) -> timedelta | None:
    """Return when the budget is gone at a burn rate; none when it never is.

    A budget that is spent is gone now. What is further away than ten years is
    never: nothing stays as it is for so long.

    >>> gone_in(0.5, 360, timedelta(days=30))
    datetime.timedelta(seconds=3600)
    >>> gone_in(-0.2, 0, timedelta(days=30))
    datetime.timedelta(0)
    """
    if left <= 0:
        return timedelta()
    if burn <= 0 or left * (window / _LONGEST) > burn:
        return None
    return left * window / burn
