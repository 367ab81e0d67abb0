"""Ask engines for the steps of a run, and keep what they answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from runbookkit.errors import (
    BackendError,
    ConfigError,
    NeverBegunError,
    QueryRejectedError,
    RunbookkitError,
    SessionError,
)
from runbookkit.execute.asking import CHANGE_TIMEOUT, ask_of
from runbookkit.execute.evidence import evidence_of
from runbookkit.execute.judge import Judgement, judge
from runbookkit.execute.keeping import Happened, Keeper
from runbookkit.execute.needs import RunAction, Settle, Undoable, changes, next_poll
from runbookkit.execute.outside import Outside
from runbookkit.execute.prefetch import Fetched, Prefetcher
from runbookkit.model.answer import Answer, Ask
from runbookkit.model.graph import StepGraph
from runbookkit.model.runbook import SHELL_FENCES, Step
from runbookkit.model.runstate import Attempt


class Actor:
    """Runs the actions and rollbacks of one run."""

    def __init__(self, outside: Outside, graph: StepGraph, keeper: Keeper) -> None:
        self._outside = outside
        self._graph = graph
        self._keeper = keeper
        self._prefetcher = Prefetcher(self._send)
        self._written: dict[int, str] = {}

    def close(self) -> None:
        """Ask nothing more ahead of its turn."""
        self._prefetcher.close()

    def look_ahead(self, step: Step) -> None:
        """Ask what later steps will ask, where that is known already."""
        if not self._outside.ahead:
            return

        def make(later: Step) -> Ask | None:
            try:
                return self._ask_of(later, program=None, key="")
            except RunbookkitError:
                return None

        self._prefetcher.look_ahead(self._graph, step.id, self._keeper.names, make)

    def ask_or_end(self, step: Step) -> Ask | None:
        """Return what the current step asks; without an answer the step has ended.

        A value that is missing, or that cannot stand in the program, is an error.
        """
        record = self._keeper.state.visits[-1]
        # a change is made once for its key, also when it is asked for again
        key = self._outside.new_id() if changes(step, record) else ""
        position = len(self._keeper.state.visits) - 1
        written = record.program or self._written.get(position, "")
        try:
            return self._ask_of(step, program=written or None, key=key)
        except RunbookkitError as error:
            self.judged(step, Judgement("error", str(error)))
            return None

    def write(self, step: Step, program: str) -> None:
        """Keep that a person wrote another program for the current step."""
        self._written = {len(self._keeper.state.visits) - 1: program}
        shown = self._keeper.hide(program)
        edited = {
            "step": step.id,
            "what": "edited",
            "program": shown,
            "kept": shown == program,
        }
        self._keeper.keep(("deviation noted", edited))

    def rollback(self, undo: Undoable) -> Ask:
        """Return what undoes a change, with the values as they were at its visit.

        Raises:
            RunbookkitError: A value is missing, or cannot stand in the command.
        """
        step = undo.step
        rollback = step.rollback
        if rollback is None or rollback.command is None:
            raise SessionError(f"step {step.title!r} has no rollback")
        record = self._keeper.state.visits[undo.position]
        names = {**self._keeper.names, **record.captures}
        language = rollback.language or "bash"
        text = self._outside.render(rollback.command.text, language, names)
        key = self._outside.new_id()
        ask = self._ask_of(step, program=text, key=key)
        return replace(ask, language=language)

    def act(self, step: Step, need: RunAction) -> None:
        """Run the current step's action, and keep what comes of it."""
        clock = self._outside.clock
        if need.not_before is not None:
            clock.sleep(max(need.not_before - clock.now(), timedelta()))
        ask = self.ask_or_end(step)
        if ask is None:
            return
        fetched = self._prefetcher.take(step, ask) if need.number == 1 else None
        if need.changes:
            self._prefetcher.forget()
        started = {"step": step.id, "number": need.number, **self._said(ask)}
        if fetched is not None:
            started["asked_at"] = fetched.asked_at.isoformat()
        self._keeper.keep(("action started", started))
        self._try(step, ask, fetched)

    def settle(self, need: Settle) -> None:
        """Find out how an attempt ended that nobody saw the end of."""
        if need.rollback_of is not None:
            self._undone(need.rollback_of, self._again(need.attempt))
            return
        ask = self._again(need.attempt) if need.changes else self.ask_or_end(need.step)
        if ask is not None:
            self._try(need.step, ask, None)

    def undo(self, undo: Undoable, ask: Ask) -> None:
        """Undo a change, and keep what comes of it."""
        self._prefetcher.forget()
        started = {"position": undo.position, "of": undo.step.id, **self._said(ask)}
        self._keeper.keep(("rollback started", started))
        self._undone(undo.position, ask)

    def judged(self, step: Step, judgement: Judgement) -> None:
        """Keep a verdict and what was captured."""
        self._keeper.keep(*self._judgement(step, judgement))

    def _undone(self, position: int, ask: Ask) -> None:
        of = self._keeper.state.visits[position].step
        data: dict[str, Any] = {"position": position, "of": of}
        try:
            data["answer"] = evidence_of(self._send(ask), self._keeper.hide)
        except RunbookkitError as error:
            data["error"] = self._keeper.hide(str(error))
            if isinstance(error, NeverBegunError):
                data["never_begun"] = True
        self._keeper.keep(("rollback ended", data))

    def _try(self, step: Step, ask: Ask, fetched: Fetched | None) -> None:
        try:
            answer = fetched.answer if fetched else self._send(ask)
        except RunbookkitError as error:
            self._failed(step, error)
        else:
            self._answered(step, answer)

    def _failed(self, step: Step, error: RunbookkitError) -> None:
        message = self._keeper.hide(str(error))
        failed: dict[str, Any] = {"step": step.id, "error": message}
        if isinstance(error, NeverBegunError):
            self._keeper.keep(("action failed", {**failed, "never_begun": True}))
        elif _may_pass(error) and self._polls(step):
            self._keeper.keep(("action failed", failed))
        else:
            judged = self._judgement(step, Judgement("error", message))
            self._keeper.keep(("action failed", failed), *judged)

    def _answered(self, step: Step, answer: Answer) -> None:
        judgement = judge(step, answer, self._keeper.names)
        answered = {
            "step": step.id,
            "answer": evidence_of(answer, self._keeper.hide),
            "verdict": judgement.verdict,
            "message": self._keeper.hide(judgement.message),
        }
        if judgement.verdict != "met" and self._polls(step):
            self._keeper.keep(("action answered", answered))
            return
        judged = self._judgement(step, judgement)
        self._keeper.keep(("action answered", answered), *judged)

    def _polls(self, step: Step) -> bool:
        return next_poll(step, self._keeper.state.visits[-1]) is not None

    def _judgement(self, step: Step, judgement: Judgement) -> list[Happened]:
        judged = {
            "step": step.id,
            "verdict": judgement.verdict,
            "message": self._keeper.hide(judgement.message),
            "when": judgement.when,
        }
        captured = self._keeper.captured(step.id, judgement.captures)
        return [*captured, ("step judged", judged)]

    def _said(self, ask: Ask) -> dict[str, Any]:
        said = {
            "key": ask.key,
            "language": ask.language,
            "sent": self._keeper.hide(ask.text),
            "host": ask.host,
        }
        if ask.key:
            machine = self._outside.machine
            said |= {"machine": machine.name, "spool": machine.spool}
        return said

    def _ask_of(self, step: Step, *, program: str | None, key: str) -> Ask:
        return ask_of(
            step,
            self._keeper.names,
            self._outside.clock.now(),
            self._outside.render,
            program=program,
            key=key,
        )

    def _again(self, attempt: Attempt) -> Ask:
        """Return what asks for the result of a change, and makes none."""
        return Ask(
            attempt.language,
            attempt.sent,
            self._outside.clock.now(),
            CHANGE_TIMEOUT,
            host=attempt.host,
            key=attempt.key,
            begun=True,
        )

    def _send(self, ask: Ask) -> Answer:
        backend = self._outside.backends.get(ask.language)
        if backend is None:
            # no failure of a backend: asking again would not help
            raise ConfigError(
                f"no backend answers {ask.language}; name one in runbook.toml"
            )
        if ask.begun and ask.language not in SHELL_FENCES:
            raise BackendError(
                "nobody saw how this change ended; look whether it was made before you"
                " repeat it",
                backend=backend.name,
            )
        return backend.ask(ask)


def _may_pass(error: RunbookkitError) -> bool:
    """Tell whether the same question may be answered a little later."""
    return isinstance(error, BackendError) and not isinstance(error, QueryRejectedError)
