"""Keep what the edge takes in."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from functools import partial
from typing import Final

from runbookkit.incidents.alertmanager import parse
from runbookkit.incidents.intake import decision
from runbookkit.model.event import Event
from runbookkit.model.incident import Changes, Known, Want
from runbookkit.model.policy import Policy
from runbookkit.ports import IncidentStore

Webhook = tuple[Want, Callable[[Known], Changes]]
"""What a body comes to, as a store is handed it."""
Read = Callable[[str, bytes, datetime], Webhook]
Keep = Callable[[Webhook], Future[list[Event]]]
"""Hands a webhook to the store; the future ends when it is durable, or refused."""

_BEGINNINGS: Final = frozenset({"incident opened", "incident reopened"})


def reader(policy: Policy) -> Read:
    """Return what reads webhooks of Alertmanager; it raises ``DeliveryError``."""

    def read(source: str, body: bytes, received_at: datetime) -> Webhook:
        return decision(parse(source, body, received_at), body, policy)

    return read


def keeper(
    store: IncidentStore,
    nudge: Callable[[], None] = lambda: None,
    told: Callable[[list[Event]], None] = lambda _: None,
) -> Keep:
    """Return what keeps webhooks.

    ``nudge`` is called when an incident began: nobody should wait to be told of it;
    ``told`` is called with what each webhook came to.
    """
    begun = partial(_nudge, nudge, told)

    def keep(webhook: Webhook) -> Future[list[Event]]:
        kept = store.decide_soon(*webhook)
        kept.add_done_callback(begun)
        return kept

    return keep


def _nudge(
    nudge: Callable[[], None],
    told: Callable[[list[Event]], None],
    kept: Future[list[Event]],
) -> None:
    if kept.exception() is not None:
        return
    if any(event.kind in _BEGINNINGS for event in kept.result()):
        nudge()
    told(kept.result())
