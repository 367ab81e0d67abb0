"""Whom a source's alerts are asked of, besides being sent: a part of the settings."""

from __future__ import annotations

from dataclasses import dataclass, field

from runbookkit.model.base import Data


@dataclass(frozen=True, slots=True)
class Asked(Data):
    """What knows which alerts of a source fire; asked every minute and at the start."""

    alertmanagers: tuple[str, ...] = ()
    """Base addresses of all instances of one cluster, such as ``http://am-1:9093``."""
    receiver: str = ""
    """Name of the receiver that sends to us; alerts of other receivers are let be."""
    backend: str = ""
    """Name of a Prometheus among the backends, asked where no Alertmanager can be."""
    watchdog: bool = False
    """Whether the source sends a watchdog, whose silence is an incident."""
    bearer: str = field(default="", repr=False)
    username: str = ""
    password: str = field(default="", repr=False)
    tenant: str = ""
    """``X-Scope-OrgID`` of Mimir's and Cortex' Alertmanager."""
    ca_file: str = ""
    """Certificates to trust; the system's when left out."""
