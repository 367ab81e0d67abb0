"""HTTP: the one module that imports the HTTP library.

Every answer is bounded in time and in decoded bytes; the bounds hold for the
whole exchange, because the library's own time-outs are per read.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import httpx2

from runbookkit.errors import CouldNotCheckError

Transport = httpx2.BaseTransport


class HttpError(CouldNotCheckError):
    """No whole answer came; the message names the address and the reason."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one exchange may cost."""

    seconds: float = 30.0
    """For the whole exchange, redirects included."""
    max_bytes: int = 8 * 1024 * 1024
    """Of the decoded body."""
    redirects: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer; any status is an answer."""

    status: int
    body: bytes
    url: str
    """The address that answered, after redirects."""


@dataclass(slots=True)
class HttpClient:
    """Asks servers; ``transport`` is for tests and proxies of one's own."""

    bounds: Bounds = field(default_factory=Bounds)
    headers: Mapping[str, str] = field(default_factory=dict)
    transport: Transport | None = None
    clock: Callable[[], float] = time.monotonic

    def get(self, url: str, *, params: Mapping[str, str] | None = None) -> Answer:
        """Return the answer to a GET.

        Raises:
            HttpError: The server cannot be reached, is too slow, says too
                much, or redirects more often than the bounds allow.
        """
        deadline = self.clock() + self.bounds.seconds
        client = httpx2.Client(
            transport=self.transport,
            timeout=min(self.bounds.seconds, 10.0),
            headers={"user-agent": "runbookkit", **self.headers},
            follow_redirects=self.bounds.redirects > 0,
            max_redirects=max(self.bounds.redirects, 1),
        )
        try:
            with client, client.stream("GET", url, params=params) as response:
                body = self._body(response, deadline)
                return Answer(response.status_code, body, str(response.url))
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise HttpError(f"{url}: {_reason(error)}") from error

    def _body(self, response: httpx2.Response, deadline: float) -> bytes:
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > self.bounds.max_bytes:
                raise HttpError(
                    f"{response.url}: more than {self.bounds.max_bytes} bytes"
                )
            if self.clock() > deadline:
                raise HttpError(
                    f"{response.url}: took more than {self.bounds.seconds:g} s"
                )
        return bytes(body)


def _reason(error: Exception) -> str:
    if isinstance(error, httpx2.TimeoutException):
        return "no answer in time"
    if isinstance(error, httpx2.TooManyRedirects):
        return "redirects too often"
    return str(error) or type(error).__name__
