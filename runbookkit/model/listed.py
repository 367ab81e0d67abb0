"""What a sender says of its alerts when it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from runbookkit.model.alert import SeenAlert
from runbookkit.model.base import Data


@dataclass(frozen=True, slots=True)
class ListedAlert(Data):
    """One alert that has not ended."""

    alert: SeenAlert
    suppressed: bool = False
    """Silenced or inhibited: nobody is told of it, and not of its end either."""


@dataclass(frozen=True, slots=True)
class Listing(Data):
    """Everything that a source lists at one moment."""

    alerts: tuple[ListedAlert, ...]
    asked_at: datetime
    """What was heard by webhook after this moment is newer."""
    up_since: datetime | None = None
    """When the sender started; it forgets alerts on a restart, so for a while
    after it the absence of an alert means nothing."""
    exact: bool = True
    """Whether its alerts have the fingerprints that webhooks have. Prometheus does not
    know what Alertmanager is told after relabelling: names are compared instead, and
    one alert of a name that still fires speaks for all of that name."""
