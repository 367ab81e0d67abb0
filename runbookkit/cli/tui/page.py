"""What the screen shows of a run: pure, from its events to pieces for rich."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from rich.console import RenderableType
from rich.text import Text

from runbookkit.cli import pieces
from runbookkit.cli.prose import escalation_text, step_text
from runbookkit.cli.questions import Question
from runbookkit.execute.judge import shown
from runbookkit.execute.transcript import Remark, Transcript, Visit
from runbookkit.model.graph import StepGraph
from runbookkit.model.runbook import Runbook, Step
from runbookkit.model.runstate import Attempt, RunState

_HERE = "▶"
_TO_COME = "·"
_UNDONE = "↩"


@dataclass(frozen=True, slots=True)
class Page:
    """One visit of a step, as large as it is."""

    told: Transcript
    visit: Visit
    step: Step
    question: Question | None
    """What is asked about this very visit."""
    room: pieces.Room
    """What a chart may take."""
    kept: str

    def pieces(self) -> Iterator[RenderableType]:
        """Yield the page from its head to how the step ended."""
        record = self.visit.record
        again = f"  visit {record.visit}" if record.visit > 1 else ""
        yield _titled(pieces.kind_of(self.step), f"{self.step.title}{again}")
        names = self.told.state.names_at(record)
        yield from step_text(self.step, names)
        yield from self._action()
        if self.question is not None and self.question.ask is not None:
            for line in self.question.said:
                yield pieces.said(line, "bold")
        if record.verdict is not None:
            yield pieces.verdict(record.verdict, record.message)
        yield from self._after()

    def _action(self) -> Iterator[RenderableType]:
        record = self.visit.record
        if self.question is not None and self.question.ask is not None:
            if self.question.undoes:
                yield _titled(pieces.CHANGES, f"undo {self.question.undoes!r}")
            yield from pieces.program(self.question.ask)
        elif record.attempts:
            yield from self._attempt(record.attempts[-1])

    def _attempt(self, attempt: Attempt) -> Iterator[RenderableType]:
        where = f" on {attempt.host}" if attempt.host else ""
        tries = f", try {attempt.number}" if attempt.number > 1 else ""
        yield pieces.said(f"{attempt.language}{where}, as it was sent{tries}:")
        yield pieces.source(attempt.sent, attempt.language)
        if attempt.answer is not None:
            yield from pieces.evidence(
                attempt.answer, self.visit.thresholds, self.room, self.kept
            )
        if self.visit.record.verdict is None:
            if attempt.error:
                yield pieces.said(f"no answer: {attempt.error}")
            elif attempt.verdict is not None:
                yield pieces.said(f"not so yet: {attempt.message}")

    def _after(self) -> Iterator[RenderableType]:
        for name, value in self.visit.captures.items():
            yield pieces.said(f"  {name} = {shown(value)}")
        rollback = self.visit.record.rollback
        if rollback is not None:
            yield pieces.said("rollback:", "bold")
            yield from self._attempt(rollback)
            yield _ended(rollback)
        for remark in self._remarks():
            yield remarked(remark)
        if self.visit.record.choice:
            leads = self.visit.leads
            yield pieces.said(f"→ {self.visit.record.choice}: {leads}", "dim")

    def _remarks(self) -> list[Remark]:
        """Return what was said at this visit, pauses and hand-overs included."""
        begin = self.visit.record.entered_at
        later = self.told.visits[self.visit.number :]
        outside = [
            each
            for each in self.told.remarks
            if each.at >= begin
            and not any(each.at >= visit.record.entered_at for visit in later)
        ]
        return sorted((*self.visit.remarks, *outside), key=lambda each: each.at)


def undone(told: Transcript) -> Iterator[Text]:
    """Yield how the rollbacks ended that were run from the current step."""
    *earlier, current = told.visits
    for visit in earlier:
        rollback = visit.record.rollback
        if rollback is None or rollback.started_at < current.record.entered_at:
            continue
        where = pieces.said(f" ({visit.title!r}; ← shows it)")
        yield Text.assemble(_ended(rollback), where)


def _titled(kind: str, title: str) -> Text:
    style = "bold reverse" if kind == pieces.CHANGES else "reverse"
    return Text.assemble((f" {kind} ", style), " ", pieces.said(title, "bold"))


def _ended(rollback: Attempt) -> Text:
    if rollback.open:
        return pieces.said("rollback under way")
    if rollback.error:
        return pieces.said(f"! rollback: {rollback.error}", "red")
    code = (rollback.answer or {}).get("names", {}).get("exit_code")
    if code == 0:
        return pieces.said("rollback done")
    return pieces.said(f"! rollback failed with exit code {code}", "red")


def remarked(remark: Remark) -> Text:
    """Return what a person did or wrote, with who and when."""
    text = f": {remark.text}" if remark.text else ""
    return pieces.said(f"{remark.at:%H:%M:%S} {remark.who} {remark.kind}{text}")


def over(told: Transcript, runbook: Runbook) -> Iterator[RenderableType]:
    """Yield how the run ended, and whom to call if it says so."""
    state = told.state
    yield Text()
    yield pieces.said(f" {state.end}: the run is over ", "bold reverse")
    if told.reason:
        yield pieces.said(told.reason)
    if state.end == "escalate":
        yield from escalation_text(runbook)
    yield pieces.said(f"runbook transcript {state.run} shows it all", "dim")


def head(runbook: Runbook, state: RunState, now: datetime, width: int) -> Text:
    """Return what run this is and how long it takes; two lines."""
    timers = _timers(state, state.ended_at or now)
    room = max(width - len(timers) - 2, 0)
    title = pieces.said(runbook.title, "bold")
    title.truncate(room, overflow="ellipsis", pad=True)
    data = runbook.metadata
    parts = [f"severity {data.severity}", f"service {data.service}", f"run {state.run}"]
    if state.incident:
        parts.insert(0, f"incident {state.incident}")
    facts = pieces.said(" · ".join(parts))
    facts.truncate(width, overflow="ellipsis")
    return Text.assemble(title, f"  {timers}\n", facts)


def _timers(state: RunState, now: datetime) -> str:
    parts = []
    if state.started_at is not None:
        parts.append(f"run {elapsed(state.started_at, now)}")
    if state.current is not None:
        parts.append(f"step {elapsed(state.current.entered_at, now)}")
    return " · ".join(parts)


def elapsed(begin: datetime, end: datetime) -> str:
    """Return how long it is, as a clock shows it.

    >>> elapsed(datetime(2026, 11, 1, 12), datetime(2026, 11, 1, 13, 2, 3))
    '1:02:03'
    """
    seconds = max(0, int((end - begin).total_seconds()))
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def marks(graph: StepGraph, state: RunState, shown_step: str) -> dict[str, str]:
    """Return a sign for every step: how it ended, where we are, what may come."""
    signs = dict.fromkeys(graph.steps, _TO_COME)
    for record in state.visits:
        undo = record.rollback
        if undo is not None and undo.answer is not None:
            signs[record.step] = _UNDONE
        elif record.verdict is not None:
            signs[record.step] = pieces.MARKS[record.verdict][0]
    if state.end is None and shown_step in signs:
        signs[shown_step] = _HERE
    return signs


def strip(graph: StepGraph, signs: Mapping[str, str], at: str, width: int) -> Text:
    """Return all steps in one line, as many as fit around the one that is shown."""
    cells = [f"{signs[step]}{n}" for n, step in enumerate(graph.steps, 1)]
    place = list(graph.steps).index(at) if at in graph.steps else 0
    count = f"step {place + 1} of {len(cells)}  "
    first, last = place, place + 1
    room = width - len(count) - len(cells[place]) - 4
    while room > 0 and (first > 0 or last < len(cells)):
        if first > 0:
            first -= 1
            room -= len(cells[first]) + 1
        if last < len(cells) and room > 0:
            room -= len(cells[last]) + 1
            last += 1
    text = Text(count + ("… " if first else ""), no_wrap=True)
    for number in range(first, last):
        text.append(cells[number], "bold reverse" if number == place else "")
        text.append(" ")
    return text.append("…" if last < len(cells) else "")


def step_list(graph: StepGraph, signs: Mapping[str, str], at: str) -> Text:
    """Return all steps, a line each."""
    text = Text(no_wrap=True, overflow="ellipsis")
    for number, (step_id, step) in enumerate(graph.steps.items(), 1):
        effect = "  (changes)" if step.effect == "change" else ""
        line = f"{signs[step_id]} {number}. {step.title}{effect}\n"
        style = "bold reverse" if step_id == at else ""
        text.append_text(pieces.said(line, style))
    return text
