"""What an incident cost, and how an error budget stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from runbookkit.model.base import Data
from runbookkit.model.observation import Links, NotAsked
from runbookkit.model.slo import SloProblem


@dataclass(frozen=True, slots=True)
class Gap(Data):
    """A stretch of time in which nothing was measured."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Measured(Data):
    """A number and the query that yields it."""

    value: float | None
    """None where there is no data."""
    query: str
    at: datetime
    """The moment that the query was evaluated at."""
    links: Links
    note: str = ""


@dataclass(frozen=True, slots=True)
class LabelImpact(Data):
    """What one tenant, route or other label value had of it."""

    label: str
    value: str
    bad: float
    total: float | None
    spent: float | None
    """Share of the whole objective's budget."""


@dataclass(frozen=True, slots=True)
class Impact(Data):
    """What an incident did to one objective; ratios, not percentages."""

    objective: str
    target: float
    window_seconds: float
    """Of the objective."""
    start: datetime
    end: datetime
    ratio: Measured
    """Error ratio within the incident."""
    bad: Measured | None = None
    """Bad events within it; None where the objective counts time."""
    total: Measured | None = None
    bad_least: float | None = None
    """What certainly was bad: the counters' own difference, nothing extrapolated."""
    bad_most: float | None = None
    """What may have been bad: with what counters cannot tell."""
    budget: Measured | None = None
    """Events of the whole window, of which the budget is a share."""
    spent: float | None = None
    """Share of the budget of the whole window."""
    left_before: float | None = None
    left_after: float | None = None
    burn: float | None = None
    """Mean burn rate within the incident."""
    gone_in_seconds: float | None = None
    """Until the budget is gone if it goes on like this; None when it lasts."""
    gaps: tuple[Gap, ...] = ()
    covered: float | None = None
    """Share of the incident in which something was measured; None when not known."""
    by_label: tuple[LabelImpact, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BurnRate(Data):
    """How fast the budget is spent, looking back over one window."""

    window: str
    """As PromQL writes it."""
    burn: float | None
    ratio: Measured


@dataclass(frozen=True, slots=True)
class BudgetStatus(Data):
    """How the budget of one objective stands."""

    objective: str
    target: float
    window: str
    left: float | None
    """Share of the budget that is left; negative when more than all is spent."""
    ratio: Measured
    """Error ratio over the whole window."""
    burns: tuple[BurnRate, ...] = ()
    gone_in_seconds: float | None = None
    """At the rate of the last hour; None when it lasts, or is not known."""
    gaps: tuple[Gap, ...] = ()
    covered: float | None = None
    """Share of the window in which something was measured; None when not known."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SloStatus(Data):
    """What ``runbook slo status --json`` prints."""

    at: datetime
    objectives: tuple[BudgetStatus, ...]
    problems: tuple[SloProblem, ...] = ()
    not_asked: tuple[NotAsked, ...] = ()
