"""Gather from the store what a postmortem says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from pydantic import TypeAdapter, ValidationError

from runbookkit.app.beginning import read_found
from runbookkit.app.evidence_words import deploy_words
from runbookkit.app.first_minute import deploys_before
from runbookkit.app.postmortems.facts import Facts, Picture, owner_of
from runbookkit.app.transcripts.picture import picture
from runbookkit.app.transcripts.views import attempts_of
from runbookkit.errors import RunbookkitError, UsageError
from runbookkit.execute.outside import stream_of
from runbookkit.execute.transcript import Transcript, transcript_of
from runbookkit.incidents.durations import anchors, durations
from runbookkit.incidents.timeline import curated
from runbookkit.model.event import Event
from runbookkit.model.impact import Impact
from runbookkit.model.options import Grafana
from runbookkit.model.runbook import Runbook
from runbookkit.model.timeline import Entry
from runbookkit.ports import Record
from runbookkit.settings import Loaded


def gather(
    number: int,
    store: Record,
    loaded: Loaded,
    *,
    today: date,
    assets: str = "",
) -> Facts:
    """Return the facts of an incident.

    ``assets`` is the folder that charts go to, relative to the document.

    Raises:
        UsageError: There is no such incident.
    """
    incident = store.incident(number)
    if incident is None:
        raise UsageError(f"there is no incident {number}")
    events = store.read(f"incident/{number}")
    found = anchors(events)
    runs = tuple(runs_of(events, store, loaded))
    grafana = loaded.configuration.grafana
    story = [*curated(events), *(step for run in runs for step in steps_of(run))]
    began = found.impact_start.at if found.impact_start else incident.opened_at
    deploys = deploys_before(store, incident.service, began)
    alerts = tuple(store.alerts(number))
    return Facts(
        incident,
        name_of(number),
        tuple(sorted(story, key=lambda entry: entry.at)),
        tuple(events),
        alerts,
        found,
        durations(found),
        today,
        tuple(impacts_of(events)),
        runs,
        {
            (run.state.run, visit): drawn
            for run in runs
            for visit, drawn in _pictures(run, grafana, assets)
        },
        owner_of(alerts, incident.service),
        tuple(map(_deploy, deploys)),
    )


def steps_of(run: Transcript) -> Iterator[Entry]:
    """Yield what a run showed and changed, as entries of the timeline."""
    source = f"run of {run.state.runbook.rpartition('/')[2]}"
    for visit in run.visits:
        record = visit.record
        name = f"{run.state.run[:8]}.{visit.number}"
        approved = [each for each in visit.remarks if each.kind.startswith("approved")]
        for each in approved:
            text = f"{visit.title}: {each.kind}"
            yield Entry(name, each.at, each.at, "step", text, source, each.who)
        if record.verdict is not None and record.ended_at is not None:
            at = record.ended_at
            said = f", {record.message}" if record.message else ""
            text = f"{visit.title}: {record.verdict}{said}"
            yield Entry(name, at, at, "step", text, source)


def _deploy(event: Event) -> Entry:
    name = f"deploy {event.data.get('id', event.position)}"
    words = deploy_words(event)
    return Entry(name, event.at, event.recorded_at, event.kind, words, event.source)


def name_of(number: int) -> str:
    """Return an incident's id as people write it.

    >>> name_of(12)
    'INC-12'
    """
    return f"INC-{number}"


def impacts_of(events: Iterable[Event]) -> Iterator[Impact]:
    """Yield what was computed last for each objective."""
    last: dict[str, Any] = {}
    for event in events:
        if event.kind == "impact computed" and isinstance(
            event.data.get("impact"), dict
        ):
            last[str(event.data["impact"].get("objective", ""))] = event.data["impact"]
    adapter = TypeAdapter(Impact)
    for data in last.values():
        try:
            yield adapter.validate_python(data)
        except ValidationError:
            continue  # of a version that wrote it otherwise


def runs_of(
    events: Sequence[Event], store: Record, loaded: Loaded
) -> Iterator[Transcript]:
    """Yield the runs that are attached to an incident, in order."""
    attached = (str(e.data.get("run", "")) for e in events if e.kind == "run attached")
    for run in dict.fromkeys(filter(None, attached)):
        kept = store.read(stream_of(run))
        if kept:
            yield transcript_of(run, kept, _runbook(kept[0], loaded))


def _runbook(begun: Event, loaded: Loaded) -> Runbook | None:
    try:
        return read_found(begun.data["text"], begun.data["runbook"], loaded).runbook
    except (KeyError, RunbookkitError):
        return None  # steps are then called by their ids


def _pictures(
    run: Transcript, grafana: Grafana, assets: str
) -> Iterator[tuple[int, Picture]]:
    for visit in run.visits:
        tries = [view for view in attempts_of(visit, grafana) if view.chart is not None]
        if tries and assets and tries[-1].chart is not None:
            drawn = tries[-1].chart
            file = f"{assets}/{run.state.run[:12]}-{visit.number}.svg"
            yield visit.number, Picture(file, drawn.words, picture(drawn))
