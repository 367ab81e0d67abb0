"""What the screen knows of a run, and which part of it is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from rich.console import RenderableType
from rich.text import Text

from runbookkit.cli.pieces import Room, said
from runbookkit.cli.questions import Question
from runbookkit.cli.tui import page
from runbookkit.cli.tui.line import Told
from runbookkit.execute.needs import next_poll
from runbookkit.execute.transcript import Transcript, transcript_of
from runbookkit.model.answer import Ask
from runbookkit.model.event import Event
from runbookkit.model.graph import StepGraph, step_graph
from runbookkit.model.runbook import Runbook
from runbookkit.model.runstate import Attempt, RunState, StepRecord


class View:
    """What the screen knows of a run, and which part of it is looked at."""

    runbook: Runbook
    graph: StepGraph

    def __init__(self, kept: str) -> None:
        """``kept`` says where events are kept."""
        self.state: RunState | None = None
        self.over = False
        self.ask: Ask | None = None
        """What was asked last at the current step."""
        self._kept = kept
        self.notices: list[str] = []
        """What was said that is no event."""
        self._events: list[Event] = []
        self._question: Question | None = None
        self._looked: int | None = None
        """The visit that is looked at; none for the current one."""
        self._transcript: Transcript | None = None

    def told(self, message: Told) -> None:
        """Take in what happened; another run begins with its first event."""
        if self.state is None or self.state.run != message.state.run:
            self._events = []
            self.runbook, self.graph = message.runbook, step_graph(message.runbook)
        self._events += message.events
        self.state = message.state
        self._looked = None
        self._transcript = None
        if any(each.kind == "step entered" for each in message.events):
            self.ask = None

    def asked(self, question: Question | None) -> None:
        """Take in what is asked."""
        self._question = question
        if question is not None and question.ask is not None:
            self.ask = question.ask

    def look(self, by: int) -> None:
        """Look at the visit before or behind."""
        if self.state is None or not self.state.visits:
            return
        last = len(self.state.visits) - 1
        at = last if self._looked is None else self._looked
        at = min(max(at + by, 0), last)
        self._looked = None if at == last else at

    @property
    def program(self) -> str:
        """The program that is shown."""
        if self._looked is None and self.ask is not None:
            return self.ask.text
        record = self._visited()
        return record.attempts[-1].sent if record and record.attempts else ""

    def _visited(self) -> StepRecord | None:
        if self.state is None or not self.state.visits:
            return None
        return self.state.visits[-1 if self._looked is None else self._looked]

    @property
    def step(self) -> str:
        """Id of the step that is shown."""
        record = self._visited()
        return record.step if record else self.graph.entry

    def strip(self, width: int) -> Text:
        """Return all steps in one line."""
        return page.strip(self.graph, self._marks(), self.step, width)

    def steps(self) -> Text:
        """Return all steps, a line each."""
        return page.step_list(self.graph, self._marks(), self.step)

    def page(self, room: Room) -> Iterator[RenderableType]:
        """Yield what is to be seen of the step that is shown."""
        told = self._told()
        if told is None or not told.visits:
            return
        last = len(told.visits) - 1
        at = last if self._looked is None else self._looked
        visit = told.visits[at]
        if at != last:
            yield Text(
                f"looking back at visit {at + 1} of {last + 1}; → goes on", "bold"
            )
        question = self._question if at == last else None
        step = self.graph.steps[visit.step]
        yield from page.Page(told, visit, step, question, room, self._kept).pieces()
        if at == last:
            yield from page.undone(told)
            yield from (said(notice, "bold") for notice in self.notices)
        if at == last and told.state.end is not None:
            yield from page.over(told, self.runbook)

    def working(self, now: datetime) -> str:
        """Return what is waited for."""
        record = self._visited()
        if record is None or self.over:
            return ""
        tries = record.attempts[-1:]
        last = record.rollback or (tries[0] if tries else None)
        if last is not None and last.open:
            return _waits(last, now)
        due = next_poll(self.graph.steps[record.step], record)
        if due is None or due.not_before is None:
            return "…"
        return (
            f"not so yet; asks again at {due.not_before:%H:%M:%S} UTC; q pauses then,"
            " Ctrl+C leaves now"
        )

    def _marks(self) -> dict[str, str]:
        if self.state is None:
            return {}
        here = self.state.visits[-1].step if self.state.visits else ""
        return page.marks(self.graph, self.state, here)

    def _told(self) -> Transcript | None:
        if self._transcript is None and self.state is not None:
            run = self.state.run
            self._transcript = transcript_of(run, self._events, self.runbook)
        return self._transcript


def _waits(attempt: Attempt, now: datetime) -> str:
    where = f" on {attempt.host}" if attempt.host else ""
    since = page.elapsed(attempt.started_at, now)
    return (
        f"waiting for {attempt.language}{where} since {since}; q pauses when it is"
        " answered, Ctrl+C leaves now"
    )
