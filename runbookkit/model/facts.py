"""What other files need to know of one file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from runbookkit.model.alertrule import AlertRule
from runbookkit.model.base import Data
from runbookkit.model.span import Span

FileKind = Literal["runbook", "draft", "page", "postmortem", "rules"]
Dimension = Literal["time", "bytes", "ratio", "number"]


@dataclass(frozen=True, slots=True)
class Named(Data):
    """A word and its place."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Quantity(Data):
    """A number with its unit as prose writes it: ``2 MB/s``, ``10 minutes``."""

    text: str
    value: float
    """In the base unit: seconds, bytes, a ratio for percentages."""
    dimension: Dimension
    span: Span
    before: str = ""
    """The few words before it in its sentence, lower case: ``for at least``."""
    about: tuple[str, ...] = ()
    """Names in the same paragraph that look like an alert."""


@dataclass(frozen=True, slots=True)
class Facts(Data):
    """One file, as far as others may refer to it."""

    path: str
    kind: FileKind
    title: str = ""
    declared: bool = False
    """Whether it declares its format."""
    anchors: tuple[str, ...] = ()
    headings: tuple[Named, ...] = ()
    """Headings, with their anchors as names."""
    links: tuple[Named, ...] = ()
    """Targets of links to files or anchors; addresses with a scheme are in ``urls``."""
    urls: tuple[Named, ...] = ()
    alerts: tuple[Named, ...] = ()
    """Alerts that a runbook's front matter claims."""
    words: tuple[str, ...] = ()
    """Names in the text that look like an alert: mixed case, without repeats."""
    severity: Named | None = None
    service: Named | None = None
    meaning: tuple[Quantity, ...] = ()
    """Quantities in the section that says what the alert means."""
    metrics: tuple[Named, ...] = ()
    """Metrics that queries of the file select; in rule files those of expressions."""
    hand_overs: tuple[Named, ...] = ()
    """Other runbooks that branches lead to."""
    ends: bool = True
    """Whether a path through the runbook stops or escalates."""
    rules: tuple[AlertRule, ...] = ()
    recordings: tuple[Named, ...] = ()
