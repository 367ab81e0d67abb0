"""One request as its exemplar, spans and log lines show it; ``runbook correlate``."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from runbookkit.model.base import Data
from runbookkit.model.observation import Links, NotAsked

Origin = Literal["trace", "metric", "log", "kernel"]


@dataclass(frozen=True, slots=True)
class Happening(Data):
    """One line of the timeline."""

    at: str
    """RFC 3339 with nanoseconds, by the clock of whoever told it."""
    origin: Origin
    service: str
    """Empty where nobody says."""
    text: str
    duration_ms: float | None = None
    """Of a span, or as the exemplar counted it."""
    span_id: str = ""
    level: str = ""
    """Of a log line."""
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Skew(Data):
    """Two moments that cannot both be right, or whose clocks differ."""

    kind: Literal[
        "span before parent",
        "span after parent",
        "line before span",
        "exemplar before trace",
        "exemplar after trace",
        "durations differ",
    ]
    text: str
    milliseconds: float
    """By how much, at least."""


@dataclass(frozen=True, slots=True)
class KernelStep(Data):
    """A step of a runbook that asks the kernel."""

    runbook: str
    step: str
    """Id of the step."""
    title: str


@dataclass(frozen=True, slots=True)
class Correlation(Data):
    """One request, followed through everything that was kept of it."""

    trace_id: str
    """32 lower-case hexadecimal digits."""
    start: datetime
    """From where on exemplars and lines were looked for."""
    end: datetime
    not_asked: tuple[NotAsked, ...]
    """What could not be asked: the rest is not the whole picture."""
    missing: tuple[str, ...] = ()
    """What was asked for and is not there."""
    timeline: tuple[Happening, ...] = ()
    """Everything, in the order of time."""
    skews: tuple[Skew, ...] = ()
    kernel_steps: tuple[KernelStep, ...] = ()
    """Where to ask the kernel, which keeps nothing of a past request."""
    trace: Links = field(default_factory=Links)
    logs: Links = field(default_factory=Links)
