"""Drive one run: ask engines and people, keep every event before it is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from runbookkit.errors import BackendError, RunbookkitError
from runbookkit.execute import person as say
from runbookkit.execute.asking import Render, ask_of
from runbookkit.execute.evidence import Redact, evidence_of
from runbookkit.execute.judge import Judgement, judge
from runbookkit.execute.needs import (
    Approve,
    Choose,
    Confirm,
    EnterStep,
    Finished,
    Judge,
    Need,
    RunAction,
    need_of,
    next_poll,
)
from runbookkit.execute.prefetch import Prefetcher
from runbookkit.execute.state import apply, state_of
from runbookkit.model.answer import Answer, Ask
from runbookkit.model.event import Event, NewEvent
from runbookkit.model.graph import Edge, StepGraph, step_graph
from runbookkit.model.runbook import Runbook, Step
from runbookkit.model.runstate import RunState
from runbookkit.ports import Backend, Clock, Store


@dataclass(frozen=True, slots=True)
class Outside:
    """What a run uses from outside."""

    store: Store
    backends: Mapping[str, Backend]
    """By fence language."""
    clock: Clock
    render: Render
    redact: Redact
    new_id: Callable[[], str]
    source: str = "terminal"


@dataclass(frozen=True, slots=True)
class Start:
    """How a run begins."""

    content_hash: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    alert: Mapping[str, Any] = field(default_factory=dict)
    mode: str = "guided"
    incident: str = ""


def stream_of(run: str) -> str:
    """Return the stream that holds a run's events."""
    return f"run/{run}"


