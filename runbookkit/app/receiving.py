"""Keep what the edge takes in, many webhooks to a commit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from runbookkit.app.intake import Keep
from runbookkit.incidents.intake import decision
from runbookkit.model.alert import Delivery
from runbookkit.model.policy import Policy
from runbookkit.ports import IncidentStore

_BEGINNINGS: Final = frozenset({"incident opened", "incident reopened"})


@dataclass(frozen=True, slots=True)
class Webhook:
    """A delivery, and the body that it was read from."""

    delivery: Delivery
    body: bytes


def keeper(
    store: IncidentStore, policy: Policy, nudge: Callable[[], None] = lambda: None
) -> Keep[Webhook]:
    """Return what keeps webhooks: all of a batch or none, durably.

    ``nudge`` is called when an incident began: nobody should wait to be told of it.
    """

    def keep(webhooks: Sequence[Webhook]) -> None:
        kept = store.decide_many(
            [decision(each.delivery, each.body, policy) for each in webhooks]
        )
        if any(event.kind in _BEGINNINGS for events in kept for event in events):
            nudge()

    return keep
