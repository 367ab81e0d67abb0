"""Ask the queries of later steps before their turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import BoundedSemaphore, Thread
from typing import Any

from runbookkit.errors import RunbookkitError
from runbookkit.execute.asking import is_bound, names_needed
from runbookkit.model.answer import Answer, Ask
from runbookkit.model.graph import StepGraph, reachable
from runbookkit.model.runbook import Step
from runbookkit.queries.registry import language_of

_AHEAD = 16
_AT_ONCE = 10
"""Half of what Prometheus answers at once: a run is no load test of a server in trouble."""
_FRESH = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer that came before its step's turn, and when it was asked for."""

    answer: Answer
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class _Waiting:
    ask: Ask
    answer: Future[Answer | None]


class Prefetcher:
    """Asks in the background what later steps will ask.

    Only queries, whose answer depends on nothing but their window: a program
    that runs on a host has its own time. And only as far as nothing is changed
    on the way: what comes behind a change asks for its effect, and what comes behind
    a poll for what that one waits for.
    """

    def __init__(self, send: Callable[[Ask], Answer]) -> None:
        self._send = send
        self._waiting: dict[str, _Waiting] = {}
        self._room = BoundedSemaphore(_AT_ONCE)
        self._closed = False

    def look_ahead(
        self,
        graph: StepGraph,
        start: str,
        names: Mapping[str, Any],
        make: Callable[[Step], Ask | None],
    ) -> None:
        """Send off the queries of steps that can follow and whose names are bound."""
        walls = frozenset(each for each, step in graph.steps.items() if _is_wall(step))
        if start in walls:
            self.forget()
            return
        ahead = reachable(graph, start, without=walls)
        for step_id in [each for each in graph.steps if each in ahead]:
            step = graph.steps[step_id]
            if len(self._waiting) >= _AHEAD or step_id in {*self._waiting, start}:
                continue
            if not _may_go_ahead(step) or not _is_ready(step, names):
                continue
            ask = make(step)
            if ask is not None:
                self._waiting[step_id] = _Waiting(ask, self._sent(ask))

    def take(self, step: Step, ask: Ask) -> Fetched | None:
        """Return the answer to a step's query, if it was asked for and is fresh.

        A failure is not worth keeping: the query is asked again at its turn.
        """
        waiting = self._waiting.pop(step.id, None)
        if waiting is None or not _is_same(waiting.ask, ask):
            return None
        if ask.now - waiting.ask.now > _FRESH:
            return None
        answer = waiting.answer.result()
        return Fetched(answer, waiting.ask.now) if answer is not None else None

    def forget(self) -> None:
        """Forget all answers: something was changed, or the run is over."""
        self._waiting.clear()

    def close(self) -> None:
        """Ask nothing more."""
        self._closed = True
        self.forget()

    def _sent(self, ask: Ask) -> Future[Answer | None]:
        future: Future[Answer | None] = Future()

        def work() -> None:
            answer: Answer | None = None
            try:
                with self._room, suppress(RunbookkitError):
                    answer = None if self._closed else self._send(ask)
            finally:
                future.set_result(answer)

        # a daemon: nobody waits for an answer that nobody wants any more
        Thread(target=work, name="prefetch", daemon=True).start()
        return future


def _is_wall(step: Step) -> bool:
    """Tell whether a step may change what later steps see, or waits until it changes."""
    if step.action is None:
        return step.question is None  # done by hand
    lead = step.action.lead
    return step.effect == "change" or (lead is not None and lead.poll is not None)


def _may_go_ahead(step: Step) -> bool:
    action = step.action
    language = language_of(action.language) if action is not None else None
    if action is None or language is None or not language.server:
        return False
    # polling asks again and again, from its own turn on
    return action.lead is None or action.lead.poll is None


def _is_same(one: Ask, other: Ask) -> bool:
    return replace(one, now=other.now, window=other.window) == other


def _is_ready(step: Step, names: Mapping[str, Any]) -> bool:
    action = step.action
    return action is not None and all(
        is_bound(name, names) for name in names_needed(action)
    )
