"""Prometheus, and what speaks its API: Mimir, Thanos, Cortex, VictoriaMetrics.

API: https://prometheus.io/docs/prometheus/latest/querying/api/
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from runbookkit.backends.prometheus.answers import body_of, failed, series_of
from runbookkit.errors import QueryRejectedError
from runbookkit.http import Bounds, Endpoint, HttpClient, HttpError, Transport
from runbookkit.model.answer import Answer, Ask, ResultKind, Window
from runbookkit.model.base import Data
from runbookkit.ports import Clock

NAME: Final = "prometheus"
LANGUAGES: Final = ("promql",)
MAX_QUERY: Final = 16 * 1024
POINTS: Final = 1000
"""Points a series that we ask for; the server's own limit is 11,000."""
LEAST_STEP: Final = timedelta(seconds=15)
SERIES: Final = 1000
"""Series that we keep, where the step does not say how many."""


@dataclass(frozen=True, slots=True)
class Config(Data):
    """Where Prometheus is."""

    endpoint: Endpoint
    max_bytes: int = 16 * 1024 * 1024


class Prometheus:
    """Asks one server; see :class:`runbookkit.ports.Backend`."""

    name = NAME
    languages = LANGUAGES

    def __init__(
        self, config: Config, *, clock: Clock, transport: Transport | None
    ) -> None:
        self._clock = clock
        self._config = config
        self._base = config.endpoint.url.rstrip("/")
        self._http = HttpClient(endpoint=config.endpoint, transport=transport)

    def ask(self, ask: Ask) -> Answer:
        """Return the answer to an instant or a range query.

        Raises:
            QueryRejectedError: 400 or 422: the query is wrong, or too wide.
            BackendUnavailableError: The server is down, slow or not Prometheus.
            AnswerTooLargeError: The answer exceeds the bound.
        """
        if len(ask.text.encode()) > MAX_QUERY:
            raise QueryRejectedError(
                f"the query is longer than {MAX_QUERY // 1024} KiB", backend=NAME
            )
        started = self._clock.now()
        form = {"query": ask.text, "timeout": f"{ask.timeout.total_seconds():g}s"}
        if ask.window is not None:
            form |= _range_form(ask.window, ask.step)
            body = self._call("query_range", form, ask.timeout)
        else:
            form["time"] = _seconds(ask.at or ask.now)
            body = self._call("query", form, ask.timeout)
        return self._answer(ask, body, started)

    def link(self, ask: Ask) -> str:
        """Return the address of the same query on the server's own page."""
        params = {"g0.expr": ask.text, "g0.tab": "0" if ask.window else "1"}
        if ask.window is not None:
            span = ask.window.end - ask.window.start
            params["g0.range_input"] = f"{int(span.total_seconds())}s"
            params["g0.end_input"] = f"{ask.window.end:%Y-%m-%d %H:%M:%S}"
        return f"{self._base}/graph?{urlencode(params)}"

    def call(
        self, path: str, params: Mapping[str, str], timeout: timedelta
    ) -> Mapping[str, Any]:
        """Return the body of another endpoint below ``/api/v1/``, by GET.

        Raises:
            QueryRejectedError: As for :meth:`ask`.
            BackendUnavailableError: As for :meth:`ask`.
        """
        return self._exchange(path, timeout, params=params)

    def _call(
        self, path: str, form: Mapping[str, str], timeout: timedelta
    ) -> Mapping[str, Any]:
        # a form, because a GET dies without an answer at 1 MiB of headers
        return self._exchange(path, timeout, form=form)

    def _exchange(
        self,
        path: str,
        timeout: timedelta,
        *,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> Mapping[str, Any]:
        url = f"{self._base}/api/v1/{path}"
        bounds = Bounds(timeout.total_seconds(), self._config.max_bytes)
        try:
            if form is not None:
                answer = self._http.post(url, form=form, bounds=bounds)
            else:
                answer = self._http.get(url, params=params, bounds=bounds)
        except HttpError as error:
            raise failed(error) from error
        return body_of(answer)

    def _answer(self, ask: Ask, body: Mapping[str, Any], started: datetime) -> Answer:
        data = body.get("data") or {}
        kind: ResultKind = "range" if ask.window is not None else "instant"
        at_most = ask.limit.count if ask.limit else SERIES
        series, newest = series_of(data)
        cut = ""
        if len(series) > at_most:
            cut = f"{len(series)} series came, the first {at_most} are kept"
            series = series[:at_most]
        names: dict[str, Any] = {"series": series}
        if len(series) == 1:
            one = series[0]
            names["value"] = one["last"] if "last" in one else one.get("value")
        warnings = tuple(map(str, body.get("warnings") or ()))
        return Answer(
            kind=kind,
            names=names,
            backend=NAME,
            sent=ask.text,
            started_at=started,
            duration=self._clock.now() - started,
            server=self._base,
            window=ask.window,
            empty=not series,
            truncated=cut,
            warnings=warnings,
            infos=tuple(map(str, body.get("infos") or ())),
            voids=_voiding(warnings),
            data_as_of=newest,
        )


def _voiding(warnings: tuple[str, ...]) -> str:
    """Return the warning that makes an answer worthless, if one does.

    PromQL's own warnings (``PromQL warning: …``) mean that part of the input
    was left out; a remote read or a store that failed means the same.
    """
    return warnings[0] if warnings else ""


def _range_form(window: Window, step: timedelta | None) -> dict[str, str]:
    span = (window.end - window.start).total_seconds()
    every = step or max(LEAST_STEP, timedelta(seconds=math.ceil(span / POINTS)))
    seconds = every.total_seconds()
    # aligned to the step, so that a replay asks for the same points
    start = math.floor(window.start.timestamp() / seconds) * seconds
    end = math.floor(window.end.timestamp() / seconds) * seconds
    return {
        "start": f"{start:.3f}",
        "end": f"{max(end, start):.3f}",
        "step": f"{seconds:g}",
    }


def _seconds(moment: datetime) -> str:
    return f"{moment.astimezone(UTC).timestamp():.3f}"


def connect(
    config: Config, *, clock: Clock, transport: Transport | None = None
) -> Prometheus:
    """Return the backend that asks the server at ``config.endpoint``."""
    return Prometheus(config, clock=clock, transport=transport)
