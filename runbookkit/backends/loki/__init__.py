"""Loki: log lines, and metrics computed from them.

API: https://grafana.com/docs/loki/latest/reference/loki-http-api/
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from runbookkit.backends.loki.answers import (
    SERVER,
    body_of,
    details_of,
    lines_of,
    numbers_of,
    warnings_of,
)
from runbookkit.backends.loki.knowledge import API, Knowledge, times_of
from runbookkit.exchange import MAX_BYTES, Remote
from runbookkit.http import Endpoint, Transport
from runbookkit.model.answer import Answer, Ask, ResultKind, Window
from runbookkit.model.base import Data
from runbookkit.moments import nanoseconds
from runbookkit.ports import Clock
from runbookkit.queries.bounds import refusal
from runbookkit.queries.logql import check_logql
from runbookkit.series import kept

NAME: Final = "loki"
LANGUAGES: Final = ("logql",)
_LINES: Final = 1000
_USUAL: Final = timedelta(hours=1)
# lines come in their streams, and their fields apart from the streams' labels
_HEADERS: Final = {"x-loki-response-encoding-flags": "categorize-labels"}


@dataclass(frozen=True, slots=True)
class Config(Data):
    """Where Loki is; the tenant is part of the endpoint."""

    endpoint: Endpoint
    max_bytes: int = MAX_BYTES
    """Of one answer, decoded."""


class Loki:
    """Asks one server; see :class:`runbookkit.ports.Backend`."""

    name = NAME
    languages = LANGUAGES

    def __init__(
        self, config: Config, *, clock: Clock, transport: Transport | None
    ) -> None:
        self._clock = clock
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
        """Return the lines of a log query, or the series of a metric query.

        Raises:
            QueryRejectedError: 400: the query is wrong, or too wide.
            BackendUnavailableError: The server is down, slow or not Loki.
            AnswerTooLargeError: The answer exceeds the bound.
        """
        refused = refusal(ask.text)
        if refused is not None:
            raise self._remote.rejected(refused.message)
        return self._logs(ask) if _is_log_query(ask.text) else self._metrics(ask)

    def link(self, ask: Ask) -> str:  # noqa: ARG002  the shape of a backend
        """Return nothing: Loki has no page of its own."""
        return ""

    def _logs(self, ask: Ask) -> Answer:
        # the endpoint for one moment refuses log queries
        end = ask.at or ask.now
        window = ask.window or Window(end - _USUAL, end)
        limited = ask.limit is not None and ask.limit.unit == "lines"
        limit = ask.limit.count if ask.limit is not None and limited else _LINES
        if limit < 1:
            raise self._remote.rejected("ask for at least one line")
        form = {
            "query": ask.text,
            **times_of(window),
            "limit": str(limit),
            "direction": "backward",
        }
        started = self._clock.now()
        body = self._post("query_range", form, ask)
        with self._remote.understanding(SERVER):
            data = body.get("data") or {}
            lines, newest = lines_of(data)
            details = details_of(data)
        warnings, voids = warnings_of(body)
        full = len(lines) >= limit  # Loki cuts without a word
        return Answer(
            "logs",
            {"lines": lines, "truncated": full},
            NAME,
            ask.text,
            started,
            self._clock.now() - started,
            server=self._remote.address,
            window=window,
            empty=not lines,
            truncated=f"the newest {limit} lines; there may be more" if full else "",
            warnings=warnings,
            infos=(*self._notes(empty=not lines), *_no_window(ask)),
            voids=voids,
            data_as_of=newest,
            details=details,
        )

    def _metrics(self, ask: Ask) -> Answer:
        kind: ResultKind = "instant" if ask.window is None else "range"
        form = {"query": ask.text}
        if ask.window is None:
            path = "query"
            form["time"] = str(nanoseconds(ask.at or ask.now))
        else:
            path = "query_range"
            # without a step the server takes one of its own
            steps = self._remote.steps(ask.window, ask.step)
            start, end = steps.nanoseconds
            form |= {"start": str(start), "end": str(end), "step": f"{steps.every:.3f}"}
        started = self._clock.now()
        body = self._post(path, form, ask)
        with self._remote.understanding(SERVER):
            data = body.get("data") or {}
            kind, series = numbers_of(data, kind)
            details = details_of(data)
        found = kept(series, ask.limit)
        warnings, voids = warnings_of(body)
        return Answer(
            kind,
            found.names,
            NAME,
            ask.text,
            started,
            self._clock.now() - started,
            server=self._remote.address,
            window=ask.window,
            empty=not series,
            truncated=found.truncated,
            warnings=warnings,
            infos=self._notes(empty=not series),
            voids=voids or found.voids,
            details=details,
        )

    def _post(self, path: str, form: Mapping[str, str], ask: Ask) -> Mapping[str, Any]:
        answer = self._remote.post(API + path, form, ask.timeout, _HEADERS)
        return body_of(answer, self._remote)

    def _notes(self, *, empty: bool) -> tuple[str, ...]:
        if not empty or not self._tenant:
            return ()
        like = "Loki answers the same for a tenant that it does not know"
        return (f"nothing for tenant {self._tenant!r}; {like}",)


def _is_log_query(query: str) -> bool:
    checked = check_logql(query)
    if checked.kind == "logs":
        return True
    # newer than our grammar, or wrong: the server judges it
    return bool(checked.problems) and query.lstrip("( \n\t").startswith("{")


def _no_window(ask: Ask) -> tuple[str, ...]:
    if ask.window is not None:
        return ()
    return ("the step names no window; the last hour was read",)


def connect(
    config: Config, *, clock: Clock, transport: Transport | None = None
) -> Loki:
    """Return the backend that asks the server at ``config.endpoint``."""
    return Loki(config, clock=clock, transport=transport)
