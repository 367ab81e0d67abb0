"""Prometheus, and what speaks its API: Mimir, Thanos, Cortex, VictoriaMetrics.

API: https://prometheus.io/docs/prometheus/latest/querying/api/
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from runbookkit.backends.prometheus.answers import (
    SERVER,
    Result,
    body_of,
    details_of,
    result_of,
    warnings_of,
)
from runbookkit.backends.prometheus.forms import API, allowed, range_form
from runbookkit.backends.prometheus.freshness import Freshness, freshness_beside
from runbookkit.backends.prometheus.knowledge import Knowledge
from runbookkit.exchange import MAX_BYTES, Remote, notices
from runbookkit.http import Endpoint, Transport
from runbookkit.model.answer import Answer, Ask
from runbookkit.model.base import Data
from runbookkit.moments import seconds
from runbookkit.ports import Clock
from runbookkit.queries.bounds import refusal
from runbookkit.series import kept

NAME: Final = "prometheus"
LANGUAGES: Final = ("promql",)


@dataclass(frozen=True, slots=True)
class Config(Data):
    """Where Prometheus is."""

    endpoint: Endpoint
    max_bytes: int = MAX_BYTES
    """Of one answer, decoded."""
    freshness: bool = True
    """Whether to ask for the time of the newest sample too, for ``data as of``."""


class Prometheus:
    """Asks one server; see :class:`runbookkit.ports.Backend`."""

    name = NAME
    languages = LANGUAGES

    def __init__(
        self, config: Config, *, clock: Clock, transport: Transport | None
    ) -> None:
        self._clock = clock
        self._freshness = config.freshness
        self._remote = Remote(
            NAME,
            config.endpoint,
            clock=clock,
            transport=transport,
            max_bytes=config.max_bytes,
        )
        self.knowledge = Knowledge(self._remote)

    def ask(self, ask: Ask) -> Answer:
        """Return the answer to an instant or a range query.

        Raises:
            QueryRejectedError: 400 or 422: the query is wrong, or too wide.
            BackendUnavailableError: The server is down, slow or not Prometheus.
            AnswerTooLargeError: The answer exceeds the bound.
        """
        refused = refusal(ask.text)
        if refused is not None:
            raise self._remote.rejected(refused.message)
        started = self._clock.now()
        form = {"query": ask.text, "timeout": allowed(ask.timeout), "stats": "all"}
        if ask.window is not None:
            path = "query_range"
            form |= range_form(self._remote.steps(ask.window, ask.step))
        else:
            path = "query"
            form["time"] = seconds(ask.at or ask.now)
        fresh = self._asked_beside(ask)
        # a form, because a GET dies without an answer at 1 MiB of headers
        body = body_of(self._remote.post(API + path, form, ask.timeout), self._remote)
        with self._remote.understanding(SERVER):
            result = result_of(body["data"])
        # samples of a selected range carry their own times, all others ours
        if result.kind == "range" and ask.window is None:
            beside = Freshness(result.newest)
        else:
            left = ask.timeout - (self._clock.now() - started)
            beside = fresh(left) if result.series else Freshness()
        return self._answer(ask, body, result, beside, started)

    def _asked_beside(self, ask: Ask) -> Callable[[timedelta], Freshness]:
        """Begin to ask how old the samples are, so that it costs no time of its own."""
        if not self._freshness:
            return lambda _: Freshness()
        at = ask.window.end if ask.window else ask.at or ask.now
        return freshness_beside(ask.text, at, self._remote, ask.timeout)

    def _answer(
        self,
        ask: Ask,
        body: Mapping[str, Any],
        result: Result,
        fresh: Freshness,
        started: datetime,
    ) -> Answer:
        found = kept(result.series, ask.limit)
        warnings = warnings_of(body)
        with self._remote.understanding(SERVER):
            details = details_of(body["data"], result.histograms)
        return Answer(
            result.kind,
            found.names,
            NAME,
            ask.text,
            started,
            self._clock.now() - started,
            server=self._remote.address,
            window=ask.window,
            empty=not found.series,
            truncated=found.truncated,
            warnings=warnings,
            infos=(*notices(body.get("infos")), *fresh.infos),
            voids=result.voids or next(iter(warnings), found.voids),
            data_as_of=fresh.as_of,
            details=details,
        )

    def link(self, ask: Ask) -> str:
        """Return the address of the same query on the server's own page."""
        params = {"g0.expr": ask.text, "g0.tab": "0" if ask.window else "1"}
        if ask.window is not None:
            span = ask.window.end - ask.window.start
            params["g0.range_input"] = f"{int(span.total_seconds())}s"
            params["g0.end_input"] = _shown(ask.window.end)
        else:
            params["g0.moment_input"] = _shown(ask.at or ask.now)
        return f"{self._remote.address}/graph?{urlencode(params)}"


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def connect(
    config: Config, *, clock: Clock, transport: Transport | None = None
) -> Prometheus:
    """Return the backend that asks the server at ``config.endpoint``."""
    return Prometheus(config, clock=clock, transport=transport)
