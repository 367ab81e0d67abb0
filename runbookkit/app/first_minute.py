"""What is looked at in the first minute of an incident, before anybody is there.

The runbook's reading steps up to the first decision, exemplars and log lines,
deploys shortly before, and what is left of the error budget. Nothing is changed,
and nothing outside is told: it all becomes events of the incident.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from pydantic import TypeAdapter

from runbookkit.app.assessing import (
    Measuring,
    assess_all,
    impact_events,
    objectives_of,
)
from runbookkit.app.beginning import (
    FoundRunbook,
    Given,
    begin_with,
    find_runbook,
    found_again,
)
from runbookkit.app.evidence_words import (
    deploy_words,
    how_far,
    observed_words,
    proposal,
)
from runbookkit.app.measuring import soon_again
from runbookkit.app.metering import Meter
from runbookkit.app.observing import observe
from runbookkit.app.sources import Servers
from runbookkit.app.words import span
from runbookkit.app.working import Done
from runbookkit.errors import UsageError
from runbookkit.execute.outside import Outside, stream_of
from runbookkit.execute.person import Nobody
from runbookkit.execute.runner import Runner
from runbookkit.incidents.looked import decision
from runbookkit.model.change import deploy_stream
from runbookkit.model.event import Event, NewEvent
from runbookkit.model.incident import AlertRow, Changes, IncidentRow, Want
from runbookkit.model.job import Job, NewJob
from runbookkit.model.observation import Observation
from runbookkit.model.options import Grafana
from runbookkit.model.policy import Policy
from runbookkit.model.runbook import Runbook
from runbookkit.model.runstate import RunState
from runbookkit.model.slo import Objective
from runbookkit.ports import IncidentStore, Record
from runbookkit.settings import Loaded

_BEFORE: Final = timedelta(hours=2)
_AROUND: Final = timedelta(minutes=15)
_SOURCE: Final = "runbookkit"
_GLANCE: Final = {"impact computed": "budget", "next step proposed": "next step"}
"""What of it people want to see at once, and what they see it as."""


@dataclass(frozen=True, slots=True)
class Looking:
    """What looking needs from outside."""

    store: IncidentStore
    outside: Outside
    loaded: Loaded
    objectives: Mapping[str, Objective]
    grafana: Grafana
    watch: Callable[[Event, RunState], None] | None = None
    """Whoever watches the runbook's steps."""
    policy: Policy | None = None
    """How the status is shown anew with what was seen; None for not at all."""


def look(number: int, key: str, looking: Looking) -> tuple[NewEvent, ...]:
    """Look at an incident; return what to keep on its timeline.

    Looking twice under one ``key`` is looking once: the run of the runbook has
    an id that follows from the key, and so do the keys of all events.

    Raises:
        UsageError: There is no such incident.
    """
    return tuple(_seen(number, key, looking))


def _seen(number: int, key: str, looking: Looking) -> Iterator[NewEvent]:
    """Yield what is seen, as it is seen.

    Raises:
        UsageError: There is no such incident.
    """
    incident = looking.store.incident(number)
    if incident is None:
        raise UsageError(f"there is no incident {number}")
    yield from _Look(incident, key, looking).events()


def evidence_performer(looking: Looking) -> Callable[[Job], Done]:
    """Return what does the jobs that gather evidence; see :mod:`runbookkit.app.working`.

    Each thing is kept as soon as it is seen: who comes early finds it there while
    the runbook's steps still wait for their answers.
    """

    def gather(job: Job) -> Done:
        number = int(job.stream.rpartition("/")[2])
        seen: dict[str, str] = {}
        for event in _seen(number, job.key, looking):
            _keep(job.stream, event, looking)
            if event.kind in _GLANCE:
                # of several impacts the first is the worst
                seen.setdefault(_GLANCE[event.kind], str(event.data.get("text", "")))
                _show(number, seen, looking)
        return Done((), tuple(_again(job, number, looking)))

    return gather


def _keep(stream: str, event: NewEvent, looking: Looking) -> None:
    changes = Changes(events={stream: (event,)})
    looking.store.decide(Want(), lambda _: changes)


def _show(number: int, seen: Mapping[str, str], looking: Looking) -> None:
    if looking.policy is not None:
        now = looking.outside.clock.now()
        looking.store.decide(*decision(number, seen, looking.policy, now))


def _again(job: Job, number: int, looking: Looking) -> Iterator[NewJob]:
    """Yield the job that measures again what was measured so early."""
    now = looking.outside.clock.now()
    incident = looking.store.incident(number)
    if incident is not None and objectives_of(
        incident, looking.store.alerts(number), looking.objectives
    ):
        yield soon_again(job, incident, now)


def run_of(key: str) -> str:
    """Return the id of the run that is begun under a job's key."""
    return sha256(key.encode()).hexdigest()[:32]


