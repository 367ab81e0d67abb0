"""What a page shows of an incident besides its timeline: at a glance, and evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from runbookkit.app.words import span
from runbookkit.model.impact import Impact
from runbookkit.model.incident import NOT_OVER, IncidentRow
from runbookkit.model.observation import Figure, Observation
from runbookkit.model.timeline import Entry

_NAMES: Final = {"next step": "Next step", "budget": "Error budget"}
_PLACES: Final = {"channel opened": "Channel", "page sent": "Page"}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was seen of an incident by itself; empty where nothing was."""

    impacts: tuple[tuple[Entry, Impact], ...] = ()
    """The last one of each objective."""
    deploys: tuple[Entry, ...] = ()
    observations: tuple[tuple[Entry, Observation], ...] = ()
    runs: tuple[tuple[Entry, str], ...] = ()
    """With the id of each run."""
    remarks: tuple[Entry, ...] = ()
    """What could not be asked or told."""

    def __bool__(self) -> bool:
        """Whether there is anything."""
        parts = (self.impacts, self.deploys, self.observations, self.runs, self.remarks)
        return any(parts)


def at_a_glance(incident: IncidentRow, now: datetime) -> list[tuple[str, str]]:
    """Return what whoever opens the page wants to know first."""
    over = incident.status not in NOT_OVER
    end = incident.resolved_at if over and incident.resolved_at else now
    seen = incident.data.get("seen", {})
    lines = [("Took" if over else "Open for", span(end - incident.opened_at))]
    for name, words in _NAMES.items():
        if seen.get(name) and not (over and name == "next step"):
            lines.append((words, str(seen[name])))
    if incident.status == "resolved":
        command = f"runbook postmortem draft INC-{incident.id}"
        lines.insert(1, ("Next step", f"Draft the postmortem: {command}"))
    return lines


def places_of(activity: Sequence[Entry]) -> list[tuple[str, str]]:
    """Return where people were told, as words and addresses."""
    found = {
        _PLACES[each.kind]: str(each.data["url"])
        for each in activity
        if each.kind in _PLACES and each.data.get("url")
    }
    return list(found.items())


def evidence_of(activity: Sequence[Entry]) -> Evidence:
    """Return the evidence among some entries."""
    attached = [each for each in activity if each.kind == "evidence attached"]
    deploys = [each for each in activity if each.kind == "deploy seen"]
    observed = list(_read(attached, "observation", Observation))
    impacts = _read(activity, "impact", Impact)
    last = {impact.objective: (entry, impact) for entry, impact in impacts}
    runs = {
        str(each.data["run"]): each
        for each in activity
        if each.kind == "run attached" and each.data.get("run")
    }
    told = [each for each in attached if {*each.data} <= {"text", "unmeasured"}]
    return Evidence(
        tuple(last.values()),
        tuple(deploys),
        tuple(observed),
        tuple((entry, run) for run, entry in runs.items()),
        tuple(told),
    )


def _read(
    entries: Sequence[Entry], name: str, kind: type[Any]
) -> Iterator[tuple[Entry, Any]]:
    adapter = _adapters()[kind]
    for entry in entries:
        data = entry.data.get(name)
        if isinstance(data, Mapping):
            try:
                yield entry, adapter.validate_python(data)
            except ValidationError:
                continue  # of a version that wrote it otherwise


@cache
def _adapters() -> Mapping[type[Any], TypeAdapter[Any]]:
    """Return what reads each kind; made anew for each page it took most of its time."""
    return {kind: TypeAdapter[Any](kind) for kind in (Observation, Impact)}


def figure_words(figure: Figure) -> str:
    """Return a number with its unit.

    >>> from runbookkit.model.observation import Links
    >>> figure_words(Figure("error ratio", "ratio", 0.0342, "q", Links()))
    '3.4 %'
    >>> figure_words(Figure("latency p99", "seconds", 0.0495, "q", Links()))
    '50 ms'
    """
    value = figure.value
    if value is None:
        return figure.note or "unknown"
    if figure.unit == "ratio":
        return f"{value * 100:.2g} %"
    if figure.unit == "seconds":
        return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.2f} s"
    if figure.of is not None:
        return f"{value:g} of {figure.of:g}"
    unit = "" if figure.unit == "instances" else f" {figure.unit}"
    return f"{value:.3g}{unit}"
