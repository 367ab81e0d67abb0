"""The person at the full screen, as the session knows them."""

from __future__ import annotations

from runbookkit.cli import questions
from runbookkit.cli.around import Around
from runbookkit.cli.tui.line import Line, Told
from runbookkit.execute import person as say
from runbookkit.execute.needs import Approve, Choose, Confirm, RunAction
from runbookkit.model.answer import Ask
from runbookkit.model.event import Event
from runbookkit.model.graph import step_graph
from runbookkit.model.runbook import Runbook
from runbookkit.model.runstate import RunState


class ScreenPerson:
    """Passes events and questions to the screen."""

    def __init__(self, around: Around, runbook: Runbook, line: Line) -> None:
        self.name = around.name
        self._around = around
        self._runbook = runbook
        self._line = line
        self._known = 0

    def told(self, event: Event, state: RunState) -> None:
        """Pass it on, with what happened before it when a run is resumed."""
        events: tuple[Event, ...] = (event,)
        if event.sequence > self._known + 1:
            before = self._around.read(state.run)[self._known : event.sequence - 1]
            events = (*before, event)
        self._known = event.sequence
        self._line.tell(Told(self._runbook, events, state))

    def before(self, need: RunAction, ask: Ask, state: RunState) -> say.Decision:
        """Let a reading action run, or not."""
        return self._line.ask(questions.before(ask, state))

    def approve(self, need: Approve, ask: Ask, state: RunState) -> say.Decision:
        """Say yes or no to a change."""
        return self._line.ask(questions.approve(need, ask, state))

    def confirm(self, need: Confirm, state: RunState) -> say.Decision:
        """Say how a step by hand went."""
        return self._line.ask(questions.confirm(state))

    def choose(self, need: Choose, state: RunState) -> say.Decision:
        """Choose the way out of a step."""
        graph = step_graph(self._runbook)
        return self._line.ask(questions.choose(need, state, graph))
