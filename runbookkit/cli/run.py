"""``runbook run``."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated
from uuid import uuid4

from cyclopts import Group, Parameter

from runbookkit import settings
from runbookkit.app.running import (
    Given,
    find_runbook,
    outside_of,
    person_name,
    start_of,
)
from runbookkit.cli import codes
from runbookkit.cli.plan import show_plan
from runbookkit.errors import UsageError
from runbookkit.execute.person import Nobody, Person
from runbookkit.execute.runner import Outside, Runner, stream_of
from runbookkit.execute.state import state_of
from runbookkit.model.graph import step_graph
from runbookkit.model.runbook import Runbook
from runbookkit.model.runstate import RunState

_MODE = Group("How it runs", sort_key=1)
_GIVEN = Group("What it is given", sort_key=2)
_flag = Parameter(negative=())


def run(  # noqa: PLR0913  one parameter an option
    name: str = "",
    /,
    *,
    plan: Annotated[bool, _flag, Parameter(group=_MODE)] = False,
    auto: Annotated[bool, _flag, Parameter(group=_MODE)] = False,
    resume: Annotated[str, Parameter(group=_MODE)] = "",
    events: Annotated[bool, _flag, Parameter(("--json",), group=_MODE)] = False,
    inputs: Annotated[tuple[str, ...], Parameter(("--input",), group=_GIVEN)] = (),
    label: Annotated[tuple[str, ...], Parameter(group=_GIVEN)] = (),
    annotation: Annotated[tuple[str, ...], Parameter(group=_GIVEN)] = (),
    incident: Annotated[str, Parameter(group=_GIVEN)] = "",
    config: str = "",
) -> int:
    """Run a runbook step by step; every event is kept before it is shown.

    Exit code: 0 the run ended in stop, 1 it escalated, 3 a step could not be
    judged, 4 it is paused and can be resumed.

    Parameters
    ----------
    name
        A file, or the name of a runbook in the handbook.
    plan
        Show what would be asked and done; nothing is.
    auto
        Run what only reads, without a person; pause where one is needed.
    resume
        Go on with a paused or interrupted run, by its id.
    events
        Print the run's events as JSON lines when it is over.
    inputs
        Value of an input, name=value.
    label
        Label of the alert, name=value.
    annotation
        Annotation of the alert, name=value.
    incident
        Id of the incident that the run belongs to.
    config
        Configuration file; found upward from here when left out.
    """
    variables = settings.environment()
    loaded = settings.load(Path(), variables, file=config)
    given = Given(_pairs(inputs), _pairs(label), _pairs(annotation))
    if plan:
        return show_plan(find_runbook(name, loaded).runbook, given)
    if not name and not resume:
        raise UsageError("name a runbook, or a run to go on with: --resume ID")
    outside = outside_of(loaded, variables)
    try:
        if resume:
            runner, runbook = _resumed(resume, outside, loaded, auto=auto)
        else:
            found = find_runbook(name, loaded)
            start = start_of(found, given, mode="auto" if auto else "guided")
            runbook = found.runbook
            person = _person(runbook, auto=auto)
            runner = Runner(uuid4().hex[:12], runbook, outside, person)
            runner.begin(replace(start, incident=incident))
        state = runner.go()
        if events:
            _print_events(outside, state.run)
    finally:
        outside.store.close()
    return _code(state)


def _resumed(
    run_id: str, outside: Outside, loaded: settings.Loaded, *, auto: bool
) -> tuple[Runner, Runbook]:
    events = outside.store.read(stream_of(run_id))
    if not events:
        known = [
            stream.partition("/")[2] for stream in outside.store.streams("run")[:5]
        ]
        hint = f"; the newest are {', '.join(known)}" if known else ""
        raise UsageError(f"there is no run {run_id!r}{hint}")
    state = state_of(run_id, events)
    found = find_runbook(state.runbook, loaded)
    if found.content_hash != state.content_hash:
        raise UsageError(
            f"{state.runbook} changed since run {run_id} began; bring that version back"
            " or begin a new run"
        )
    if state.end is not None:
        raise UsageError(f"run {run_id} is over: {state.end}")
    runner = Runner(run_id, found.runbook, outside, _person(found.runbook, auto=auto))
    runner.resume()
    return runner, found.runbook


def _person(runbook: Runbook, *, auto: bool) -> Person:
    # what draws is slow to import, and a plan draws nothing
    from rich.console import Console

    from runbookkit.cli.plain import PlainPerson

    console = Console(highlight=False, stderr=auto)
    person = PlainPerson(person_name(), runbook, step_graph(runbook), console, input)
    return Nobody(person.told) if auto else person


def _pairs(given: tuple[str, ...]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for each in given:
        name, sign, value = each.partition("=")
        if not sign or not name:
            raise UsageError(f"{each!r} is not name=value")
        pairs[name] = value
    return pairs


def _print_events(outside: Outside, run_id: str) -> None:
    for event in outside.store.read(stream_of(run_id)):
        line = {
            "sequence": event.sequence,
            "kind": event.kind,
            "at": event.at.isoformat(),
            "actor": event.actor,
            "data": event.data,
        }
        sys.stdout.write(json.dumps(line) + "\n")


def _code(state: RunState) -> int:
    if state.end == "stop":
        return codes.OK
    if state.end is not None:
        return codes.FINDINGS
    judged = [each for each in state.visits if each.verdict is not None]
    if judged and judged[-1].verdict == "error":
        return codes.COULD_NOT_CHECK
    return codes.PAUSED
