"""HTTP: the one module that imports the HTTP library.

Every answer is bounded in time and in decoded bytes; the bounds hold for the
whole exchange, because the library's own time-outs are per read.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self

import httpx2

from runbookkit.errors import CouldNotCheckError
from runbookkit.model.base import Data

Transport = httpx2.BaseTransport
Failure = Literal["time-out", "too large", "unreachable", "refused"]


class HttpError(CouldNotCheckError):
    """No whole answer came; the message names the address and the reason."""

    def __init__(self, message: str, *, failure: Failure) -> None:
        super().__init__(message)
        self.failure: Failure = failure


@dataclass(frozen=True, slots=True)
class Endpoint(Data):
    """Where a server is and how it lets us in; secrets come from the environment."""

    url: str
    """Base address; it may have a path, such as ``/prometheus``."""
    tenant: str = ""
    """``X-Scope-OrgID`` of Loki, Tempo, Mimir and Cortex."""
    bearer: str = ""
    username: str = ""
    password: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    ca_file: str = ""
    """Certificates to trust; the system's when left out."""
    cert_file: str = ""
    """Our own certificate, for mutual TLS."""
    key_file: str = ""
    proxy: str = ""


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
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class HttpClient:
    """Asks servers; ``transport`` is for tests and transports of one's own."""

    bounds: Bounds = field(default_factory=Bounds)
    endpoint: Endpoint | None = None
    transport: Transport | None = None
    _context: ssl.SSLContext | None = None

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        bounds: Bounds | None = None,
    ) -> Answer:
        """Return the answer to a GET.

        Raises:
            HttpError: The server cannot be reached, is too slow, says too
                much, or redirects more often than the bounds allow.
        """
        return self._exchange("GET", url, params, None, headers, bounds)

    def post(
        self,
        url: str,
        *,
        form: Mapping[str, str],
        headers: Mapping[str, str] | None = None,
        bounds: Bounds | None = None,
    ) -> Answer:
        """Return the answer to a POST of a form.

        Raises:
            HttpError: As for :meth:`get`.
        """
        return self._exchange("POST", url, None, form, headers, bounds)

    def _exchange(
        self,
        method: str,
        url: str,
        params: Mapping[str, str] | None,
        form: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
        bounds: Bounds | None,
    ) -> Answer:
        bounds = bounds or self.bounds
        with _Deadline(bounds.seconds) as deadline:
            try:
                with (
                    self._client(bounds) as client,
                    client.stream(
                        method,
                        url,
                        params=params,
                        data=form,
                        headers=headers,
                        extensions={"trace": deadline.trace},
                    ) as response,
                ):
                    body = _body(response, bounds)
                    if deadline.passed:
                        # without a length, a cut connection looks like an end
                        raise httpx2.ReadTimeout("the time is over")
                    told = {k.lower(): v for k, v in response.headers.items()}
                    return Answer(response.status_code, body, str(response.url), told)
            except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
                if deadline.passed:
                    message = f"{url}: took more than {bounds.seconds:g} s"
                    raise HttpError(message, failure="time-out") from error
                failure, reason = _reason(error)
                raise HttpError(f"{url}: {reason}", failure=failure) from error

    def _client(self, bounds: Bounds) -> httpx2.Client:
        at = self.endpoint or Endpoint("")
        headers = {"user-agent": "runbookkit", **at.headers}
        if at.tenant:
            headers["x-scope-orgid"] = at.tenant
        if at.bearer:
            headers["authorization"] = f"Bearer {at.bearer}"
        return httpx2.Client(
            transport=self.transport,
            timeout=bounds.seconds,
            headers=headers,
            auth=(at.username, at.password) if at.username else None,
            verify=self._trust(at),
            proxy=at.proxy or None,
            # proxies of the environment are for the world outside
            trust_env=not _is_loopback(at.url),
            # a redirect would carry credentials to another host
            follow_redirects=bounds.redirects > 0,
            max_redirects=max(bounds.redirects, 1),
        )

    def _trust(self, at: Endpoint) -> ssl.SSLContext | bool:
        if at.url.startswith("http://"):
            return False  # no TLS, and a context costs more than a query
        if not at.ca_file and not at.cert_file:
            return True
        if self._context is None:
            self._context = ssl.create_default_context(cafile=at.ca_file or None)
            if at.cert_file:
                self._context.load_cert_chain(at.cert_file, at.key_file or None)
        return self._context


class _Deadline:
    """Ends an exchange when its time is over, wherever it hangs.

    The library's time-outs are per read: a server that drips a byte at a time
    would hold us for ever.
    """

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._streams: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Note the socket of each connection that the library opens."""
        if event == "connection.connect_tcp.complete":
            stream = info["return_value"].get_extra_info("socket")
            if isinstance(stream, socket.socket):
                self._streams.append(stream)

    def _end(self) -> None:
        self.passed = True
        for stream in self._streams:
            with contextlib.suppress(OSError):
                stream.shutdown(socket.SHUT_RDWR)


def _body(response: httpx2.Response, bounds: Bounds) -> bytes:
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > bounds.max_bytes:
            raise HttpError(
                f"{response.url}: more than {bounds.max_bytes} bytes",
                failure="too large",
            )
    return bytes(body)


def _is_loopback(url: str) -> bool:
    try:
        host = httpx2.URL(url).host
    except httpx2.InvalidURL:
        return False
    return host in {"localhost", "::1"} or host.startswith("127.")


def _reason(error: Exception) -> tuple[Failure, str]:
    if isinstance(error, httpx2.TimeoutException):
        return "time-out", "no answer in time"
    if isinstance(error, httpx2.TooManyRedirects):
        return "refused", "redirects too often"
    if isinstance(error, httpx2.InvalidURL):
        return "refused", f"not an address: {error}"
    return "unreachable", str(error) or type(error).__name__
