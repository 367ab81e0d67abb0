"""Run or resume a runbook with a person who says yes; print what they are shown.

``kill.py`` starts this and ends it at any moment.
"""

# ruff: noqa: ARG002  a front end looks at what it wants
from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

from runbookkit import settings
from runbookkit.app.beginning import Given, begin_with, find_runbook, found_again
from runbookkit.app.running import outside_of
from runbookkit.errors import ConflictError, SessionError
from runbookkit.execute import person as say
from runbookkit.execute.needs import Approve, Choose, Confirm, RunAction
from runbookkit.execute.outside import stream_of
from runbookkit.execute.runner import Runner
from runbookkit.model.answer import Ask
from runbookkit.model.event import Event
from runbookkit.model.runstate import RunState


class Approving:
    """Says yes, and follows what is suggested."""

    name = "approving"

    def told(self, event: Event, state: RunState) -> None:
        shown = {"run": state.run, "sequence": event.sequence, "kind": event.kind}
        print(json.dumps(shown), flush=True)

    def before(self, need: RunAction, ask: Ask, state: RunState) -> say.Decision:
        return say.Go()

    def approve(self, need: Approve, ask: Ask, state: RunState) -> say.Decision:
        return say.Go()

    def confirm(self, need: Confirm, state: RunState) -> say.Decision:
        return say.Go()

    def choose(self, need: Choose, state: RunState) -> say.Decision:
        # nobody knows whether it was made: then nothing is repeated
        return say.Take(need.suggested or need.options[-1])


def main(config: str, runbook: str, run: str) -> int:
    """Begin a run under an id, or go on with it."""
    loaded = settings.load(Path(), settings.environment(), file=config)
    outside = outside_of(loaded, settings.environment())
    events = outside.store.read(stream_of(run))
    found = found_again(events, loaded) if events else find_runbook(runbook, loaded)
    runner = Runner(run, found.runbook, outside, Approving())
    print(json.dumps({"ready": True}), flush=True)
    if events:
        _resume(runner)
    else:
        start = begin_with(found, Given(), mode="guided").start
        try:
            runner.begin(replace(start, incident="kill"))
        except ConflictError:
            _resume(runner)
    runner.go()
    outside.store.close()
    return 0


def _resume(runner: Runner) -> None:
    """Go on; the last words of a process that was killed may come after we read."""
    try:
        runner.resume()
    except SessionError:
        if runner.state.end is None:
            raise


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
