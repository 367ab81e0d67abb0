"""Jaeger: traces, from its own API and from servers that speak it.

API: the HTTP JSON that Jaeger's page asks, ``/api/traces``; Jaeger up to 2.20 has it
(``cmd/jaeger/internal/extension/jaegerquery`` there), and so has VictoriaTraces below
``/select/jaeger``. https://www.jaegertracing.io/docs/latest/architecture/apis/
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from runbookkit.backends.jaeger.answers import Told, told_by
from runbookkit.backends.jaeger.traces import names_of
from runbookkit.exchange import MAX_BYTES, Remote
from runbookkit.http import Endpoint, Transport
from runbookkit.model.answer import Answer, Ask, ResultKind, Window
from runbookkit.model.base import Data
from runbookkit.moments import nanoseconds
from runbookkit.ports import Clock
from runbookkit.queries.bounds import refusal
from runbookkit.queries.jaeger import Search, read_jaeger

NAME: Final = "jaeger"
LANGUAGES: Final = ("jaeger",)
_ID: Final = re.compile(r"[0-9a-f]{1,32}")
_TRACES: Final = 20
_USUAL: Final = timedelta(hours=1)
_NO_WINDOW: Final = "the step names no window; the last hour was read"
_NOT_FOUND: Final = (
    "Jaeger does not have this trace: it is not there yet, was not sampled, has"
    " expired, or never was"
)


@dataclass(frozen=True, slots=True)
class Config(Data):
    """Where Jaeger is; its base path is part of the address."""

    endpoint: Endpoint
    max_bytes: int = MAX_BYTES
    """Of one answer, decoded: a search answers with whole traces."""


class Jaeger:
    """Asks one server; see :class:`runbookkit.ports.Backend`."""

    name = NAME
    languages = LANGUAGES

    def __init__(
        self, config: Config, *, clock: Clock, transport: Transport | None
    ) -> None:
        self._clock = clock
        self._remote = Remote(
            NAME,
            config.endpoint,
            clock=clock,
            transport=transport,
            max_bytes=config.max_bytes,
        )

    def ask(self, ask: Ask) -> Answer:
        """Return one trace, or the traces that a search finds, the newest first.

        Raises:
            QueryRejectedError: The text cannot be read, or the server refuses it.
            BackendUnavailableError: The server is down, slow or not Jaeger.
            AnswerTooLargeError: The answer exceeds the bound.
        """
        search = self._search(ask.text)
        started = self._clock.now()
        window = None if search.trace else _window(ask)
        told = self._told(search, window, ask)
        with self._remote.understanding("Jaeger"):
            kind: ResultKind = "trace" if search.trace else "traces"
            names = names_of(told.traces, kind)
        limit = _limit(ask)
        full = not search.trace and len(told.traces) >= limit
        return Answer(
            kind,
            names,
            NAME,
            ask.text,
            started,
            self._clock.now() - started,
            server=self._remote.address,
            window=window,
            empty=not names["spans"],
            truncated=f"{limit} traces; there may be more" if full else "",
            warnings=told.warnings,
            infos=_infos(search, ask, empty=not names["spans"]),
            voids=told.voids,
        )

    def link(self, ask: Ask) -> str:
        """Return the page of Jaeger that shows the same."""
        search = read_jaeger(ask.text).search
        if search.trace:
            return f"{self._remote.address}/trace/{search.trace}"
        if not search.service:
            return ""
        params = _params(search, _window(ask), _limit(ask))
        return f"{self._remote.address}/search?{urlencode(params)}"

    def _search(self, text: str) -> Search:
        refused = refusal(text)
        if refused is not None:
            raise self._remote.rejected(refused.message)
        read = read_jaeger(text)
        if read.problems:
            raise self._remote.rejected(read.problems[0].message)
        trace = read.search.trace
        if trace and not _ID.fullmatch(trace):
            raise self._remote.rejected(
                f"{trace!r} is no trace id: up to 32 hex digits"
            )
        return read.search

    def _told(self, search: Search, window: Window | None, ask: Ask) -> Told:
        if window is None:
            path = f"/api/traces/{search.trace}"
            answer = self._remote.get(path, {}, ask.timeout)
            return told_by(answer, self._remote, one=True)
        limit = _limit(ask)
        if limit < 1:
            raise self._remote.rejected("ask for at least one trace")
        params = _params(search, window, limit)
        return told_by(
            self._remote.get("/api/traces", params, ask.timeout), self._remote
        )


def _params(search: Search, window: Window, limit: int) -> dict[str, str]:
    given: dict[str, Any] = {
        "service": search.service,
        "operation": search.operation,
        "tags": json.dumps(search.tags) if search.tags else "",
        **search.durations,
        # without them, a search looks at this very moment and finds nothing
        "start": str(nanoseconds(window.start) // 1000),
        "end": str(nanoseconds(window.end) // 1000),
        "limit": str(limit),
    }
    return {name: value for name, value in given.items() if value}


def _window(ask: Ask) -> Window:
    end = ask.at or ask.now
    return ask.window or Window(end - _USUAL, end)


def _limit(ask: Ask) -> int:
    limited = ask.limit is not None and ask.limit.unit == "traces"
    return ask.limit.count if ask.limit is not None and limited else _TRACES


def _infos(search: Search, ask: Ask, *, empty: bool) -> tuple[str, ...]:
    if search.trace:
        return (_NOT_FOUND,) if empty else ()
    return () if ask.window is not None else (_NO_WINDOW,)


def connect(
    config: Config, *, clock: Clock, transport: Transport | None = None
) -> Jaeger:
    """Return the backend that asks the server at ``config.endpoint``."""
    return Jaeger(config, clock=clock, transport=transport)
