"""Drive one run: ask engines and people, keep every event before it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runbookkit.errors import ConflictError, RunbookkitError, SessionError
from runbookkit.execute import person as say
from runbookkit.execute.acting import Actor
from runbookkit.execute.asides import aside
from runbookkit.execute.judge import Judgement, judge_by_hand
from runbookkit.execute.keeping import Happened, Keeper
from runbookkit.execute.needs import (
    Approve,
    Choose,
    Confirm,
    EnterStep,
    Finished,
    Judge,
    Need,
    RunAction,
    Settle,
    Undoable,
    need_of,
    open_change,
)
from runbookkit.execute.outside import Outside, Start
from runbookkit.model.graph import Edge, StepGraph, step_graph
from runbookkit.model.runbook import Runbook, Step
from runbookkit.model.runstate import Mode, RunState


class Runner:
    """One run of one runbook, with one who decides."""

    def __init__(
        self,
        run: str,
        runbook: Runbook,
        outside: Outside,
        person: say.Person,
        secrets: Mapping[str, Any] | None = None,
    ) -> None:
        """``secrets`` are the inputs that are kept nowhere."""
        self._runbook = runbook
        self._graph: StepGraph = step_graph(runbook)
        self._outside = outside
        self._person = person
        self._keeper = Keeper(run, outside, person, secrets or {})
        self._actor = Actor(outside, self._graph, self._keeper)

    @property
    def state(self) -> RunState:
        """The run after everything that is kept of it."""
        return self._keeper.state

    def begin(self, start: Start) -> None:
        """Keep that the run began.

        Raises:
            ConflictError: It began before.
        """
        data = {
            "runbook": self._runbook.path,
            "title": self._runbook.title,
            "content_hash": start.content_hash,
            "text": start.text,
            "inputs": dict(start.inputs),
            "alert": dict(start.alert),
            "mode": start.mode,
            "incident": start.incident,
            "first": start.first or self._graph.entry,
            "after": start.after,
        }
        self._keeper.keep(("run started", data))

    def resume(self, *, mode: Mode = "guided") -> None:
        """Keep that a run that had stopped goes on.

        Raises:
            ConflictError: It goes on elsewhere.
            SessionError: It is over, or a change of it is under way elsewhere.
        """
        try:
            self._resume(mode)
        except ConflictError:
            # a server may finish the last commit of a process that was killed
            # after we read; somebody else's next event conflicts again
            self._keeper.read_again()
            self._resume(mode)

    def _resume(self, mode: Mode) -> None:
        if self.state.end is not None:
            raise SessionError(f"run {self.state.run} is over: {self.state.end}")
        change = open_change(self.state, self._graph)
        here = self._outside.machine
        if change is not None and change.attempt.machine != here:
            there = change.attempt.machine
            where = there.name if there.name != here.name else "another state folder"
            raise SessionError(
                f"run {self.state.run}: {change.step.title!r} was begun on {where}, and"
                " only there is known how it ended; resume the run there, or look"
                " whether the change was made and begin a new run"
            )
        self._keeper.keep(("run resumed", {"mode": mode, "machine": here.name}))

    def go(self) -> RunState:
        """Go on until the run is over or paused; return its state."""
        try:
            while not self.state.paused:
                need = need_of(self.state, self._graph)
                if isinstance(need, Finished):
                    break
                self._meet(need)
        finally:
            self._actor.close()
        return self.state

    def _meet(self, need: Need) -> None:
        match need:
            case EnterStep() | Settle() | Judge():
                self._proceed(need)
            case Approve():
                self._approve(need)
            case RunAction():
                self._act(need)
            case Confirm():
                self._confirm(need)
            case Choose():
                self._choose(need)
            case Finished():
                pass

    def _proceed(self, need: EnterStep | Settle | Judge) -> None:
        match need:
            case EnterStep(step):
                self._keeper.keep(("step entered", {"step": step.id}))
                self._actor.look_ahead(step)
            case Settle():
                self._actor.settle(need)
            case Judge(step, last):
                judgement = Judgement(last.verdict or "error", last.message)
                self._actor.judged(step, judgement)

    def _approve(self, need: Approve) -> None:
        step = need.step
        ask = self._actor.ask_or_end(step)
        if ask is None:
            return
        decision = self._person.approve(need, ask, self.state)
        match decision:
            case say.Go():
                shown = {"program": self._keeper.hide(ask.text), "host": ask.host}
                self._keeper.keep(("change approved", {"step": step.id, **shown}))
            case say.Decline():
                self._keeper.keep(("change declined", {"step": step.id}))
            case say.Edit(program):
                self._actor.write(step, program)
            case _:
                self._aside(step, decision)

    def _act(self, need: RunAction) -> None:
        step = need.step
        if not need.changes and need.number == 1:
            ask = self._actor.ask_or_end(step)
            if ask is None:
                return
            decision = self._person.before(need, ask, self.state)
            if isinstance(decision, say.Edit):
                self._actor.write(step, decision.program)
                return
            if not isinstance(decision, say.Go):
                self._aside(step, decision)
                return
        self._actor.act(step, need)

    def _confirm(self, need: Confirm) -> None:
        step = need.step
        decision = self._person.confirm(need, self.state)
        match decision:
            case say.Go():
                self._actor.judged(step, judge_by_hand(step, self._keeper.names))
            case say.NotMet():
                self._actor.judged(step, Judgement("not met", "looked at by hand"))
            case _:
                self._aside(step, decision)

    def _choose(self, need: Choose) -> None:
        step = need.step
        decision = self._person.choose(need, self.state)
        match decision:
            case say.Take(edge) if edge in need.options:
                self._take(step, edge, suggested=need.suggested)
            case say.Again():
                again = {"step": step.id, "label": "again", "target": step.id}
                deviation = {"step": step.id, "what": "ran again"}
                self._keeper.keep(
                    ("deviation noted", deviation), ("branch taken", again)
                )
            case say.Undo() if need.undo is not None:
                self._undo(step, need.undo)
            case _:
                self._aside(step, decision)

    def _take(self, step: Step, edge: Edge, *, suggested: Edge | None) -> None:
        events: list[Happened] = []
        record = self.state.visits[-1]
        if record.verdict is None:
            answered = {"step": step.id, "verdict": "met", "message": edge.title}
            events.append(("step judged", {**answered, "answer": edge.title}))
        elif edge != suggested:
            says = f"{suggested.title!r}" if suggested else "nothing"
            what = f"took {edge.title!r} where the verdict says {says}"
            events.append(("deviation noted", {"step": step.id, "what": what}))
        taken = {
            "step": step.id,
            "label": edge.title,
            "kind": edge.kind,
            "way": self._graph.leaving[step.id].index(edge),
            "target": edge.target,
            "end": edge.end or "",
        }
        events.append(("branch taken", taken))
        if edge.end is not None:
            events.extend(_ending(step, edge))
        following = self._graph.steps.get(edge.target or "")
        if following is not None:
            # one commit for both: the way out of one step is the way into the next
            events.append(("step entered", {"step": following.id}))
        self._keeper.keep(*events)
        if following is not None:
            self._actor.look_ahead(following)

    def _undo(self, step: Step, undo: Undoable) -> None:
        try:
            ask = self._actor.rollback(undo)
        except RunbookkitError as error:
            text = f"the rollback of {undo.step.title!r} cannot be run: {error}"
            self._keeper.keep(("note added", {"step": step.id, "text": text}))
            return
        need = Approve(undo.step, undo=True)
        decision = self._person.approve(need, ask, self.state)
        match decision:
            case say.Go():
                self._actor.undo(undo, ask)
            case say.Decline():
                text = f"the rollback of {undo.step.title!r} was declined"
                self._keeper.keep(("note added", {"step": step.id, "text": text}))
            case _:
                self._aside(step, decision)

    def _aside(self, step: Step, decision: say.Decision) -> None:
        self._keeper.keep(*aside(step, decision, self.state, self._keeper.hide))


def _ending(step: Step, edge: Edge) -> list[Happened]:
    events: list[Happened] = []
    finished = {"end": edge.end, "step": step.id}
    if edge.end == "hand over" and edge.branch is not None:
        events.append(("run handed over", {"href": edge.branch.target.href}))
    elif edge.end not in {"stop", "escalate"}:
        # the text leads nowhere: people have to go on
        finished = {
            "end": "escalate",
            "step": step.id,
            "reason": "the runbook does not say how to go on",
        }
    return [*events, ("run finished", finished)]
