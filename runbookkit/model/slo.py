"""Service level objectives, as files of sloth and OpenSLO describe them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from runbookkit.model.base import Data


@dataclass(frozen=True, slots=True)
class BurnAlert(Data):
    """What an objective's page or ticket carries besides its expression."""

    disabled: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Alerting(Data):
    """How an objective raises alerts."""

    name: str = ""
    """What the names of its alerts begin with; empty where it raises none."""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    page: BurnAlert = field(default_factory=BurnAlert)
    ticket: BurnAlert = field(default_factory=BurnAlert)


@dataclass(frozen=True, slots=True)
class Objective(Data):
    """One objective: how much of what may go wrong in which time.

    Queries are PromQL in which ``{{.window}}`` stands for a duration. Either
    there are queries of events, both per second, or one of their ratio.
    """

    service: str
    name: str
    target: float
    """Ratio of good events, such as 0.999."""
    budget: float
    """Ratio of bad events that is allowed: what the target leaves, without rounding."""
    error_query: str = ""
    total_query: str = ""
    ratio_query: str = ""
    window: timedelta = timedelta(days=30)
    """Rolling."""
    description: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    alerting: Alerting = field(default_factory=Alerting)
    path: str = ""
    line: int = 0

    @property
    def id(self) -> str:
        """Service and name, joined by a dash."""
        return f"{self.service}-{self.name}"


@dataclass(frozen=True, slots=True)
class SloProblem(Data):
    """Something in a file that is wrong, or that is not read."""

    path: str
    line: int
    message: str
    fatal: bool = True
    """Whether an objective, or the whole file, is left out because of it."""


@dataclass(frozen=True, slots=True)
class SloFile(Data):
    """The objectives of one file."""

    path: str
    objectives: tuple[Objective, ...] = ()
    problems: tuple[SloProblem, ...] = ()