class Runner:
    """One run of one runbook, with one who decides."""

    def __init__(
        self, run: str, runbook: Runbook, outside: Outside, person: say.Person
    ) -> None:
        self._runbook = runbook
        self._graph: StepGraph = step_graph(runbook)
        self._outside = outside
        self._person = person
        self._stream = stream_of(run)
        self._prefetcher = Prefetcher(self._send)
        self.state: RunState = state_of(run, outside.store.read(self._stream))

    def begin(self, start: Start) -> None:
        """Keep that the run began.

        Raises:
            ConflictError: It began before.
        """
        data = {
            "runbook": self._runbook.path,
            "title": self._runbook.title,
            "content_hash": start.content_hash,
            "inputs": dict(start.inputs),
            "alert": dict(start.alert),
            "mode": start.mode,
            "incident": start.incident,
            "first": self._graph.entry,
        }
        self._keep(("run started", data))

    def resume(self) -> None:
        """Keep that a run that had stopped goes on."""
        self._keep(("run resumed", {}))

    def go(self) -> RunState:
        """Go on until the run is over or paused; return its state."""
        try:
            while not self.state.paused:
                need = need_of(self.state, self._graph)
                if isinstance(need, Finished):
                    break
                self._meet(need)
        finally:
            self._prefetcher.close()
        return self.state

    def _meet(self, need: Need) -> None:
        match need:
            case EnterStep(step):
                self._keep(("step entered", {"step": step.id}))
                self._look_ahead(step)
            case Approve():
                self._approve(need)
            case RunAction():
                self._before(need)
            case Judge(step):
                self._poll_or_end(step)
            case Confirm():
                self._confirm(need)
            case Choose():
                self._choose(need)
            case Finished():
                pass

    def _confirm(self, need: Confirm) -> None:
        decision = self._person.confirm(need, self.state)
        if isinstance(decision, say.Go):
            self._judged(need.step, Judgement("met", "done by hand"))
        else:
            self._aside(need.step, decision)

    def _approve(self, need: Approve) -> None:
        step = need.step
        ask = self._ask(step)
        if isinstance(ask, RunbookkitError):
            self._judged(step, Judgement("error", str(ask)))
            return
        decision = self._person.approve(need, ask, self.state)
        match decision:
            case say.Go():
                approved = {"step": step.id, "program": ask.text, "host": ask.host}
                self._keep(("change approved", approved))
            case say.Decline():
                self._keep(("change declined", {"step": step.id}))
            case _:
                self._aside(step, decision)

    def _before(self, need: RunAction) -> None:
        step = need.step
        ask = self._ask(step, again=need)
        if isinstance(ask, RunbookkitError):
            self._judged(step, Judgement("error", str(ask)))
            return
        asked = step.effect == "change" or need.again is not None or need.number > 1
        if not asked:
            decision = self._person.before(need, ask, self.state)
            if not isinstance(decision, say.Go):
                self._aside(step, decision)
                return
        self._act(step, ask, need)

    def _act(self, step: Step, ask: Ask, need: RunAction) -> None:
        if need.not_before is not None:
            clock = self._outside.clock
            clock.sleep(need.not_before - clock.now())
            ask = replace(ask, now=clock.now())
        if need.again is None:
            started = {
                "step": step.id,
                "number": need.number,
                "key": ask.key,
                "language": ask.language,
                "sent": self._outside.redact(ask.text),
                "host": ask.host,
            }
            self._keep(("action started", started))
        try:
            answer = self._prefetcher.take(step, ask, self._outside.clock.now())
            answer = answer or self._send(ask)
        except RunbookkitError as error:
            self._failed(step, error)
            return
        self._answered(step, answer)

    def _failed(self, step: Step, error: RunbookkitError) -> None:
        message = self._outside.redact(str(error))
        self._keep(
            ("action failed", {"step": step.id, "error": message}),
            (
                "step judged",
                {"step": step.id, "verdict": "error", "message": message},
            ),
        )

    def _answered(self, step: Step, answer: Answer) -> None:
        judgement = judge(step, answer, self.state.names)
        kept = evidence_of(answer, self._outside.redact)
        answered = ("action answered", {"step": step.id, "answer": kept})
        if judgement.verdict == "not met" and self._polls(step):
            self._keep(answered)
            return
        self._keep(answered, *self._judgement(step, judgement))

    def _polls(self, step: Step) -> bool:
        record = self.state.current
        return record is not None and next_poll(step, record) is not None

    def _poll_or_end(self, step: Step) -> None:
        """Go on with a step whose last answer was not what it waits for."""
        record = self.state.current
        poll = next_poll(step, record) if record is not None else None
        ask = self._ask(step)
        if poll is None or isinstance(ask, RunbookkitError):
            message = "not met within the time that the step allows"
            self._judged(step, Judgement("not met", message))
            return
        self._act(step, ask, poll)

    def _choose(self, need: Choose) -> None:
        step = need.step
        decision = self._person.choose(need, self.state)
        match decision:
            case say.Take(edge):
                self._take(step, edge, suggested=need.suggested)
            case say.Again():
                self._keep(
                    ("deviation noted", {"step": step.id, "what": "ran again"}),
                    (
                        "branch taken",
                        {"step": step.id, "label": "again", "target": step.id},
                    ),
                )
            case say.Undo():
                self._undo(step)
            case _:
                self._aside(step, decision)

    def _take(self, step: Step, edge: Edge, *, suggested: Edge | None) -> None:
        events: list[tuple[str, dict[str, Any]]] = []
        if suggested is not None and edge != suggested:
            what = f"took {edge.title!r} where the verdict says {suggested.title!r}"
            events.append(("deviation noted", {"step": step.id, "what": what}))
        taken = {
            "step": step.id,
            "label": edge.title,
            "kind": edge.kind,
            "target": edge.target,
            "end": edge.end or "",
        }
        events.append(("branch taken", taken))
        if edge.end is not None:
            events.extend(_ending(step, edge))
        self._keep(*events)

    def _undo(self, step: Step) -> None:
        rollback = step.rollback
        if rollback is None or rollback.command is None:
            return
        now = self._outside.clock.now()
        language = rollback.language or "bash"
        key = self._outside.new_id()
        try:
            text = self._outside.render(
                rollback.command.text, language, self.state.names
            )
            ask = replace(
                ask_of(step, self.state.names, now, self._outside.render, program=text),
                language=language,
                key=key,
            )
            answer = self._send(ask)
            said = evidence_of(answer, self._outside.redact)
        except RunbookkitError as error:
            said = {"error": self._outside.redact(str(error))}
        self._keep(
            ("note added", {"step": step.id, "text": "rolled back", "answer": said})
        )

    def _aside(self, step: Step, decision: say.Decision) -> None:
        """Do what does not move the run on, or leaves the step undone."""
        match decision:
            case say.Skip(reason):
                self._keep(
                    (
                        "deviation noted",
                        {"step": step.id, "what": "skipped", "text": reason},
                    ),
                    ("step skipped", {"step": step.id, "reason": reason}),
                )
            case say.Edit(program):
                edited = {"step": step.id, "what": "edited", "program": program}
                self._keep(("deviation noted", edited))
            case say.Note(text):
                self._keep(("note added", {"step": step.id, "text": text}))
            case _:
                self._keep(("run paused", {"step": step.id}))

    def _ask(
        self, step: Step, *, again: RunAction | None = None
    ) -> Ask | RunbookkitError:
        known = again.again if again is not None else None
        key = ""
        if step.effect == "change":
            # a change is made once for its key, also when it is asked for again
            key = known.key if known is not None else self._outside.new_id()
        record = self.state.current
        under_way = record is not None and record.step == step.id
        program = record.program or None if record is not None and under_way else None
        try:
            return ask_of(
                step,
                self.state.names,
                self._outside.clock.now(),
                self._outside.render,
                program=program,
                key=key,
            )
        except RunbookkitError as error:
            return error

    def _send(self, ask: Ask) -> Answer:
        backend = self._outside.backends.get(ask.language)
        if backend is None:
            raise BackendError(
                f"no backend answers {ask.language}; name one in runbook.toml",
                backend=ask.language,
            )
        return backend.ask(ask)

    def _look_ahead(self, step: Step) -> None:
        def make(later: Step) -> Ask | None:
            ask = self._ask(later)
            if isinstance(ask, RunbookkitError) or later.id == step.id:
                return None
            return ask

        self._prefetcher.look_ahead(self._graph, step.id, self.state.names, make)

    def _judged(self, step: Step, judgement: Judgement) -> None:
        self._keep(*self._judgement(step, judgement))

    def _judgement(
        self, step: Step, judgement: Judgement
    ) -> list[tuple[str, dict[str, Any]]]:
        captured = [
            ("value captured", {"step": step.id, "name": name, "value": value})
            for name, value in judgement.captures.items()
        ]
        judged = {
            "step": step.id,
            "verdict": judgement.verdict,
            "message": judgement.message,
            "when": judgement.when,
        }
        return [*captured, ("step judged", judged)]

    def _keep(self, *happened: tuple[str, dict[str, Any]]) -> None:
        """Make events durable, then show them."""
        now = self._outside.clock.now()
        new = [
            NewEvent(kind, now, data, self._person.name, self._outside.source)
            for kind, data in happened
        ]
        kept: list[Event] = self._outside.store.append(
            self._stream, self.state.sequence, new
        )
        for event in kept:
            self.state = apply(self.state, event)
            self._person.told(event, self.state)


def _ending(step: Step, edge: Edge) -> list[tuple[str, dict[str, Any]]]:
    end = edge.end if edge.end in {"stop", "escalate", "hand over"} else "escalate"
    events: list[tuple[str, dict[str, Any]]] = []
    if end == "hand over" and edge.branch is not None:
        events.append(("run handed over", {"href": edge.branch.target.href}))
    events.append(("run finished", {"end": end, "step": step.id}))
    return events
