"""What the servers say of a service now; what ``runbook observe --json`` prints."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from runbookkit.model.base import Data

Unit = Literal["instances", "requests/s", "ratio", "seconds"]


@dataclass(frozen=True, slots=True)
class NotAsked(Data):
    """Something that could not be asked, so nothing is known of it."""

    source: str
    """``metrics``, ``logs``, ``traces``, …"""
    reason: str


@dataclass(frozen=True, slots=True)
class Links(Data):
    """Addresses that show the same thing; empty where there is none."""

    server: str = ""
    """The server's own page."""
    explore: str = ""
    """Grafana Explore."""


@dataclass(frozen=True, slots=True)
class Figure(Data):
    """One number of a service over the window."""

    name: str
    unit: Unit
    value: float | None
    """None where the server has no data, or no request was made."""
    query: str
    links: Links
    of: float | None = None
    """The whole that ``value`` is a part of: all instances."""
    note: str = ""
    data_as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class SlowRequest(Data):
    """A request that an exemplar of the latency metric names."""

    trace_id: str
    value: float
    """As the metric counts it: seconds, or milliseconds where its name says so."""
    at: datetime
    metric: str
    links: Links


@dataclass(frozen=True, slots=True)
class LogLine(Data):
    """One line of the service's log."""

    time: str
    level: str
    """Empty where the line does not say."""
    text: str
    trace_id: str = ""


@dataclass(frozen=True, slots=True)
class LevelCount(Data):
    """How many of the lines that were read have a level."""

    level: str
    lines: int


@dataclass(frozen=True, slots=True)
class Metrics(Data):
    """The numbers of a service."""

    selector: str
    """By which label the service was found; empty where it was not."""
    figures: tuple[Figure, ...] = ()
    slow: tuple[SlowRequest, ...] = ()
    """The slowest requests that exemplars name, the slowest first."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Logs(Data):
    """The newest lines of a service."""

    query: str
    links: Links
    read: int = 0
    """Lines that were looked at."""
    levels: tuple[LevelCount, ...] = ()
    lines: tuple[LogLine, ...] = ()
    """The newest; warnings and errors come before others."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TraceSummary(Data):
    """A trace that search found."""

    trace_id: str
    name: str
    """Service and name of its first span."""
    start: str
    duration_ms: float
    failed: bool
    links: Links


@dataclass(frozen=True, slots=True)
class Traces(Data):
    """Some traces of a service: search gives the first that it finds."""

    query: str
    links: Links
    found: tuple[TraceSummary, ...] = ()
    """The failed ones first, then by their length."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Observation(Data):
    """A service as its metrics, logs and traces show it at one moment."""

    service: str
    start: datetime
    end: datetime
    not_asked: tuple[NotAsked, ...]
    """What could not be asked: the rest is not the whole picture."""
    metrics: Metrics | None = None
    logs: Logs | None = None
    traces: Traces | None = None
