"""The weekly alert review: did each page represent user impact?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from runbookkit.model.base import Data
from runbookkit.model.timeline import Spread

Answer = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class ReviewedPage(Data):
    """One incident that paged; repeats of it are in the same row."""

    incident: int
    fired_at: datetime
    alerts: tuple[str, ...]
    impact: Answer
    """Unknown where no objective was measured."""
    spent: float | None
    """Share of error budgets, the largest where there are several."""
    actions: tuple[str, ...]
    """What people did: changes, silences, words that they wrote; looking is none."""
    runbook: str = ""
    """File of the runbook that was followed."""
    outcome: str = ""
    """How its run ended, or that there was none."""


@dataclass(frozen=True, slots=True)
class BudgetSpend(Data):
    """What one cause spent of one objective's budget."""

    objective: str
    cause: str
    """Name of the alert that came first."""
    spent: float
    left: float | None
    """After the last incident that was measured."""


@dataclass(frozen=True, slots=True)
class ReviewNumbers(Data):
    """What is counted in one stretch of time."""

    pages: int
    outside_hours: int
    """Of the pages: not Monday to Friday from 09:00 to 17:00 UTC."""
    with_impact: int
    acted_on: int
    tickets: int
    """Incidents that did not page."""
    escalated: int
    """Runs of runbooks that ended so."""
    alerts: int
    """Episodes of alerts, pages and tickets alike."""
    failed_notifications: int
    to_acknowledge: Spread
    to_mitigate: Spread
    webhook_lag: Spread
    """From when an alert began, as its sender says, until it was kept."""

    @property
    def alerts_per_page(self) -> float | None:
        """How many alerts came for each page; none without a page."""
        return self.alerts / self.pages if self.pages else None


@dataclass(frozen=True, slots=True)
class Review(Data):
    """What ``runbook review --json`` prints."""

    start: datetime
    end: datetime
    numbers: ReviewNumbers
    before: ReviewNumbers
    """The same for the stretch of time before."""
    pages: tuple[ReviewedPage, ...]
    budgets: tuple[BudgetSpend, ...]
    runbooks: tuple[str, ...]
    """Steps that failed, were skipped or were left, and alerts without a run."""

    @property
    def length(self) -> timedelta:
        """How long the stretch of time is."""
        return self.end - self.start
