"""What an engine answers, in the words that expectations use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from runbookkit.model.base import Data
from runbookkit.model.runbook import Limit

ResultKind = Literal["instant", "range", "logs", "traces", "trace", "bpftrace", "shell"]


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time, both ends aware UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Ask:
    """One action, ready to be sent: rendered, resolved, bounded."""

    language: str
    """The fence language: ``promql``, ``bash``, …"""
    text: str
    """The program with every value in its place."""
    now: datetime
    """The moment that windows end at, unless ``at`` says otherwise."""
    timeout: timedelta
    """For the whole exchange."""
    window: Window | None = None
    at: datetime | None = None
    step: timedelta | None = None
    limit: Limit | None = None
    run_time: timedelta | None = None
    host: str = ""
    """Empty means here; several hosts are set off by commas."""
    key: str = ""
    """Name of this attempt at a change, so that it is never made twice."""
    begun: bool = False
    """Whether the attempt began before: its result is wanted, nothing is started."""


@dataclass(frozen=True, slots=True)
class Answer(Data):
    """What came back.

    ``names`` are the values that an expectation sees: ``value``, ``series``,
    ``lines``, … as :data:`runbookkit.queries.cel.RESULT_NAMES` lists them. They
    are plain: numbers, strings, booleans, none, lists and dictionaries.
    ``voids`` says why the answer may not be judged (partial, a voiding
    warning); a step with such an answer ends as *error*, never as *not met*.
    """

    kind: ResultKind
    names: Mapping[str, Any]
    backend: str
    sent: str
    """The query as sent."""
    started_at: datetime
    duration: timedelta
    server: str = ""
    """Address or host that answered."""
    window: Window | None = None
    empty: bool = False
    truncated: str = ""
    """What was cut, and at which bound; empty when nothing was."""
    warnings: tuple[str, ...] = ()
    infos: tuple[str, ...] = ()
    voids: str = ""
    data_as_of: datetime | None = None
    """Time of the newest sample or line."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """What is worth showing besides: statistics, hosts, cost."""
