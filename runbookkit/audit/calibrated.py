"""Whether a calibration still says what an audit is worth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from runbookkit.model.calibration import CalibrationRecord

LASTS: Final = timedelta(days=30)
"""Providers change what stands behind a name without a word."""


@dataclass(frozen=True, slots=True)
class Present:
    """What audits now, to be held against what was calibrated."""

    player: str
    """Model and effort."""
    client: str
    """Name and version of the library that asks the model."""
    prompt: str
    """Digest of the system prompt and the tools."""
    suite: str
    """Digest of operators and runbooks; empty where it is not known."""
    at: datetime


def stale(record: CalibrationRecord, present: Present) -> Iterator[str]:
    """Yield every reason for which a calibration no longer holds; none when it does."""
    if record.player != present.player:
        yield f"it is of {record.player}, and {present.player} plays"
    if record.client != present.client:
        yield f"it was made with {record.client or 'no client'}, now {present.client}"
    if record.prompt != present.prompt:
        yield "the prompt or the tools have changed since"
    if present.suite and record.suite != present.suite:
        yield "the runbooks or the defects that are planted have changed since"
    age = present.at - record.made_at
    if age >= LASTS:
        yield f"it is {age.days} days old, and {LASTS.days} is the limit"
    elif age < timedelta():
        yield f"it is of {record.made_at:%Y-%m-%d}, which is yet to come"
