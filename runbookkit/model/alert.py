"""Alerts as a receiver is told of them, in the form that decisions are made on."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from runbookkit.model.base import Data

AlertStatus = Literal["firing", "resolved"]
BodyState = Literal["kept", "dead"]


@dataclass(frozen=True, slots=True)
class SeenAlert(Data):
    """One alert of one delivery."""

    fingerprint: str
    """Its identity within its source."""
    status: AlertStatus
    labels: Mapping[str, str]
    starts_at: datetime
    """Aware UTC. It may move back, and repeat: never part of an identity."""
    ends_at: datetime | None = None
    """None while it fires."""
    annotations: Mapping[str, str] = field(default_factory=dict)
    generator_url: str = ""
    cut: bool = False
    """Some of its labels or values were too long and are kept in part."""


@dataclass(frozen=True, slots=True)
class Delivery(Data):
    """One webhook, checked and put into our words."""

    source: str
    """Name of the configured source that sent it."""
    receiver: str
    alerts: tuple[SeenAlert, ...]
    received_at: datetime
    digest: str
    """SHA-256 of the body in hexadecimal; for the record, not an identity."""
    group_key: str = ""
    """Changes when a route is edited: for the record, not an identity."""
    group_labels: Mapping[str, str] = field(default_factory=dict)
    truncated: int = 0
    """Alerts that the sender left out; when not 0, absence means nothing."""
    external_url: str = ""
    reason: str = ""
    """Why it was sent, in the sender's words; empty from older senders."""


@dataclass(frozen=True, slots=True)
class Body(Data):
    """What a sender sent, byte for byte, and whether anything could be made of it."""

    source: str
    received_at: datetime
    digest: str
    packed: bytes
    """Compressed; ``raw`` is what came."""
    state: BodyState = "kept"
    """``dead`` when nothing could be made of it: somebody has to look."""
    error: str = ""
    """Why it is dead, in words."""
    id: int = 0
    """Given by the store."""

    @property
    def raw(self) -> bytes:
        """The body as it came."""
        return zlib.decompress(self.packed)


def packed(raw: bytes) -> bytes:
    """Return a body as it is kept: a tenth of its size, in tens of microseconds."""
    return zlib.compress(raw, 1)
