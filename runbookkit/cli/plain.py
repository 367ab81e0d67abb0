"""The plain front end of a guided run: scrollback text and numbered choices.

It is chosen when there is no full terminal, and it is the one that screen
readers read: nothing is said by colour or place alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from rich.console import Console

from runbookkit.cli import questions
from runbookkit.cli.around import Around
from runbookkit.cli.pieces import CHANGES
from runbookkit.cli.questions import Question
from runbookkit.cli.showing import Showing
from runbookkit.execute import person as say
from runbookkit.execute.needs import Approve, Choose, Confirm, RunAction
from runbookkit.model.answer import Ask
from runbookkit.model.event import Event
from runbookkit.model.graph import StepGraph
from runbookkit.model.runbook import Runbook
from runbookkit.model.runstate import RunState

Read = Callable[[str], str]
_PROMPT_END: Final = "? for help] "
_ASIDES: Final[Mapping[str, tuple[str, str]]] = {
    "edit": ("e", "edits the program"),
    "skip": ("s", "skips the step with a reason"),
    "back": ("b", "goes back to the step before; that undoes nothing"),
    "note": ("n", "writes a note"),
    "elsewhere": ("!", "writes down a command that you ran elsewhere"),
    "hand over": ("h", "leaves the run to somebody else"),
    "pause": ("q", "pauses and leaves"),
    "escalate": ("escalate", "ends the run and calls people"),
}
_WORDS: Final[Mapping[str, tuple[str, Callable[[str], say.Decision]]]] = {
    "note": ("Note: ", say.Note),
    "skip": ("Why is it skipped: ", say.Skip),
    "elsewhere": ("The command: ", say.Elsewhere),
    "hand over": ("To whom, and what they should know: ", say.HandOver),
    "escalate": ("Why: ", say.Escalate),
}


class PlainPerson:
    """Asks a person line by line."""

    def __init__(
        self,
        around: Around,
        runbook: Runbook,
        graph: StepGraph,
        console: Console,
        read: Read,
    ) -> None:
        self.name = around.name
        self._around = around
        self._graph = graph
        self._read = read
        self._showing = Showing(runbook, graph, console, around.kept)

    def told(self, event: Event, state: RunState) -> None:
        """Show something that happened."""
        self._showing.told(event, state)

    def before(self, need: RunAction, ask: Ask, state: RunState) -> say.Decision:
        """Let a reading action run, or not."""
        return self._ask(questions.before(ask, state))

    def approve(self, need: Approve, ask: Ask, state: RunState) -> say.Decision:
        """Say yes or no to a change; only the whole word is a yes."""
        return self._ask(questions.approve(need, ask, state))

    def confirm(self, need: Confirm, state: RunState) -> say.Decision:
        """Say how a step by hand went."""
        return self._ask(questions.confirm(state))

    def choose(self, need: Choose, state: RunState) -> say.Decision:
        """Choose the way out of a step; the suggested one is on Enter."""
        return self._ask(questions.choose(need, state, self._graph))

    def _ask(self, question: Question) -> say.Decision:
        """Ask until something is answered."""
        self._put(question)
        answers = {key: each.decision for each in question.choices for key in each.keys}
        asides = {_ASIDES[name][0]: name for name in question.asides}
        enter = "Enter, or " if "" in answers else ""
        while True:
            prompt = f"{question.prompt}? [{enter}{_PROMPT_END}"
            said = self._line(prompt).strip().lower()
            if said in answers:
                return answers[said]
            decision = self._aside(asides[said]) if said in asides else None
            if decision is not None:
                return decision
            if said == "g" and self._link(question):
                self._showing.say(self._link(question))
            elif said not in asides:
                self._help(question)

    def _put(self, question: Question) -> None:
        """Print what is asked about, and what can be answered."""
        show = self._showing
        if question.undoes:
            show.say(f"This undoes {question.undoes!r}  [{CHANGES}]", style="bold")
        if question.ask is not None:
            show.program(question.ask)
        for line in question.said:
            show.say(line, style="bold")
        for choice in question.choices:
            if choice.listed:
                mark = "  (suggested, Enter)" if choice.suggested else ""
                show.say(f"  {choice.keys[0]}. {choice.label}{mark}")

    def _link(self, question: Question) -> str:
        return self._around.link(question.ask) if question.ask is not None else ""

    def _help(self, question: Question) -> None:
        known = [_ASIDES[name] for name in question.asides]
        if self._link(question):
            known.append(("g", "shows the link to Grafana"))
        self._showing.say("Enter or a listed answer; or")
        for key, does in known:
            self._showing.say(f"  {key} {does}")

    def _aside(self, name: str) -> say.Decision | None:
        if name == "pause":
            return say.Pause()
        if name == "back":
            return say.Back()
        if name == "edit":
            return self._edited()
        prompt, decision = _WORDS[name]
        words = self._line(prompt).strip()
        return decision(words) if words else None

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
            return "q" if prompt.endswith(_PROMPT_END) else ""
