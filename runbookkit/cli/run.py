"""``runbook run``."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated
from uuid import uuid4

from cyclopts import Group, Parameter

from runbookkit import settings
from runbookkit.app.beginning import (
    FoundRunbook,
    Given,
    begin_with,
    find_runbook,
    follow_up,
    found_again,
    hash_of,
    secrets_again,
)
from runbookkit.app.reading import read_text
from runbookkit.app.running import outside_of, person_name
from runbookkit.cli import codes
from runbookkit.cli.plan import show_plan
from runbookkit.errors import UsageError
from runbookkit.execute.outside import Outside, stream_of
from runbookkit.execute.person import Nobody, Person
from runbookkit.execute.runner import Runner
from runbookkit.model.graph import step_graph
from runbookkit.model.runbook import Runbook
from runbookkit.model.runstate import Mode, RunState

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
    inputs
        Value of an input, name=value; secrets also when resuming, they are not kept.
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
    if bool(name) == bool(resume):
        raise UsageError("name a runbook, or a run to go on with: --resume ID")
    outside = outside_of(loaded, variables)
    session = _Session(outside, loaded, auto=auto, incident=incident)
    try:
        runner = (
            session.resumed(resume, given)
            if resume
            else session.begun(find_runbook(name, loaded), given)
        )
        states = session.run(runner)
        if record:
            _record(outside, states[0].run, Path(record), loaded)
        if events:
            for state in states:
                _print_events(outside, state.run)
    finally:
        outside.store.close()
    return _code(states[-1])


@dataclass(slots=True)
class _Session:
    """The runs of one call: the first one, and those that it hands over to."""

    outside: Outside
    loaded: settings.Loaded
    auto: bool
    incident: str
    been: set[str] = field(default_factory=set)

    def begun(self, found: FoundRunbook, given: Given, *, after: str = "") -> Runner:
        """Begin a run."""
        mode: Mode = "auto" if self.auto else "guided"
        beginning = begin_with(found, given, mode=mode)
        self.been.add(f"{found.runbook.path}#{found.first}")
        runner = Runner(
            uuid4().hex[:12],
            found.runbook,
            self.outside,
            self._person(found.runbook),
            beginning.secrets,
        )
        start = replace(beginning.start, incident=self.incident, after=after)
        runner.begin(start)
        return runner

    def resumed(self, run_id: str, given: Given) -> Runner:
        """Go on with a run, with the text that it began with."""
        events = self.outside.store.read(stream_of(run_id))
        if not events:
            known = self.outside.store.streams("run")[:5]
            names = ", ".join(stream.partition("/")[2] for stream in known)
            hint = f"; the newest are {names}" if known else ""
            raise UsageError(f"there is no run {run_id!r}{hint}")
        found = found_again(events, self.loaded)
        _tell_of_change(found)
        self.incident = events[0].data.get("incident", "")
        runner = Runner(
            run_id,
            found.runbook,
            self.outside,
            self._person(found.runbook),
            secrets_again(found.runbook, given),
        )
        runner.resume(mode="auto" if self.auto else "guided")
        return runner

    def run(self, runner: Runner) -> list[RunState]:
        """Run to the end, and on in the runbooks that take over."""
        states = [self._go(runner)]
        while states[-1].end == "hand over":
            found, given = follow_up(states[-1], self.loaded)
            name = f"{found.runbook.path}#{found.first}"
            if name in self.been:
                print(f"runbook: {name} was run before; not again", file=sys.stderr)
                break
            if not self.auto and not _goes_on(found.runbook.title):
                break
            following = self.begun(found, given, after=states[-1].run)
            states.append(self._go(following))
        return states

    def _go(self, runner: Runner) -> RunState:
        try:
            return runner.go()
        except KeyboardInterrupt:
            again = f"runbook run --resume {runner.state.run}"
            print(f"\nrunbook: interrupted; go on with: {again}", file=sys.stderr)
            raise

    def _person(self, runbook: Runbook) -> Person:
        # what draws is slow to import, and a plan draws nothing
        from rich.console import Console

        from runbookkit.cli.plain import PlainPerson

        console = Console(highlight=False, stderr=self.auto)
        graph = step_graph(runbook)
        person = PlainPerson(person_name(), runbook, graph, console, input)
        return Nobody(person.told) if self.auto else person


def _record(outside: Outside, run_id: str, file: Path, loaded: settings.Loaded) -> None:
    from runbookkit.app.scenarios import record_run

    otherwise = record_run(outside.store.read(stream_of(run_id)), file, loaded)
    print(f"runbook: wrote {file}", file=sys.stderr)
    if otherwise:
        print("runbook: played again it comes to something else:", file=sys.stderr)
        print("\n".join(otherwise), file=sys.stderr)


def _goes_on(title: str) -> bool:
    try:
        said = input(f"Go on in {title!r} now? [Enter for yes, q to leave] ")
    except EOFError:
        return False
    return said.strip().lower() in {"", "y", "yes"}


def _tell_of_change(found: FoundRunbook) -> None:
    """Say that the file is another one by now; the run keeps to its text."""
    path = Path(found.runbook.path)
    if not path.is_file() or hash_of(read_text(path)) != found.content_hash:
        print(
            f"runbook: {found.runbook.path} changed since the run began; it goes on"
            " with the text that it began with",
            file=sys.stderr,
        )


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
