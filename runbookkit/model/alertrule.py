"""Alert rules of Prometheus and Loki, as their files define them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from runbookkit.model.base import Data
from runbookkit.model.document import ParseProblem
from runbookkit.model.span import Span


@dataclass(frozen=True, slots=True)
class AlertRule(Data):
    """One rule that fires an alert."""

    name: str
    expr: str
    hold: str
    """The ``for`` clause as written; empty when there is none."""
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    span: Span
    """The ``alert`` value."""
    places: Mapping[str, Span] = field(default_factory=dict)
    """Place of each value by its path: ``expr``, ``annotations.runbook_url``."""


@dataclass(frozen=True, slots=True)
class RecordingRule(Data):
    """One rule that records a series."""

    name: str
    expr: str
    span: Span


@dataclass(frozen=True, slots=True)
class RuleFile(Data):
    """A file of rules: plain, or ``PrometheusRule`` resources."""

    path: str
    lines: tuple[str, ...]
    language: Literal["promql", "logql"]
    alerts: tuple[AlertRule, ...]
    recordings: tuple[RecordingRule, ...]
    problems: tuple[ParseProblem, ...] = ()
