"""What a notifier sends over HTTP, judged by status, within bounds.

Nothing is sent twice here: whether and when to try again is decided where it is kept
what was tried.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from runbookkit.errors import ConfigError, NotifierError
from runbookkit.http import (
    Answer,
    Bounds,
    Endpoint,
    HttpClient,
    HttpError,
    Transport,
    without_secrets,
)
from runbookkit.plaintext import cut, one_line

SECONDS: Final = 10.0
"""For one exchange; a lease outlasts all those of one effect."""
_MAX_BYTES: Final = 1024 * 1024
_SOON: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_DENIED: Final = frozenset({401, 403})
_DENIED_AGAIN: Final = 60.0
"""Seconds: somebody has to change a secret first."""
_LONGEST: Final = 300


class Sender:
    """A server that a notifier sends to."""

    def __init__(
        self,
        notifier: str,
        endpoint: Endpoint,
        *,
        transport: Transport | None = None,
        seconds: float = SECONDS,
    ) -> None:
        """Take an address in; nothing is sent yet.

        Raises:
            ConfigError: It is no address.
        """
        if not endpoint.url.startswith(("http://", "https://")):
            raise ConfigError(
                f"{notifier}: {without_secrets(endpoint.url)!r} is no address; it"
                " begins with http:// or https://"
            )
        self.notifier = notifier
        self._base = endpoint.url.rstrip("/")
        self._bounds = Bounds(seconds, _MAX_BYTES)
        self._http = HttpClient(endpoint=endpoint, transport=transport)

    def get(self, path: str, params: Mapping[str, str]) -> Any:
        """Return the JSON that is there.

        Raises:
            NotifierError: There is none, or it cannot be told.
        """
        return self.json_of(self.judged(self._sent("GET", path, params=params)))

    def post(
        self, path: str, body: Any, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send JSON; return the answer if it is a success.

        Raises:
            NotifierError: It was refused, or nobody knows whether it was taken.
        """
        content = json.dumps(body).encode()
        return self.send("POST", path, content, headers)

    def send(
        self,
        method: str,
        path: str,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a body of JSON as it is; return the answer if it is a success.

        Raises:
            NotifierError: As for :meth:`post`.
        """
        told = {"content-type": "application/json", **(headers or {})}
        return self.judged(self._sent(method, path, content=content, headers=told))

    def json_of(self, answer: Answer) -> Any:
        """Return the JSON of an answer.

        Raises:
            NotifierError: It is none.
        """
        try:
            return json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise self.error("its answer is no JSON", retryable=True) from error

    def judged(self, answer: Answer) -> Answer:
        """Return an answer that is a success.

        Raises:
            NotifierError: It is none.
        """
        status = answer.status
        if 200 <= status < 300:
            return answer
        said = f"answers {status}"
        reason = _reason(answer)
        said += f": {reason}" if reason else ""
        if status in _DENIED:
            raise self.error(
                f"{said}; check its token", retryable=True, after=_DENIED_AGAIN
            )
        raise self.error(said, retryable=status in _SOON, after=_after(answer))

    def error(
        self, message: str, *, retryable: bool, after: float | None = None
    ) -> NotifierError:
        """Return the error of an effect that is not known to have happened."""
        return NotifierError(
            f"{without_secrets(self._base)}: {message}",
            notifier=self.notifier,
            retryable=retryable,
            retry_after=after,
        )

    def _sent(
        self,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        try:
            return self._http.send(
                method,
                self._base + path,
                content=content,
                params=params,
                headers=headers,
                bounds=self._bounds,
            )
        except HttpError as error:
            retryable = error.failure in {"time-out", "unreachable"}
            raise NotifierError(
                str(error), notifier=self.notifier, retryable=retryable
            ) from error


def _after(answer: Answer) -> float | None:
    told = answer.headers.get("retry-after", "")
    return float(told) if told.isdecimal() else None


def _reason(answer: Answer) -> str:
    """Return what a server says of its refusal; never a page."""
    try:
        body = json.loads(answer.body[:20_000])
    except (ValueError, RecursionError):
        return ""
    if not isinstance(body, dict):
        return ""
    told = [body.get(name) for name in ("message", "error", "errors")]
    return cut(one_line("; ".join(str(each) for each in told if each)), _LONGEST)
