"""Words that a scenario and the events of a run share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from runbookkit.model.base import Data

Verdict = Literal["met", "not met", "error", "skipped", "declined"]
"""How a step ended; an error is never taken for *not met*."""
RunEnd = Literal["stop", "escalate", "hand over"]
"""How a run ended: done, people are called, or another runbook goes on."""


@dataclass(frozen=True, slots=True)
class RunbookVersion(Data):
    """A runbook as it was at one time."""

    path: str
    """Where it stands, with forward slashes."""
    content_hash: str = ""
    """``sha256:`` and the hexadecimal digest of its bytes; empty means any version."""


@dataclass(frozen=True, slots=True)
class RunAlert(Data):
    """The alert that a run is about, as far as inputs are taken from it."""

    labels: Mapping[str, str] = field(default_factory=dict)
    """With ``alertname`` among them."""
    annotations: Mapping[str, str] = field(default_factory=dict)
    starts_at: datetime | None = None
    """Since when it fires, in UTC."""
