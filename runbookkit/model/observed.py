"""What servers know besides the answers to queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from runbookkit.model.base import Data


@dataclass(frozen=True, slots=True)
class ServerFacts(Data):
    """What a server says of itself."""

    backend: str
    address: str
    version: str
    skew: timedelta | None = None
    """How far its clock is ahead of ours, to the second."""


@dataclass(frozen=True, slots=True)
class Exemplar(Data):
    """One request that a series counted: the hop from a metric to a trace."""

    series: Mapping[str, str]
    """Labels of the series, ``__name__`` among them."""
    labels: Mapping[str, str]
    """What the application set, usually ``trace_id``."""
    value: float
    at: datetime


@dataclass(frozen=True, slots=True)
class ActiveAlert(Data):
    """An alert that fires or is about to, as Prometheus itself sees it."""

    labels: Mapping[str, str]
    """Without external labels such as ``cluster``, which a delivery has."""
    annotations: Mapping[str, str]
    """With their templates filled in."""
    state: str
    """``pending`` or ``firing``."""
    value: float
    active_at: datetime

    def is_part_of(self, labels: Mapping[str, str]) -> bool:
        """Tell whether a delivered alert with more labels is this one."""
        return all(labels.get(name) == value for name, value in self.labels.items())


@dataclass(frozen=True, slots=True)
class LoadedRule(Data):
    """A rule as a server has loaded it."""

    name: str
    kind: Literal["alerting", "recording"]
    query: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    """As written: templates are not filled in."""
    hold: timedelta
    health: str
    """``ok``, ``err`` or ``unknown``."""
    error: str = ""
    alerts: tuple[ActiveAlert, ...] = ()


@dataclass(frozen=True, slots=True)
class MetricMetadata(Data):
    """What the exporters say of a metric."""

    name: str
    type: str
    """``counter``, ``gauge``, ``histogram``, …"""
    help: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Cardinality(Data):
    """What fills a Prometheus; each list from the largest down."""

    series: int
    by_metric: Mapping[str, int]
    """Series of each metric."""
    by_label: Mapping[str, int]
    """Values of each label."""
    by_pair: Mapping[str, int]
    """Series of each ``label=value``."""
    memory_by_label: Mapping[str, int]
    """Bytes of each label's values."""


@dataclass(frozen=True, slots=True)
class LogPattern(Data):
    """A shape that many log lines share."""

    pattern: str
    """With ``<_>`` where the lines differ."""
    level: str
    lines: int
    """How many lines of the window have it."""
