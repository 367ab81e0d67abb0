"""Tempo: traces, and metrics computed from them.

API: https://grafana.com/docs/tempo/latest/api_docs/

A step asks for one whole trace by its id alone, or by ``{ trace:id = "…" }``
without a window; it is there as soon as its first spans are. With a window the
same query is a search, which lags behind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from runbookkit.backends.tempo.answers import Found
from runbookkit.backends.tempo.ids import asked_id
from runbookkit.backends.tempo.knowledge import Knowledge
from runbookkit.backends.tempo.lookup import trace_by_id
from runbookkit.backends.tempo.measure import measured
from runbookkit.backends.tempo.search import searched
from runbookkit.exchange import MAX_BYTES, Remote
from runbookkit.http import Endpoint, Transport
from runbookkit.model.answer import Answer, Ask
from runbookkit.model.base import Data
from runbookkit.ports import Clock
from runbookkit.queries.bounds import refusal
from runbookkit.queries.traceql import check_traceql

NAME: Final = "tempo"
LANGUAGES: Final = ("traceql",)
_METRIC: Final = re.compile(r"\|\s*(?:\w+_over_time|rate|compare)\s*\(")


@dataclass(frozen=True, slots=True)
class Config(Data):
    """Where Tempo is, and how far it lags behind."""

    endpoint: Endpoint
    max_bytes: int = MAX_BYTES
    """Of one answer, decoded."""
    search_lag_seconds: int = 30
    """After which search finds a trace; ``query_end_cutoff`` of Tempo 3."""
    metrics_lag_seconds: int = 60
    """After which the numbers of a moment are complete."""
    spans: int = 20
    """Spans of each found trace that are shown; Tempo gives 100 at most."""


class Tempo:
    """Asks one server; see :class:`runbookkit.ports.Backend`."""

    name = NAME
    languages = LANGUAGES

    def __init__(
        self, config: Config, *, clock: Clock, transport: Transport | None
    ) -> None:
        self._clock = clock
        self._config = config
        self._tenant = config.endpoint.tenant
        self._remote = Remote(
            NAME,
            config.endpoint,
            clock=clock,
            transport=transport,
            max_bytes=config.max_bytes,
        )
        self.knowledge = Knowledge(self._remote)

    def ask(self, ask: Ask) -> Answer:
        """Return a trace, the traces that a search finds, or series of numbers.

        Raises:
            QueryRejectedError: 400: the query is wrong, or too wide.
            BackendUnavailableError: The server is down, slow or not Tempo.
            AnswerTooLargeError: The answer exceeds a bound.
        """
        refused = refusal(ask.text)
        if refused is not None:
            raise self._remote.rejected(refused.message)
        started = self._clock.now()
        found = self._found(ask)
        return Answer(
            found.kind,
            found.names,
            NAME,
            ask.text,
            started,
            self._clock.now() - started,
            server=self._remote.address,
            window=found.window,
            empty=found.empty,
            truncated=found.truncated,
            infos=(*found.infos, *self._notes(empty=found.empty)),
            voids=found.voids,
            data_as_of=found.as_of,
            details=found.details,
        )

    def link(self, ask: Ask) -> str:  # noqa: ARG002  the shape of a backend
        """Return nothing: Tempo has no page of its own."""
        return ""

    def _found(self, ask: Ask) -> Found:
        wanted = asked_id(ask.text)
        if wanted is not None and (ask.window is None or "{" not in ask.text):
            return trace_by_id(self._remote, ask, wanted, self._clock)
        config = self._config
        # a metrics query sent to search is answered with any traces
        if _is_metrics_query(ask.text):
            lag = timedelta(seconds=config.metrics_lag_seconds)
            return measured(self._remote, ask, lag)
        lag = timedelta(seconds=config.search_lag_seconds)
        return searched(self._remote, ask, lag, config.spans)

    def _notes(self, *, empty: bool) -> tuple[str, ...]:
        if not empty or not self._tenant:
            return ()
        like = "Tempo answers the same for a tenant that it does not know"
        return (f"nothing for tenant {self._tenant!r}; {like}",)


def _is_metrics_query(query: str) -> bool:
    checked = check_traceql(query)
    if checked.problems:
        # newer than our grammar, or wrong: the server judges it
        return _METRIC.search(query) is not None
    return checked.kind is None


def connect(
    config: Config, *, clock: Clock, transport: Transport | None = None
) -> Tempo:
    """Return the backend that asks the server at ``config.endpoint``."""
    return Tempo(config, clock=clock, transport=transport)
