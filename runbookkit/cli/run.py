"""``runbook run``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated

from cyclopts import Group, Parameter

from runbookkit import settings
from runbookkit.app.beginning import Given, find_runbook
from runbookkit.app.explore import explore_link
from runbookkit.app.running import (
    no_incident,
    outside_of,
    person_name,
    state_folder,
    store_in_words,
)
from runbookkit.cli import codes
from runbookkit.cli.around import Around, Work
from runbookkit.cli.front import front_of
from runbookkit.cli.plan import show_plan
from runbookkit.cli.session import Session
from runbookkit.errors import NotFoundError, UsageError
from runbookkit.execute.outside import Outside, stream_of
from runbookkit.incidents.naming import number_of
from runbookkit.model.event import Event
from runbookkit.model.runstate import RunState
from runbookkit.ports import Store

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
    record: Annotated[str, Parameter(group=_MODE)] = "",
    events: Annotated[bool, _flag, Parameter(("--json",), group=_MODE)] = False,
    plain: Annotated[bool, _flag, Parameter(group=_MODE)] = False,
    inputs: Annotated[tuple[str, ...], Parameter(("--input",), group=_GIVEN)] = (),
    label: Annotated[tuple[str, ...], Parameter(group=_GIVEN)] = (),
    annotation: Annotated[tuple[str, ...], Parameter(group=_GIVEN)] = (),
    incident: Annotated[str, Parameter(group=_GIVEN)] = "",
    server: str = "",
    config: str = "",
) -> int:
    """Run a runbook step by step; every event is kept before it is shown.

    Exit code: 0 the run ended in stop, 1 it escalated, 3 a step could not be
    judged, 4 it is paused and can be resumed.

    Parameters
    ----------
    name
        A file, or the name of a runbook in the handbook; #anchor begins at a step.
    plan
        Show what would be asked and done; nothing is.
    auto
        Run what only reads, without a person; pause where one is needed.
    resume
        Go on with a paused or interrupted run, by its id.
    record
        Write the run as a scenario, which `runbook test` plays again, to this file.
    events
        Print the run's events as JSON lines when it is over.
    plain
        Ask line by line, without the full screen; also where RUNBOOK_PLAIN is set.
    inputs
        Value of an input, name=value; secrets also when resuming, they are not kept.
    label
        Label of the alert, name=value.
    annotation
        Annotation of the alert, name=value.
    incident
        Number of the incident that the run belongs to.
    server
        Address of a `runbook serve` that keeps the run; else `RUNBOOK_SERVER`. Its
        token is in `RUNBOOK_TOKEN`, or in the file that `RUNBOOK_TOKEN_FILE` names.
    config
        Configuration file; found upward from here when left out.
    """
    variables = settings.environment(server)
    loaded = settings.load(Path(), variables, file=config)
    given = Given(_pairs(inputs), _pairs(label), _pairs(annotation))
    if plan:
        return show_plan(find_runbook(name, loaded).runbook, given)
    if bool(name) == bool(resume):
        raise UsageError("name a runbook, or a run to go on with: --resume ID")
    number = number_of(incident) if incident else 0
    attach = _attaching(number, loaded, variables)
    outside = outside_of(loaded, variables)
    around = _around(outside, loaded, variables)
    piped = not (sys.stdin.isatty() and sys.stdout.isatty())
    front = front_of(around, variables, auto=auto, plain=plain or piped)
    session = Session(
        front.outside(outside),
        loaded,
        front,
        "auto" if auto else "guided",
        str(number or ""),
        attach=lambda event: attach(outside.store, event),
    )

    def work() -> list[RunState]:
        if resume:
            return session.run(session.resumed(resume, given))
        return session.run(session.begun(find_runbook(name, loaded), given))

    try:
        states = _driven(session, work)
        if record:
            _record(outside, states[0].run, Path(record), loaded)
        if events:
            for state in states:
                _print_events(outside, state.run)
    finally:
        outside.store.close()
    return _code(states[-1])


def _attaching(
    number: int, loaded: settings.Loaded, variables: Mapping[str, str]
) -> Callable[[Store, Event], None]:
    """Return what shows a run on its incident, which must be there."""
    if not number:
        return lambda *_: None
    from runbookkit.app.incident_desk import attach, desk_of

    with desk_of(loaded, variables) as desk:
        try:
            desk.view(number)
        except NotFoundError as error:
            kept = store_in_words(loaded, state_folder(loaded, variables), variables)
            raise no_incident(number, kept) from error
    return attach


def _driven(session: Session, work: Work) -> list[RunState]:
    try:
        return session.front.drive(work)
    except KeyboardInterrupt:
        if session.run_id:
            again = f"runbook run --resume {session.run_id}"
            print(f"\nrunbook: interrupted; go on with: {again}", file=sys.stderr)
        raise


def _around(
    outside: Outside, loaded: settings.Loaded, variables: Mapping[str, str]
) -> Around:
    state = state_folder(loaded, variables)
    return Around(
        person_name(),
        store_in_words(loaded, state, variables),
        partial(explore_link, loaded.configuration.grafana),
        lambda run: outside.store.read(stream_of(run)),
        display=sys.platform in {"darwin", "win32"}
        or any(variables.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")),
    )


def _record(outside: Outside, run_id: str, file: Path, loaded: settings.Loaded) -> None:
    from runbookkit.app.scenarios import record_run

    otherwise = record_run(outside.store.read(stream_of(run_id)), file, loaded)
    print(f"runbook: wrote {file}", file=sys.stderr)
    if otherwise:
        print("runbook: played again it comes to something else:", file=sys.stderr)
        print("\n".join(otherwise), file=sys.stderr)


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
