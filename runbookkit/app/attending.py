"""Everything that goes on beside answering requests: jobs, timers, reconciling."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

from runbookkit.app.assessing import measuring
from runbookkit.app.first_minute import Looking, evidence_performer
from runbookkit.app.forgetting import Forgetting
from runbookkit.app.handbook_alerts import runbooks_by_alert
from runbookkit.app.measuring import Impacts, impact_performer
from runbookkit.app.notifying import Work, crew_of, integrations_of, notifiers_of
from runbookkit.app.objectives import known_objectives
from runbookkit.app.reconciling import Reconciler, Senders, senders_of
from runbookkit.app.running import backends_of, outside_of, state_folder
from runbookkit.app.working import Crew, Done, Performer, Tally
from runbookkit.incidents.planning import EVIDENCE_QUEUE, MEASURE, TIMER_QUEUE
from runbookkit.incidents.timers import decision
from runbookkit.model.job import Job
from runbookkit.model.policy import Policy
from runbookkit.ports import Clock, IncidentStore, Notifier
from runbookkit.settings import Loaded

_ASKING: Final = timedelta(seconds=30)
_TIMER: Final = timedelta(seconds=60)
_EVIDENCE: Final = timedelta(minutes=5)
"""The longest that the reading steps of a runbook take together."""


class Attendance:
    """Who attends to incidents, until it is closed."""

    def __init__(
        self,
        policy: Policy,
        crew: Crew,
        reconciler: Reconciler,
        forgetting: Forgetting,
        tally: Tally,
    ) -> None:
        self.policy = policy
        """With what the configured notifiers can do."""
        self.crew = crew
        self.tally = tally
        self.rounds = reconciler.rounds
        self._stop = threading.Event()
        self._asking = threading.Thread(
            target=reconciler.run, args=(self._wait,), name="reconciler", daemon=True
        )
        self._forgetting = threading.Thread(
            target=forgetting.run, args=(self._wait,), name="forgetting", daemon=True
        )

    def start(self) -> None:
        """Let them begin."""
        self.crew.start()
        self._asking.start()
        self._forgetting.start()

    def close(self) -> None:
        """Let them finish what they are doing."""
        self._stop.set()
        self.crew.close()
        self._asking.join(_ASKING.total_seconds())
        self._forgetting.join(_ASKING.total_seconds())

    def _wait(self, duration: timedelta) -> bool:
        return self._stop.wait(duration.total_seconds())


def attendance_of(
    store: IncidentStore,
    loaded: Loaded,
    variables: Mapping[str, str],
    *,
    clock: Clock,
    complain: Callable[[str], None],
) -> Attendance:
    """Return who attends to the incidents of a store; nobody has begun yet.

    Raises:
        ConfigError: A notifier, backend or source cannot work as configured.
    """
    options = loaded.configuration
    notifiers: dict[str, Notifier] = notifiers_of(
        loaded, clock, options.incidents.instance
    )
    policy = replace(
        options.incidents,
        integrations=integrations_of(notifiers),
        runbooks={**runbooks_by_alert(loaded), **options.incidents.runbooks},
    )
    # what is configured wins over what pages say of themselves
    runbooks = {**runbooks_by_alert(loaded), **policy.runbooks}
    policy = replace(policy, runbooks=runbooks)
    if not options.backends:
        policy = replace(policy, evidence=())  # there is nobody to ask
    tally = Tally()
    for name, each in notifiers.items():
        tally.expect(name, each.kinds)
    crew = crew_of(
        store,
        notifiers,
        loaded,
        clock=clock,
        complain=complain,
        work=_work(store, loaded, variables, policy, clock),
        tally=tally,
    )
    senders = _senders(loaded, variables, clock)
    reconciler = Reconciler(store, policy, senders, clock, complain)
    serve = options.serve
    forgetting = Forgetting(
        store, clock, complain, serve.keep_bodies_days, serve.keep_dead_days
    )
    return Attendance(policy, crew, reconciler, forgetting, tally)


def _senders(
    loaded: Loaded, variables: Mapping[str, str], clock: Clock
) -> tuple[Senders, ...]:
    asked = {
        name: source.asked
        for name, source in loaded.configuration.serve.sources.items()
        if source.kind == "alertmanager"
    }
    state = state_folder(loaded, variables)
    backends = (
        backends_of(loaded, variables, clock, state).values()
        if any(each.backend for each in asked.values())
        else ()
    )
    return senders_of(asked, {each.name: each for each in backends}, clock=clock)


def _work(
    store: IncidentStore,
    loaded: Loaded,
    variables: Mapping[str, str],
    policy: Policy,
    clock: Clock,
) -> Work:
    timer = _timers(store, policy, clock)
    performers: dict[str, Performer] = {"settle": timer, "remind": timer}
    queues = {TIMER_QUEUE: _TIMER}
    if policy.evidence:
        outside = outside_of(loaded, variables, store=store)
        looking = Looking(
            store,
            replace(outside, source="runbookkit"),
            loaded,
            known_objectives(loaded),
            loaded.configuration.grafana,
            policy=policy,
        )
        gather = evidence_performer(looking)
        performers.update(dict.fromkeys(policy.evidence, gather))
        asked = outside.backends.get("promql")
        fresh = partial(measuring, loaded, asked)
        impacts = Impacts(store, fresh, policy, clock)
        performers[MEASURE] = impact_performer(impacts)
        queues[EVIDENCE_QUEUE] = _EVIDENCE
    return Work(performers, queues)


def _timers(store: IncidentStore, policy: Policy, clock: Clock) -> Performer:
    def due(job: Job) -> Done:
        store.decide(*decision(job, clock.now(), policy))
        return Done()

    return due
