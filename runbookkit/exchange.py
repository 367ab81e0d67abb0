"""The server behind a backend: asked over HTTP, within bounds, and judged by status.

Every failure is a :class:`runbookkit.errors.BackendError` that names the backend
and the address. Wordings never decide what a failure means: they change between
versions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final, NoReturn

from runbookkit.errors import (
    AnswerTooLargeError,
    BackendError,
    BackendTimeoutError,
    BackendUnavailableError,
    ConfigError,
    QueryRejectedError,
)
from runbookkit.http import (
    Answer,
    Bounds,
    Endpoint,
    HttpClient,
    HttpError,
    Transport,
    without_secrets,
)
from runbookkit.model.answer import Window
from runbookkit.model.observed import ServerFacts
from runbookkit.moments import Steps, steps
from runbookkit.ports import Clock

MAX_BYTES: Final = 8 * 1024 * 1024
"""Of a decoded answer, unless the configuration says otherwise."""
_MOST_VALUES: Final = 1_000_000
"""In one answer: small ones cost memory a hundred times their bytes."""
_MOST_POINTS: Final = 11_000
_PAUSE: Final = timedelta(milliseconds=500)
_LEAST_LEFT: Final = timedelta(seconds=1)
_TENANT: Final = re.compile(r"[A-Za-z0-9!\-_.*'()|]{1,1000}")
_LABELS: Final = re.compile(r"\{[^{}]*=.*\}", re.DOTALL)
_LONGEST: Final = 400
_Send = Callable[[Bounds], Answer]


class Remote:
    """One server, asked for one backend."""

    def __init__(
        self,
        backend: str,
        endpoint: Endpoint,
        *,
        clock: Clock,
        transport: Transport | None = None,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        _check(endpoint, backend)
        self.backend = backend
        self.address = without_secrets(endpoint.url).rstrip("/")
        self._base = endpoint.url.rstrip("/")
        self._clock = clock
        self._max_bytes = max_bytes
        self._http = HttpClient(
            endpoint=endpoint, transport=transport, keeps=transport is None
        )

    def get(
        self,
        path: str,
        params: Mapping[str, str],
        timeout: timedelta,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Return the answer to a GET, whatever its status.

        Raises:
            BackendError: No whole answer came.
        """

        def send(bounds: Bounds) -> Answer:
            return self._http.get(
                self._base + path, params=params, headers=headers, bounds=bounds
            )

        return self._asked(send, timeout)

    def post(
        self,
        path: str,
        form: Mapping[str, str],
        timeout: timedelta,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Return the answer to a POST of a form, whatever its status.

        Raises:
            BackendError: No whole answer came.
        """

        def send(bounds: Bounds) -> Answer:
            return self._http.post(
                self._base + path, form=form, headers=headers, bounds=bounds
            )

        return self._asked(send, timeout)

    def _asked(self, send: _Send, timeout: timedelta) -> Answer:
        """Ask, and once more where that is safe and may help: a query only reads."""
        began = self._clock.now()
        outcome = self._tried(send, timeout)
        left = timeout - (self._clock.now() - began) - _PAUSE
        if _is_passing(outcome) and left >= _LEAST_LEFT:
            self._clock.sleep(_PAUSE)
            outcome = self._tried(send, min(left, timeout))
        if isinstance(outcome, HttpError):
            raise self._failed(outcome) from outcome
        return outcome

    def _tried(self, send: _Send, timeout: timedelta) -> Answer | HttpError:
        try:
            return send(Bounds(timeout.total_seconds(), self._max_bytes))
        except HttpError as error:
            return error

    def _failed(self, error: HttpError) -> BackendError:
        if error.failure == "too large":
            return AnswerTooLargeError(f"{error}; ask for less", backend=self.backend)
        if error.failure == "time-out":
            return BackendTimeoutError(str(error), backend=self.backend, retryable=True)
        return BackendUnavailableError(
            str(error),
            backend=self.backend,
            retryable=error.failure == "unreachable",
        )

    def json_of(self, answer: Answer, of: str) -> Any:
        """Return the JSON of an answer; ``of`` says whose it should be.

        Raises:
            BackendUnavailableError: It is none.
            AnswerTooLargeError: It has more values than fit.
        """
        body = answer.body
        values = sum(body.count(each) for each in (b",", b"[", b"{"))
        if values > _MOST_VALUES:
            raise AnswerTooLargeError(
                f"{self.address}: more than {_MOST_VALUES} values; ask for less",
                backend=self.backend,
            )
        with self.understanding(of):
            return json.loads(body)

    def refuse(self, answer: Answer, reason: str = "") -> NoReturn:
        """Raise what a status that is no success means.

        Raises:
            QueryRejectedError: The query is wrong, or too wide.
            BackendUnavailableError: The server is.
        """
        status = answer.status
        reason = reason or _text(answer)
        said = f"answers {status}" + (f": {reason}" if reason else "")
        if status in {400, 422} and reason:
            raise self.rejected(reason)
        if status in {413, 414, 431}:
            raise self.rejected(f"{said}; the query is too long for it")
        if status in {408, 504}:
            raise BackendTimeoutError(
                f"{self.address}: {said}; ask for a shorter window",
                backend=self.backend,
                retryable=True,
            )
        if 300 <= status < 400:
            to = without_secrets(shown(answer.headers.get("location", "nowhere")))
            raise self.unavailable(
                f"{said} and leads to {to}; redirects are not followed, because they"
                " carry credentials along: set that address if it is right"
            )
        if status in {401, 403}:
            raise self.unavailable(f"{said}; check its tenant, bearer and username")
        raise self.unavailable(said, retryable=status in {429, 500, 502, 503})

    def steps(self, window: Window, step: timedelta | None, count: int = 1000) -> Steps:
        """Return when a range query is computed.

        Raises:
            QueryRejectedError: At more moments than a server gives points.
        """
        found = steps(window, step, count)
        if found.points > _MOST_POINTS:
            raise self.rejected(
                f"{found.points:,} points are more than the {_MOST_POINTS:,} that it"
                " gives; take a longer step or a shorter window"
            )
        return found

    def unavailable(
        self, message: str, *, retryable: bool = False
    ) -> BackendUnavailableError:
        """Return the error of a server that is not what it should be."""
        message = f"{self.address}: {message}"
        return BackendUnavailableError(
            message, backend=self.backend, retryable=retryable
        )

    def rejected(self, message: str) -> QueryRejectedError:
        """Return the error of a query that is wrong."""
        return QueryRejectedError(f"{self.address}: {message}", backend=self.backend)

    @contextmanager
    def understanding(self, of: str) -> Iterator[None]:
        """Turn what goes wrong while an answer is read into an error that names it.

        Raises:
            BackendUnavailableError: The answer has not the form that it should.
        """
        try:
            yield
        except (
            ArithmeticError,
            AttributeError,
            LookupError,
            RecursionError,
            TypeError,
            ValueError,
        ) as error:
            raise self.unavailable(
                f"its answer has not the form of {of}'s; is this {of}?"
            ) from error

    def facts(self, path: str, timeout: timedelta, of: str) -> ServerFacts:
        """Return what the server says of itself at its address for builds.

        Raises:
            BackendError: It cannot be asked, or does not know that address.
        """
        answer = self.get(path, {}, timeout)
        if answer.status != 200:
            self.refuse(answer)
        body = self.json_of(answer, of)
        with self.understanding(of):
            version = str((body.get("data") or body)["version"])
        return ServerFacts(
            self.backend, self.address, shown(version), self._skew(answer)
        )

    def _skew(self, answer: Answer) -> timedelta | None:
        try:
            theirs = parsedate_to_datetime(answer.headers.get("date", ""))
            return theirs - self._clock.now().replace(microsecond=0)
        except (TypeError, ValueError):
            return None


def shown(text: str) -> str:
    r"""Return a server's text as a message may show it: one short line.

    Control characters could rewrite the terminal that shows them.

    >>> shown("a\x1b[2Jb\nc")
    'a [2Jb c'
    """
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def notices(told: Any) -> tuple[str, ...]:
    """Return the warnings or infos of an answer, as far as they can be shown."""
    if not isinstance(told, list):
        return (shown(str(told)),) if told else ()
    return tuple(shown(str(each)) for each in told[:20])


def _text(answer: Answer) -> str:
    """Return the reason in an error's body; never a page, never log content.

    Loki shows the labels of the line that it stumbled over, and they hold what
    people did.
    """
    kind = answer.headers.get("content-type", "")
    text = answer.body[:20_000].decode("utf-8", "replace").strip()
    if "html" in kind or text[:1] == "<":
        return ""
    return shown(_LABELS.sub("{…}", text))


def _is_passing(outcome: Answer | HttpError) -> bool:
    """Tell whether a failure may be gone in a moment.

    A gateway's 503 is a text or a page; JSON comes from a server that has tried.
    """
    if isinstance(outcome, HttpError):
        return outcome.failure == "unreachable"
    return outcome.status == 503 and outcome.body.lstrip()[:1] != b"{"


def _check(endpoint: Endpoint, backend: str) -> None:
    if not endpoint.url.startswith(("http://", "https://")):
        raise ConfigError(
            f"{backend}: {without_secrets(endpoint.url)!r} is no address; it begins"
            " with http:// or https://"
        )
    tenants = endpoint.tenant.split("|")
    for tenant in tenants if endpoint.tenant else ():
        if len(tenant) > 150 or tenant in {".", ".."} or not _TENANT.fullmatch(tenant):
            raise ConfigError(
                f"{backend}: {tenant!r} is no tenant; it has 1 to 150 letters, digits"
                " and !-_.*'()"
            )
