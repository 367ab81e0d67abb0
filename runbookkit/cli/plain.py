"""The plain front end of a guided run: scrollback text and numbered choices.

It is chosen when there is no full terminal, and it is the one that screen
readers read: nothing is said by colour or place alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rich.console import Console
from rich.markdown import Markdown
from rich.syntax import Syntax
from rich.table import Table

from runbookkit.execute import person as say
from runbookkit.execute.judge import shown
from runbookkit.execute.needs import Approve, Choose, Confirm, RunAction
from runbookkit.model.answer import Ask
from runbookkit.model.event import Event
from runbookkit.model.graph import Edge, StepGraph
from runbookkit.model.runbook import Runbook, Step
from runbookkit.model.runstate import RunState

_MARKS = {
    "met": "✔ met",
    "not met": "✘ not met",
    "error": "! error",
    "skipped": "- skipped",
    "declined": "- declined",
}
_STYLES = {"met": "green", "not met": "yellow", "error": "red"}
_ROWS = 10
Read = Callable[[str], str]


class PlainPerson:
    """Asks a person line by line."""

    def __init__(
        self,
        name: str,
        runbook: Runbook,
        graph: StepGraph,
        console: Console,
        read: Read,
    ) -> None:
        self.name = name
        self._runbook = runbook
        self._graph = graph
        self._console = console
        self._read = read
        self._numbers = {step: number for number, step in enumerate(graph.steps, 1)}
        self._shows = {
            "run started": self._begun,
            "step entered": self._entered,
            "action answered": self._answered,
            "step judged": self._judged,
            "value captured": self._captured,
            "run handed over": self._handed,
            "run finished": self._over,
            "run paused": self._paused,
        }

    def told(self, event: Event, state: RunState) -> None:
        """Show something that happened."""
        show = self._shows.get(event.kind)
        if show is not None:
            show(event.data, state)

    def _judged(self, data: Mapping[str, Any], _: RunState) -> None:
        verdict = _MARKS[data["verdict"]]
        self._console.print(verdict, style=_STYLES.get(data["verdict"], ""), end=": ")
        self._console.print(data["message"], markup=False, highlight=False)

    def _captured(self, data: Mapping[str, Any], _: RunState) -> None:
        self._console.print(f"  {data['name']} = {shown(data['value'])}", markup=False)

    def _over(self, data: Mapping[str, Any], _: RunState) -> None:
        self._console.rule(f"{data['end']}: the run is over")

    def _handed(self, data: Mapping[str, Any], _: RunState) -> None:
        self._console.print(f"Go on in {data['href']}", markup=False)

    def _paused(self, _: Mapping[str, Any], state: RunState) -> None:
        self._console.print(f"Paused. Go on with: runbook run --resume {state.run}")

    def _begun(self, _: Mapping[str, Any], state: RunState) -> None:
        data = self._runbook.metadata
        self._console.rule(self._runbook.title)
        self._console.print(
            f"run {state.run} · service {data.service} · severity {data.severity}"
            f" · owner {data.owner} · reviewed {data.reviewed or 'never'}",
            markup=False,
            highlight=False,
        )
        for name, value in state.inputs.items():
            self._console.print(f"  {name} = {shown(value)}", markup=False)

    def _entered(self, data: Mapping[str, Any], _: RunState) -> None:
        step: Step = self._graph.steps[data["step"]]
        total = len(self._graph.steps)
        kind = (
            "asks"
            if step.question
            else "by hand"
            if step.action is None
            else ("CHANGES PRODUCTION" if step.effect == "change" else "reads")
        )
        self._console.print()
        number = self._numbers[step.id]
        self._console.print(
            f"Step {number} of {total}: {step.title}  [{kind}]",
            style="bold",
            markup=False,
        )
        for prose in step.prose:
            self._console.print(Markdown(prose.text))

    def _program(self, ask: Ask) -> None:
        where = f" on {ask.host}" if ask.host else ""
        window = ""
        if ask.window is not None:
            window = f", {ask.window.start:%H:%M:%S} to {ask.window.end:%H:%M:%S} UTC"
        self._console.print(f"{ask.language}{where}{window}:", markup=False)
        self._console.print(Syntax(ask.text, ask.language, background_color="default"))

    def _answered(self, data: Mapping[str, Any], _: RunState) -> None:
        answer = data["answer"]
        for warning in answer["warnings"]:
            self._console.print(f"warning: {warning}", markup=False)
        if answer["empty"]:
            self._console.print("the answer is empty")
        names = answer["names"]
        if names.get("series"):
            self._console.print(_series_table(names["series"]))
        for line in names.get("lines", [])[:_ROWS]:
            self._console.print(
                f"  {line.get('time', '')} {line.get('line', '')}", markup=False
            )
        for name in ("stdout", "stderr"):
            text = str(names.get(name, "")).rstrip()
            if text:
                self._console.print(text, markup=False, highlight=False)
        if answer["truncated"]:
            self._console.print(f"cut: {answer['truncated']}", markup=False)
        as_of = f", data as of {answer['data_as_of']}" if answer["data_as_of"] else ""
        self._console.print(
            f"{answer['backend']} {answer['server']} answered in"
            f" {answer['seconds']:.2f} s{as_of} · evidence {answer['hash'][:12]}",
            style="dim",
            markup=False,
            highlight=False,
        )

    def before(self, need: RunAction, ask: Ask, state: RunState) -> say.Decision:
        """Let a reading action run, or not."""
        self._program(ask)
        return self._ask("Run it", {"": say.Go(), "r": say.Go()}, ask)

    def approve(self, need: Approve, ask: Ask, state: RunState) -> say.Decision:
        """Say yes or no to a change; only the whole word is a yes."""
        self._program(ask)
        changes = need.step.changes.text if need.step.changes else "not said"
        self._console.print(f"This changes: {changes}", style="bold", markup=False)
        if need.step.rollback is not None:
            undo = need.step.rollback
            text = undo.command.text if undo.command else f"none: {undo.reason}"
            self._console.print(f"Rollback: {text}", markup=False)
        return self._ask(
            "Type yes to make this change, no to decline",
            {"yes": say.Go(), "no": say.Decline()},
            ask,
        )

    def confirm(self, need: Confirm, state: RunState) -> say.Decision:
        """Say that a step was done by hand."""
        return self._ask("Done", {"": say.Go(), "d": say.Go()}, None)

    def choose(self, need: Choose, state: RunState) -> say.Decision:
        """Choose the way out of a step; the suggested one is on Enter."""
        if need.step.question is not None:
            self._console.print(Markdown(need.step.question.text))
        answers: dict[str, say.Decision] = {}
        for number, edge in enumerate(need.options, 1):
            answers[str(number)] = say.Take(edge)
            mark = "  (suggested, Enter)" if edge == need.suggested else ""
            self._console.print(
                f"  {number}. {edge.title}: {self._leads(edge)}{mark}", markup=False
            )
        if need.suggested is not None:
            answers[""] = say.Take(need.suggested)
        if need.step.question is None:
            answers["a"] = say.Again()
        if need.undo:
            self._console.print("  u. undo: run the rollback of this change")
            answers["u"] = say.Undo()
        return self._ask("Which way", answers, None)

    def _leads(self, edge: Edge) -> str:
        if edge.target:
            return f"step {self._numbers[edge.target]}, {self._graph.steps[edge.target].title}"
        return edge.end or "nowhere"

    def _ask(
        self, prompt: str, answers: Mapping[str, say.Decision], ask: Ask | None
    ) -> say.Decision:
        while True:
            said = self._line(f"{prompt}? [? for help] ").strip()
            if said.lower() in answers:
                return answers[said.lower()]
            common = self._common(said.lower(), ask)
            if common is not None:
                return common

    def _common(self, said: str, ask: Ask | None) -> say.Decision | None:
        match said:
            case "q" | "p":
                return say.Pause()
            case "n":
                return say.Note(self._line("Note: "))
            case "s":
                reason = self._line("Why is it skipped: ").strip()
                return say.Skip(reason) if reason else None
            case "e" if ask is not None:
                self._console.print("Write the program; end with an empty line.")
                return self._edited()
            case _:
                self._console.print(
                    "Enter or a listed answer; n note, s skip with a reason,"
                    " e edit the program, q pause and leave"
                )
                return None

    def _edited(self) -> say.Decision | None:
        lines: list[str] = []
        while line := self._line("> "):
            lines.append(line)
        return say.Edit("\n".join(lines)) if lines else None

    def _line(self, prompt: str) -> str:
        try:
            return self._read(prompt)
        except EOFError:
            return "q"


def _series_table(series: list[Mapping[str, Any]]) -> Table:
    ranged = "last" in series[0]
    columns = ("min", "max", "avg", "last") if ranged else ("value",)
    table = Table("labels", *columns, box=None, pad_edge=False)
    for each in series[:_ROWS]:
        labels = ", ".join(f"{k}={v}" for k, v in each["labels"].items()) or "(none)"
        table.add_row(labels, *(shown(each.get(column)) for column in columns))
    if len(series) > _ROWS:
        table.add_row(f"… and {len(series) - _ROWS} more")
    return table
