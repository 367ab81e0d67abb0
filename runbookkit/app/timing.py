"""Attend to timers: incidents settle, and people are reminded of them."""

from __future__ import annotations

from typing import Final

from runbookkit.app.working import Done, Performer
from runbookkit.incidents.planning import TIMER_QUEUE
from runbookkit.incidents.timers import decision
from runbookkit.model.job import Job
from runbookkit.model.policy import Policy
from runbookkit.ports import Clock, IncidentStore

KINDS: Final = ("settle", "remind")
QUEUE: Final = TIMER_QUEUE


def timers(store: IncidentStore, policy: Policy, clock: Clock) -> dict[str, Performer]:
    """Return who attends to timers, by the kind of their job."""

    def attend(job: Job) -> Done:
        store.decide(*decision(job, clock.now(), policy))
        return Done()

    return dict.fromkeys(KINDS, attend)
