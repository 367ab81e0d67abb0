"""Grafana: annotations where an incident begins and where something was changed.

API: https://grafana.com/docs/grafana/latest/developers/http_api/annotations/
"""

from __future__ import annotations

import hashlib
import html
from dataclasses import dataclass
from typing import Final

from runbookkit.http import Endpoint, Transport
from runbookkit.model.base import Data
from runbookkit.model.effect import Effect, EffectKind, Receipt
from runbookkit.plaintext import cut, plain, slug
from runbookkit.ports import Clock
from runbookkit.sending import SECONDS, Sender

NAME: Final = "grafana"
_TEXT: Final = 2000


@dataclass(frozen=True, slots=True)
class Config(Data):
    """A Grafana, with a service account's token as ``endpoint.bearer``."""

    endpoint: Endpoint
    dashboard: str = ""
    """Uid of the one dashboard to annotate; all of the organisation if empty."""
    instance: str = "runbookkit"
    seconds: float = SECONDS


class Grafana:
    """Annotates graphs; see :class:`runbookkit.ports.Notifier`."""

    name = NAME
    kinds: frozenset[EffectKind] = frozenset({"annotate", "change event"})

    def __init__(self, config: Config, transport: Transport | None) -> None:
        self._config = config
        self._sender = Sender(
            NAME, config.endpoint, transport=transport, seconds=config.seconds
        )

    def perform(self, effect: Effect, attempt: int) -> Receipt:
        """Make an annotation, unless an earlier attempt made it.

        Raises:
            NotifierError: It was refused, or nobody knows whether it was taken.
        """
        known = f"key:{hashlib.sha256(effect.key.encode()).hexdigest()[:16]}"
        if attempt > 1 and self._there(known):
            return Receipt(found=True)
        at = effect.incident.opened_at if effect.kind == "annotate" else effect.at
        body = {
            "time": int(at.timestamp() * 1000),
            # Grafana shows annotations as HTML
            "text": html.escape(cut(plain(effect.text), _TEXT)),
            "tags": [
                "runbookkit",
                f"incident:{self._config.instance}:{effect.incident.id}",
                f"service:{slug(effect.incident.service, 50) or 'unknown'}",
                known,
            ],
        }
        if self._config.dashboard:
            body["dashboardUID"] = self._config.dashboard
        self._sender.post("/api/annotations", body)
        return Receipt()

    def _there(self, known: str) -> bool:
        found = self._sender.get("/api/annotations", {"tags": known, "limit": "1"})
        return isinstance(found, list) and bool(found)


def connect(
    config: Config,
    *,
    clock: Clock,  # noqa: ARG001  the shape of a notifier
    transport: Transport | None = None,
) -> Grafana:
    """Return the notifier of one Grafana.

    Raises:
        ConfigError: Its address is none.
    """
    return Grafana(config, transport)
