"""What the plain front end prints of a run: scrollback text, nothing drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console

from runbookkit.cli import pieces
from runbookkit.cli.prose import escalation_text, step_text
from runbookkit.execute.curves import Threshold, thresholds_of
from runbookkit.execute.judge import shown
from runbookkit.model.answer import Ask
from runbookkit.model.event import Event
from runbookkit.model.graph import StepGraph
from runbookkit.model.runbook import Runbook, Step
from runbookkit.model.runstate import RunState


class Showing:
    """Prints the events of one run."""

    def __init__(
        self, runbook: Runbook, graph: StepGraph, console: Console, kept: str
    ) -> None:
        """``kept`` says where events are kept."""
        self._runbook = runbook
        self._graph = graph
        self._console = console
        self._kept = kept
        self._numbers = {step: number for number, step in enumerate(graph.steps, 1)}
        self._shows = {
            "run started": self._begun,
            "run resumed": self._resumed,
            "step entered": self._entered,
            "action started": self._asked,
            "action answered": self._answered,
            "action failed": self._failed,
            "change approved": self._approved,
            "step judged": self._judged,
            "step skipped": self._skipped,
            "value captured": self._captured,
            "rollback started": self._approved,
            "rollback ended": self._undone,
            "deviation noted": self._deviated,
            "note added": self._noted,
            "run handed over": self._handed,
            "run finished": self._over,
            "run paused": self._paused,
        }

    def told(self, event: Event, state: RunState) -> None:
        """Print something that happened."""
        show = self._shows.get(event.kind)
        if show is not None:
            show(event, state)

    def say(self, text: str, *, style: str = "") -> None:
        """Print a text that comes from anywhere."""
        self._console.print(pieces.said(text, style))

    def program(self, ask: Ask) -> None:
        """Print exactly what will be sent."""
        for piece in pieces.program(ask):
            self._console.print(piece)

    def _begun(self, _: Event, state: RunState) -> None:
        data = self._runbook.metadata
        self._console.rule(self._runbook.title)
        incident = f" · incident {state.incident}" if state.incident else ""
        self.say(
            f"run {state.run}{incident} · service {data.service}"
            f" · severity {data.severity} · owner {data.owner}"
            f" · reviewed {data.reviewed or 'never'}"
        )
        for name, value in state.inputs.items():
            self.say(f"  {name} = {shown(value)}")
        if self._kept:
            self.say(f"every step is kept in {self._kept}", style="dim")

    def _resumed(self, event: Event, state: RunState) -> None:
        self._begun(event, state)
        for record in state.visits:
            title = self._graph.steps[record.step].title
            verdict = pieces.MARKS[record.verdict] if record.verdict else "under way"
            said = f": {record.message}" if record.message else ""
            self.say(f"  {self._numbers[record.step]}. {title}  [{verdict}]{said}")
        if state.handed:
            self.say(f"handed over: {state.handed}", style="bold")
        if state.current is not None:
            self._enter(state.current.step, state)

    def _entered(self, event: Event, state: RunState) -> None:
        self._enter(event.data["step"], state)

    def _enter(self, step_id: str, state: RunState) -> None:
        step: Step = self._graph.steps[step_id]
        self._console.print()
        place = f"Step {self._numbers[step_id]} of {len(self._graph.steps)}"
        kind = pieces.kind_of(step)
        self.say(f"{place}: {step.title}  [{kind}]", style="bold")
        for piece in step_text(step, state.names):
            self._console.print(piece)

    def _asked(self, event: Event, _: RunState) -> None:
        if event.data["number"] == 1 and "asked_at" not in event.data:
            self.say(f"sent at {event.at:%H:%M:%S} UTC, waiting …", style="dim")

    def _answered(self, event: Event, state: RunState) -> None:
        step = self._graph.steps[state.visits[-1].step]
        self._evidence(event.data["answer"], thresholds_of(step))
        if self._polls(state) and event.data["verdict"] != "met":
            self.say(f"not so yet: {event.data['message']}")

    def _failed(self, event: Event, state: RunState) -> None:
        if event.data.get("never_begun") or self._polls(state):
            self.say(f"no answer: {event.data['error']}")

    def _polls(self, state: RunState) -> bool:
        step = self._graph.steps[state.visits[-1].step]
        lead = step.action.lead if step.action else None
        return lead is not None and lead.poll is not None

    def _evidence(
        self, answer: Mapping[str, Any], thresholds: Sequence[Threshold] = ()
    ) -> None:
        console = self._console
        draws = console.is_terminal and not console.is_dumb_terminal
        room = pieces.Room(console.width) if draws else pieces.Room()
        for piece in pieces.evidence(answer, thresholds, room):
            console.print(piece)

    def _approved(self, event: Event, _: RunState) -> None:
        self.say(f"approved by {event.actor} at {event.at:%H:%M:%S} UTC")

    def _judged(self, event: Event, _: RunState) -> None:
        data = event.data
        self._console.print(pieces.verdict(data["verdict"], data["message"]))

    def _skipped(self, event: Event, _: RunState) -> None:
        self._console.print(pieces.verdict("skipped", event.data["reason"]))

    def _captured(self, event: Event, _: RunState) -> None:
        self.say(f"  {event.data['name']} = {shown(event.data['value'])}")

    def _undone(self, event: Event, _: RunState) -> None:
        if "answer" in event.data:
            answer = event.data["answer"]
            self._evidence(answer)
            code = answer["names"].get("exit_code")
            ended = "done" if code == 0 else f"failed with exit code {code}"
            self.say(f"rollback {ended}", style="" if code == 0 else "red")
        else:
            self.say(f"rollback: {event.data['error']}", style="red")

    def _deviated(self, event: Event, _: RunState) -> None:
        words = [event.data["what"], event.data.get("text", "")]
        self.say(f"kept as a deviation: {': '.join(filter(None, words))}")

    def _noted(self, event: Event, _: RunState) -> None:
        self.say(f"note: {event.data['text']}")

    def _over(self, event: Event, _: RunState) -> None:
        if event.data.get("reason"):
            self.say(event.data["reason"])
        if event.data["end"] == "escalate":
            for piece in escalation_text(self._runbook):
                self._console.print(piece)
        self._console.rule(f"{event.data['end']}: the run is over")

    def _handed(self, event: Event, _: RunState) -> None:
        self.say(f"Go on in {event.data['href']}")

    def _paused(self, _: Event, state: RunState) -> None:
        how = f"Left to {state.handed}" if state.handed else "Paused"
        self.say(f"{how}. Go on with: runbook run --resume {state.run}")
