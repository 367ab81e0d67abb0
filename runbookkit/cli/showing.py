"""What the plain front end prints of a run: scrollback text, nothing drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.markdown import Markdown
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from runbookkit.cli.drawing import COLOURS, chart, words
from runbookkit.cli.maps import map_lines
from runbookkit.execute.curves import Curve, Threshold, curves_of, thresholds_of
from runbookkit.execute.judge import shown
from runbookkit.model.answer import Ask
from runbookkit.model.event import Event
from runbookkit.model.graph import StepGraph
from runbookkit.model.runbook import Runbook, Step
from runbookkit.model.runstate import RunState

MARKS = {
    "met": "✔ met",
    "not met": "✘ not met",
    "error": "! error",
    "skipped": "- skipped",
    "declined": "- declined",
}
_STYLES = {"met": "green", "not met": "yellow", "error": "red"}
_ROWS = 10
_WIDEST = 100
_HEIGHT = 12
_CONTROLS = {
    number: "\N{REPLACEMENT CHARACTER}"
    for number in (*range(32), 127, *range(128, 160))
    if chr(number) not in "\n\t"
}
"""A log line must not move the cursor or rewrite what stands above it."""


class Showing:
    """Prints the events of one run."""

    def __init__(self, runbook: Runbook, graph: StepGraph, console: Console) -> None:
        self._runbook = runbook
        self._graph = graph
        self._console = console
        self.numbers = {step: number for number, step in enumerate(graph.steps, 1)}
        self._shows = {
            "run started": self._begun,
            "run resumed": self._resumed,
            "step entered": self._entered,
            "action answered": self._answered,
            "action failed": self._failed,
            "step judged": self._judged,
            "step skipped": self._skipped,
            "value captured": self._captured,
            "rollback ended": self._undone,
            "note added": self._noted,
            "run handed over": self._handed,
            "run finished": self._over,
            "run paused": self._paused,
        }

    def told(self, event: Event, state: RunState) -> None:
        """Print something that happened."""
        show = self._shows.get(event.kind)
        if show is not None:
            show(event.data, state)

    def say(self, text: str, *, style: str = "") -> None:
        """Print a text that comes from anywhere."""
        self._console.print(
            text.translate(_CONTROLS), style=style, markup=False, highlight=False
        )

    def prose(self, text: str) -> None:
        """Print markdown."""
        self._console.print(Markdown(text.translate(_CONTROLS)))

    def program(self, ask: Ask) -> None:
        """Print exactly what will be sent."""
        where = f" on {ask.host}" if ask.host else ""
        window = ""
        if ask.window is not None:
            window = f", {ask.window.start:%H:%M:%S} to {ask.window.end:%H:%M:%S} UTC"
        self.say(f"{ask.language}{where}{window}:")
        text = ask.text.translate(_CONTROLS)
        # wrapped, not cut: nobody approves what they cannot see
        whole = Syntax(text, ask.language, background_color="default", word_wrap=True)
        self._console.print(whole)

    def _begun(self, _: Mapping[str, Any], state: RunState) -> None:
        data = self._runbook.metadata
        self._console.rule(self._runbook.title)
        self.say(
            f"run {state.run} · service {data.service} · severity {data.severity}"
            f" · owner {data.owner} · reviewed {data.reviewed or 'never'}"
        )
        for name, value in state.inputs.items():
            self.say(f"  {name} = {shown(value)}")

    def _resumed(self, _: Mapping[str, Any], state: RunState) -> None:
        self._begun({}, state)
        for record in state.visits:
            title = self._graph.steps[record.step].title
            verdict = MARKS[record.verdict] if record.verdict else "under way"
            said = f": {record.message}" if record.message else ""
            self.say(f"  {self.numbers[record.step]}. {title}  [{verdict}]{said}")
        if state.current is not None:
            self._entered({"step": state.current.step}, state)

    def _entered(self, data: Mapping[str, Any], _: RunState) -> None:
        step: Step = self._graph.steps[data["step"]]
        self._console.print()
        number = self.numbers[step.id]
        total = len(self._graph.steps)
        self.say(
            f"Step {number} of {total}: {step.title}  [{_kind(step)}]", style="bold"
        )
        for prose in step.prose:
            self.prose(prose.text)

    def _answered(self, data: Mapping[str, Any], state: RunState) -> None:
        step = self._graph.steps[state.visits[-1].step]
        self._evidence(data["answer"], thresholds_of(step))
        if self._polls(state) and data["verdict"] != "met":
            self.say(f"not so yet: {data['message']}")

    def _failed(self, data: Mapping[str, Any], state: RunState) -> None:
        if data.get("never_begun") or self._polls(state):
            self.say(f"no answer: {data['error']}")

    def _polls(self, state: RunState) -> bool:
        step = self._graph.steps[state.visits[-1].step]
        lead = step.action.lead if step.action else None
        return lead is not None and lead.poll is not None

    def _evidence(
        self, answer: Mapping[str, Any], thresholds: Sequence[Threshold] = ()
    ) -> None:
        for warning in answer["warnings"]:
            self.say(f"warning: {warning}")
        if answer["empty"]:
            self.say("the answer is empty")
        names = answer["names"]
        curves = curves_of(answer)
        if curves:
            self._curves(curves, thresholds)
        elif names.get("series"):
            self._console.print(_series_table(names["series"]))
        for line in _lines(names):
            self.say(line)
        if answer["truncated"]:
            self.say(f"cut: {answer['truncated']}")
        as_of = _as_of(answer["data_as_of"])
        self.say(
            f"{answer['backend']} {answer['server']} answered at"
            f" {answer['started_at'][11:19]} in {answer['seconds']:.2f} s{as_of}"
            f" · evidence {answer['hash'][:12]}",
            style="dim",
        )

    def _curves(self, curves: Sequence[Curve], thresholds: Sequence[Threshold]) -> None:
        """Draw curves where a terminal can show them; say them everywhere."""
        drawn = ""
        if self._console.is_terminal and not self._console.is_dumb_terminal:
            width = min(self._console.width, _WIDEST)
            drawn = chart(curves, thresholds, width, _HEIGHT)
            self._console.print(Text.from_ansi(drawn))
        for number, line in enumerate(words(curves[:_ROWS], ())):
            colour = COLOURS[number] if drawn and number < len(COLOURS) else ""
            self.say(line, style=colour)
        if len(curves) > _ROWS:
            self.say(f"… and {len(curves) - _ROWS} more")
        for line in words((), thresholds):
            self.say(line)

    def _judged(self, data: Mapping[str, Any], _: RunState) -> None:
        verdict = MARKS[data["verdict"]]
        self._console.print(verdict, style=_STYLES.get(data["verdict"], ""), end=": ")
        self.say(data["message"])

    def _skipped(self, data: Mapping[str, Any], _: RunState) -> None:
        self.say(f"{MARKS['skipped']}: {data['reason']}")

    def _captured(self, data: Mapping[str, Any], _: RunState) -> None:
        self.say(f"  {data['name']} = {shown(data['value'])}")

    def _undone(self, data: Mapping[str, Any], _: RunState) -> None:
        if "answer" in data:
            self._evidence(data["answer"])
            code = data["answer"]["names"].get("exit_code")
            ended = "done" if code == 0 else f"failed with exit code {code}"
            self.say(f"rollback {ended}", style="" if code == 0 else "red")
        else:
            self.say(f"rollback: {data['error']}", style="red")

    def _noted(self, data: Mapping[str, Any], _: RunState) -> None:
        self.say(f"note: {data['text']}")

    def _over(self, data: Mapping[str, Any], _: RunState) -> None:
        if data.get("reason"):
            self.say(data["reason"])
        self._console.rule(f"{data['end']}: the run is over")

    def _handed(self, data: Mapping[str, Any], _: RunState) -> None:
        self.say(f"Go on in {data['href']}")

    def _paused(self, _: Mapping[str, Any], state: RunState) -> None:
        self.say(f"Paused. Go on with: runbook run --resume {state.run}")


def _kind(step: Step) -> str:
    if step.question is not None:
        return "asks"
    if step.action is None:
        return "by hand"
    return "CHANGES PRODUCTION" if step.effect == "change" else "reads"


def _lines(names: Mapping[str, Any]) -> Iterator[str]:
    for line in names.get("lines", [])[:_ROWS]:
        yield f"  {line.get('time', '')} {line.get('line', '')}"
    yield from map_lines(names)
    for name in ("stdout", "stderr"):
        text = str(names.get(name, "")).rstrip()
        if text:
            yield text


def _series_table(series: list[Mapping[str, Any]]) -> Table:
    table = Table("labels", "value", box=None, pad_edge=False)
    for each in series[:_ROWS]:
        pairs = ", ".join(f"{k}={v}" for k, v in each["labels"].items()) or "(none)"
        labels = pairs.translate(_CONTROLS).replace("[", r"\[")  # no markup from afar
        table.add_row(labels, shown(each.get("value")))
    if len(series) > _ROWS:
        table.add_row(f"… and {len(series) - _ROWS} more")
    return table


def _as_of(text: str | None) -> str:
    return f", data as of {datetime.fromisoformat(text):%H:%M:%S} UTC" if text else ""
