"""Fetch reading steps ahead of their turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from runbookkit.execute.asking import is_bound, names_needed
from runbookkit.model.answer import Answer, Ask
from runbookkit.model.graph import StepGraph, reachable
from runbookkit.model.runbook import Step

_AHEAD = 16
_FRESH = timedelta(seconds=60)
_QUERIES = frozenset({"promql", "logql", "traceql"})


@dataclass(frozen=True, slots=True)
class _Fetched:
    ask: Ask
    answer: Future[Answer]


class Prefetcher:
    """Asks in the background what later steps will ask.

    Only queries, whose answer depends on nothing but their window: a program
    that runs on a host has its own time.
    """

    def __init__(self, send: Callable[[Ask], Answer]) -> None:
        self._send = send
        self._pool = ThreadPoolExecutor(_AHEAD, thread_name_prefix="prefetch")
        self._fetched: dict[str, _Fetched] = {}

    def look_ahead(
        self,
        graph: StepGraph,
        start: str,
        names: Mapping[str, Any],
        make: Callable[[Step], Ask | None],
    ) -> None:
        """Send off the queries of reachable steps whose names are bound."""
        for step_id in [
            each for each in graph.steps if each in reachable(graph, start)
        ]:
            step = graph.steps[step_id]
            if len(self._fetched) >= _AHEAD or step_id in self._fetched:
                continue
            if _may_wait(step) or not _is_ready(step, names):
                continue
            ask = make(step)
            if ask is not None:
                self._fetched[step_id] = _Fetched(
                    ask, self._pool.submit(self._send, ask)
                )

    def take(self, step: Step, ask: Ask, now: datetime) -> Answer | None:
        """Return the answer to a step's query, if it was asked and is fresh.

        Raises:
            BackendError: It was asked, and failed.
        """
        fetched = self._fetched.pop(step.id, None)
        if fetched is None or fetched.ask.text != ask.text:
            return None
        if now - fetched.ask.now > _FRESH:
            fetched.answer.cancel()
            return None
        return fetched.answer.result()

    def close(self) -> None:
        """Forget what was not asked for."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _may_wait(step: Step) -> bool:
    action = step.action
    if action is None or step.effect == "change" or action.language not in _QUERIES:
        return True
    # polling asks again and again, from its own turn on
    return action.lead is not None and action.lead.poll is not None


def _is_ready(step: Step, names: Mapping[str, Any]) -> bool:
    action = step.action
    return action is not None and all(
        is_bound(name, names) for name in names_needed(action)
    )
