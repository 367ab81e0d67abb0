"""Which texts were audited: what a handbook keeps beside its runbooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from runbookkit.model.base import Data

Known = Literal["executable", "gaps"]
"""What an audit can know of a text; what could not be judged is not kept."""


@dataclass(frozen=True, slots=True)
class Audited(Data):
    """One audit of one text."""

    content_hash: str
    """Of the file when it was audited."""
    player: str
    verdict: Known
    on: date


@dataclass(frozen=True, slots=True)
class Audits(Data):
    """The file that ``[audit] record`` names."""

    audits: Mapping[str, tuple[Audited, ...]] = field(default_factory=dict)
    """By path, relative to the configuration; the last audit by each player."""
    format: Literal["audits/v1"] = "audits/v1"
