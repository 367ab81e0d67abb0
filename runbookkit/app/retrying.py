"""When a job that failed is tried again, and when that is said aloud."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from runbookkit.errors import NotifierError, RunbookkitError

_LONGEST: Final = timedelta(minutes=5)
"""The store takes what lies much further away for a clock that stepped back."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a job is tried; the default is about a day."""

    first: timedelta = timedelta(seconds=1)
    longest: timedelta = timedelta(seconds=60)
    loud_after: int = 5
    """Attempts after which people are told, while it is tried on."""
    most: int = 1500
    """Attempts after which it is given up."""


@dataclass(frozen=True, slots=True)
class Again:
    """Try again after a while."""

    wait: timedelta
    loud: bool


@dataclass(frozen=True, slots=True)
class Dead:
    """Do not try again."""


def after_failure(
    attempts: int, error: RunbookkitError, jitter: float, patience: Patience
) -> Again | Dead:
    """Return what becomes of a job that failed.

    Waits double, and half of each is left to chance, so that many jobs do not come
    back at once. A wait that the other side asks for is kept.

    Args:
        attempts: How often it was tried, this time included.
        error: Why it failed.
        jitter: From 0 to 1.
        patience: How long it is tried.

    >>> error = NotifierError("busy", notifier="slack", retryable=True, retry_after=7)
    >>> after_failure(1, error, 0.0, Patience())
    Again(wait=datetime.timedelta(seconds=7), loud=False)
    """
    told = error if isinstance(error, NotifierError) else None
    if (told is not None and not told.retryable) or attempts >= patience.most:
        return Dead()
    wait = pause(attempts, jitter, patience)
    if told is not None and told.retry_after is not None:
        asked = timedelta(seconds=max(told.retry_after, 0))
        wait = max(wait, asked * (1 + jitter / 4))
    return Again(min(wait, _LONGEST), attempts >= patience.loud_after)


def pause(attempts: int, jitter: float, patience: Patience) -> timedelta:
    """Return how long to wait after so many attempts.

    >>> [pause(n, 1.0, Patience()).total_seconds() for n in (1, 2, 3, 9)]
    [1.0, 2.0, 4.0, 60.0]
    """
    doubled: timedelta = patience.first * 2 ** min(max(attempts - 1, 0), 30)
    return min(doubled, patience.longest) * (0.5 + jitter / 2)
