"""The plain front end of a guided run: scrollback text and numbered choices.

It is chosen when there is no full terminal, and it is the one that screen
readers read: nothing is said by colour or place alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rich.console import Console

from runbookkit.cli.showing import Showing
from runbookkit.errors import RunbookkitError
from runbookkit.execute import person as say
from runbookkit.execute.needs import Approve, Choose, Confirm, RunAction
from runbookkit.model.answer import Ask
from runbookkit.model.event import Event
from runbookkit.model.graph import Edge, StepGraph
from runbookkit.model.runbook import Rollback, Runbook
from runbookkit.model.runstate import RunState
from runbookkit.queries.quoting import render

Read = Callable[[str], str]
_HELP = {
    "n": "n writes a note",
    "s": "s skips the step with a reason",
    "e": "e edits the program",
    "escalate": "escalate ends the run and calls people",
    "q": "q pauses and leaves",
}


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
        self._graph = graph
        self._read = read
        self._showing = Showing(runbook, graph, console)

    def told(self, event: Event, state: RunState) -> None:
        """Show something that happened."""
        self._showing.told(event, state)

    def before(self, need: RunAction, ask: Ask, state: RunState) -> say.Decision:
        """Let a reading action run, or not."""
        self._showing.program(ask)
        return self._ask("Run it", {"": say.Go(), "r": say.Go()}, "nseq")

    def approve(self, need: Approve, ask: Ask, state: RunState) -> say.Decision:
        """Say yes or no to a change; only the whole word is a yes."""
        show = self._showing
        show.program(ask)
        if need.undo:
            show.say(f"This undoes {need.step.title!r}", style="bold")
        else:
            changes = need.step.changes.text if need.step.changes else "not said"
            show.say(f"This changes: {changes}", style="bold")
            undo = need.step.rollback
            if undo is not None:
                show.say(f"Rollback: {_rollback(undo, state)}")
        return self._ask(
            "Type yes to make this change, no to decline",
            {"yes": say.Go(), "no": say.Decline()},
            "nq" if need.undo else "nseq",
        )

    def confirm(self, need: Confirm, state: RunState) -> say.Decision:
        """Say how a step by hand went."""
        self._showing.say("  x. it is not as it should be")
        answers: dict[str, say.Decision] = {"": say.Go(), "x": say.NotMet()}
        return self._ask("Done", answers, "nsq")

    def choose(self, need: Choose, state: RunState) -> say.Decision:
        """Choose the way out of a step; the suggested one is on Enter."""
        show = self._showing
        open_question = state.visits[-1].verdict is None
        if need.step.question is not None and open_question:
            show.prose(need.step.question.text)
        answers: dict[str, say.Decision] = {}
        for number, edge in enumerate(need.options, 1):
            answers[str(number)] = say.Take(edge)
            mark = "  (suggested, Enter)" if edge == need.suggested else ""
            show.say(f"  {number}. {edge.title}: {self._leads(edge)}{mark}")
        if need.suggested is not None:
            answers[""] = say.Take(need.suggested)
        if not open_question:
            show.say("  a. again: run the step once more")
            answers["a"] = say.Again()
        if need.undo is not None:
            show.say(f"  u. undo: run the rollback of {need.undo.step.title!r}")
            answers["u"] = say.Undo()
        return self._ask("Which way", answers, "nsq" if open_question else "nq")

    def _leads(self, edge: Edge) -> str:
        if edge.target:
            number = self._showing.numbers[edge.target]
            return f"step {number}, {self._graph.steps[edge.target].title}"
        if edge.end == "hand over" and edge.branch is not None:
            return f"{edge.branch.target.title} ({edge.branch.target.href})"
        return edge.end or "nowhere"

    def _ask(
        self, prompt: str, answers: Mapping[str, say.Decision], common: str
    ) -> say.Decision:
        """Ask until something is answered; ``common`` are the letters that also do."""
        allowed = (*common, "escalate")
        while True:
            said = self._line(f"{prompt}? [? for help] ").strip().lower()
            if said in answers:
                return answers[said]
            decision = self._common(said) if said in allowed else None
            if decision is not None:
                return decision
            if said not in allowed:
                helps = "; ".join(_HELP[each] for each in allowed)
                self._showing.say(f"Enter or a listed answer; {helps}")

    def _common(self, said: str) -> say.Decision | None:
        match said:
            case "q":
                return say.Pause()
            case "n":
                note = self._line("Note: ").strip()
                return say.Note(note) if note else None
            case "s":
                reason = self._line("Why is it skipped: ").strip()
                return say.Skip(reason) if reason else None
            case "escalate":
                reason = self._line("Why: ").strip()
                return say.Escalate(reason) if reason else None
            case _:
                return self._edited()

    def _edited(self) -> say.Decision | None:
        self._showing.say("Write the program; end with an empty line.")
        lines: list[str] = []
        while line := self._line("> "):
            lines.append(line)
        return say.Edit("\n".join(lines)) if lines else None

    def _line(self, prompt: str) -> str:
        try:
            return self._read(prompt)
        except EOFError:
            # nobody is there any more; a text is never what they would have said
            return "q" if prompt.endswith("[? for help] ") else ""


def _rollback(undo: Rollback, state: RunState) -> str:
    """Return what a rollback would run, with the values that are known."""
    if undo.command is None:
        return f"none: {undo.reason}"
    try:
        return render(undo.command.text, undo.language or "bash", state.names)
    except RunbookkitError:
        return undo.command.text  # it is refused when it is asked for