class _Look:
    """One look at one incident."""

    def __init__(self, incident: IncidentRow, key: str, looking: Looking) -> None:
        self._incident = incident
        self._key = key
        self._looking = looking
        self._store = looking.store
        self._alerts: list[AlertRow] = looking.store.alerts(incident.id)
        self._proposal = ""

    def events(self) -> Iterator[NewEvent]:
        """Yield what was seen, in the order in which it was looked at."""
        yield from self._deploys()
        yield from self._impacts()
        yield from self._observed()
        yield from self._followed()
        if self._proposal:
            yield self._event("next step proposed", {"text": self._proposal}, "next")

    def _event(self, kind: str, data: Mapping[str, object], what: str) -> NewEvent:
        now = self._looking.outside.clock.now()
        return NewEvent(kind, now, data, "auto", _SOURCE, f"{self._key}:{what}")

    def _deploys(self) -> Iterator[NewEvent]:
        began = self._incident.opened_at
        found = deploys_before(self._store, self._incident.service, began)
        for each in found:
            before = span(began - each.at)
            text = f"{deploy_words(each)}, {before} before the incident was opened"
            name = f"deploy:{each.data.get('id', each.position)}"
            data = {"text": text, "deploy": dict(each.data)}
            yield replace(self._event("deploy seen", data, name), at=each.at)

    def _impacts(self) -> Iterator[NewEvent]:
        looking, now = self._looking, self._looking.outside.clock.now()
        meter = Meter(looking.outside.backends.get("promql"), looking.grafana)
        labels = looking.loaded.configuration.impact_labels
        measuring = Measuring(looking.objectives, meter, labels)
        events = self._store.read(f"incident/{self._incident.id}")
        found = assess_all(self._incident, events, self._alerts, measuring, now)
        for missing in meter.not_asked:
            data = {"text": f"not asked: {missing.source}: {missing.reason}"}
            yield self._event("evidence attached", data, f"missing:{missing.source}")
        for event in impact_events(found, self._key, now):
            if event.kind == "impact computed" or not meter.not_asked:
                yield event

    def _observed(self) -> Iterator[NewEvent]:
        outside, service = self._looking.outside, self._incident.service
        if not service:
            return
        servers = Servers(outside.backends, self._looking.grafana, outside.clock.now())
        try:
            seen = observe(service, _AROUND, servers, outside.redact)
        except UsageError:
            return  # a label of the alert may hold what no service is called
        data = {
            "text": observed_words(seen),
            "observation": TypeAdapter(Observation).dump_python(seen, mode="json"),
        }
        yield self._event("evidence attached", data, "observed")

    def _followed(self) -> Iterator[NewEvent]:
        try:
            state, runbook = self._run()
        except UsageError as error:
            self._proposal = f"No runbook could be followed: {error}"
            return
        title = runbook.title
        yield self._event(
            "run attached",
            {
                "run": state.run,
                "text": f"{title}: {how_far(state)}",
                "waits": state.end is None,
            },
            "run",
        )
        self._proposal = proposal(state, runbook)

    def _run(self) -> tuple[RunState, Runbook]:
        """Follow the runbook's reading steps; go on where a crash ended it."""
        outside, run = self._looking.outside, run_of(self._key)
        begun = outside.store.read(stream_of(run))
        nobody = Nobody(self._looking.watch)
        if begun:
            found = found_again(begun, self._looking.loaded)
            runner = Runner(run, found.runbook, outside, nobody)
            state = runner.state
            if state.end is None and not state.paused:
                runner.resume(mode="auto")
                state = runner.go()
            return state, found.runbook
        found = self._find()
        given = self._given()
        beginning = begin_with(found, given, mode="auto")
        runner = Runner(run, found.runbook, outside, nobody, beginning.secrets)
        runner.begin(replace(beginning.start, incident=str(self._incident.id)))
        return runner.go(), found.runbook

    def _find(self) -> FoundRunbook:
        named = self._incident.runbook
        if not named:
            raise UsageError("the alert names none")
        if urlsplit(named).scheme in {"http", "https"}:
            # never fetched: an address only says which page of ours is meant
            named = PurePosixPath(urlsplit(named).path).stem
        return find_runbook(named, self._looking.loaded)

    def _given(self) -> Given:
        firing = [each for each in self._alerts if each.status == "firing"]
        alert = next(iter(firing or self._alerts), None)
        return Given({}, alert.labels, alert.annotations) if alert else Given()


def deploys_before(store: Record, service: str, began: datetime) -> tuple[Event, ...]:
    """Return the deploys of a service shortly before a moment, the last one first."""
    if not service:
        return ()
    kept = store.read(deploy_stream(service))
    near = [each for each in kept if began - _BEFORE <= each.at <= began]
    return tuple(sorted(near, key=lambda each: each.at, reverse=True))
