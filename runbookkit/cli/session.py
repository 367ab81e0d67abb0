"""The runs of one call of ``runbook run``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import uuid4

from runbookkit.app.beginning import (
    FoundRunbook,
    Given,
    begin_with,
    follow_up,
    found_again,
    hash_of,
    secrets_again,
)
from runbookkit.app.reading import read_text
from runbookkit.app.running import NO_RUNS
from runbookkit.cli.front import Front
from runbookkit.errors import UsageError
from runbookkit.execute.outside import Outside, stream_of
from runbookkit.execute.runner import Runner
from runbookkit.model.event import Event
from runbookkit.model.runstate import Mode, RunState
from runbookkit.settings import Loaded


@dataclass(slots=True)
class Session:
    """The runs of one call: the first one, and those that it hands over to."""

    outside: Outside
    loaded: Loaded
    front: Front
    mode: Mode
    incident: str
    run_id: str = ""
    """The run that is under way; empty before one began."""
    been: set[str] = field(default_factory=set)
    attach: Callable[[Event], None] = lambda _: None
    """Shows the beginning of a run on its incident."""

    def begun(self, found: FoundRunbook, given: Given, *, after: str = "") -> Runner:
        """Begin a run."""
        beginning = begin_with(found, given, mode=self.mode)
        self.been.add(f"{found.runbook.path}#{found.first}")
        runner = Runner(
            uuid4().hex[:12],
            found.runbook,
            self.outside,
            self.front.person(found.runbook),
            beginning.secrets,
        )
        start = replace(beginning.start, incident=self.incident, after=after)
        self.run_id = runner.state.run
        runner.begin(start)
        self.attach(self.outside.store.read(stream_of(self.run_id))[0])
        return runner

    def resumed(self, run_id: str, given: Given) -> Runner:
        """Go on with a run, with the text that it began with."""
        events = self.outside.store.read(stream_of(run_id))
        if not events:
            known = self.outside.store.streams("run")[:5]
            names = ", ".join(stream.partition("/")[2] for stream in known)
            hint = f"; the newest are {names}" if known else NO_RUNS
            raise UsageError(f"there is no run {run_id!r}{hint}")
        found = found_again(events, self.loaded)
        self._tell_of_change(found)
        self.incident = events[0].data.get("incident", "")
        runner = Runner(
            run_id,
            found.runbook,
            self.outside,
            self.front.person(found.runbook),
            secrets_again(found.runbook, given),
        )
        self.run_id = run_id
        runner.resume(mode=self.mode)
        return runner

    def run(self, runner: Runner) -> list[RunState]:
        """Run to the end, and on in the runbooks that take over."""
        states = [runner.go()]
        while states[-1].end == "hand over":
            found, given = follow_up(states[-1], self.loaded)
            name = f"{found.runbook.path}#{found.first}"
            if name in self.been:
                self.front.say(f"{name} was run before; not again")
                break
            if not self.front.goes_on(found.runbook.title):
                break
            following = self.begun(found, given, after=states[-1].run)
            states.append(following.go())
        return states

    def _tell_of_change(self, found: FoundRunbook) -> None:
        """Say that the file is another one by now; the run keeps to its text."""
        path = Path(found.runbook.path)
        if not path.is_file() or hash_of(read_text(path)) != found.content_hash:
            self.front.say(
                f"{found.runbook.path} changed since the run began; it goes on with"
                " the text that it began with"
            )
