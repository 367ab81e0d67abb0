"""HTTP: the one module that imports the HTTP library.

Every answer is bounded in time and in decoded bytes; the bounds hold for the
whole exchange, because the library's own time-outs are per read.
"""

from __future__ import annotations

import contextlib
import json
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import httpx2

from runbookkit.errors import CouldNotCheckError
from runbookkit.model.base import Data

Transport = httpx2.BaseTransport
LibraryError = httpx2.HTTPError
"""What a client library that talks HTTP by itself may let through."""
NEVER_SENT: Final = (httpx2.ConnectError, httpx2.ConnectTimeout)
"""Of these, what says that no request has left."""
Failure = Literal["time-out", "too large", "unreachable", "refused"]
_KEPT: Final = 10
"""Connections to one server, at most, that wait for their next exchange."""
_LOOPBACK: Final = re.compile(r"https?://(localhost|127\.[\d.]+|\[::1\])(:\d+)?(/|$)")
_GRACE: Final = 0.5
"""Seconds that an exchange has to wind up once its sockets are closed."""


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
    bearer: str = field(default="", repr=False)
    username: str = ""
    password: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
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


@dataclass(frozen=True, slots=True)
class _Line:
    """A client of one exchange at a time, and the sockets that it has opened."""

    client: httpx2.Client
    streams: list[socket.socket] = field(default_factory=list)


class _Idle:
    """Lines that no exchange uses; safe to use from many threads."""

    def __init__(self) -> None:
        self._lines: list[_Line] = []

    def take(self) -> _Line | None:
        with contextlib.suppress(IndexError):
            return self._lines.pop()
        return None

    def give(self, line: _Line) -> None:
        line.streams[:] = [each for each in line.streams if each.fileno() >= 0]
        if len(self._lines) < _KEPT:
            self._lines.append(line)
        else:
            line.client.close()

    def __del__(self) -> None:
        for line in self._lines:
            line.client.close()


@dataclass(slots=True)
class HttpClient:
    """Asks servers; ``transport`` is for tests and transports of one's own."""

    bounds: Bounds = field(default_factory=Bounds)
    endpoint: Endpoint | None = None
    transport: Transport | None = None
    keeps: bool = False
    """Whether connections are kept for the next exchange with the same server."""
    _context: ssl.SSLContext | None = None
    _idle: _Idle = field(default_factory=_Idle)

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

    def post_json(self, url: str, body: Any) -> Answer:
        """Return the answer to a POST of JSON.

        Raises:
            HttpError: As for :meth:`get`.
        """
        headers = {"content-type": "application/json"}
        content = json.dumps(body).encode()
        return self._exchange("POST", url, None, None, headers, None, content)

    def send(
        self,
        method: str,
        url: str,
        *,
        content: bytes | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        bounds: Bounds | None = None,
    ) -> Answer:
        """Return the answer to a request whose body is made already.

        Raises:
            HttpError: As for :meth:`get`.
        """
        return self._exchange(method, url, params, None, headers, bounds, content)

    def _exchange(  # noqa: PLR0913, PLR0917  one parameter a part of a request
        self,
        method: str,
        url: str,
        params: Mapping[str, str] | None,
        form: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
        bounds: Bounds | None,
        content: bytes | None = None,
    ) -> Answer:
        bounds = bounds or self.bounds

        def send(under_way: _UnderWay) -> Answer:
            with (
                self._line(under_way, bounds) as client,
                client.stream(
                    method,
                    url,
                    params=params,
                    data=form,
                    content=content,
                    headers=headers,
                    # longer than ours, which tells why the exchange ended
                    timeout=bounds.seconds + _GRACE,
                    extensions={"trace": under_way.trace},
                ) as response,
            ):
                told = {k.lower(): v for k, v in response.headers.items()}
                body = _body(response, bounds)
                return Answer(response.status_code, body, str(response.url), told)

        return _UnderWay(without_secrets(url)).result(send, bounds.seconds)

    @contextlib.contextmanager
    def _line(self, under_way: _UnderWay, bounds: Bounds) -> Iterator[httpx2.Client]:
        """Lend a client to one exchange; what went wrong in it is not used again."""
        line = self._idle.take() if self.keeps else None
        line = line or _Line(self._client(bounds, under_way.url))
        under_way.use(line)
        try:
            yield line.client
        except BaseException:
            line.client.close()
            raise
        if not self.keeps or not under_way.leave():
            line.client.close()
        else:
            self._idle.give(line)

    def _client(self, bounds: Bounds, url: str) -> httpx2.Client:
        at = self.endpoint or Endpoint("")
        headers = {"user-agent": "runbookkit", **at.headers}
        if at.tenant:
            headers["x-scope-orgid"] = at.tenant
        if at.bearer:
            headers["authorization"] = f"Bearer {at.bearer}"
        return httpx2.Client(
            transport=self.transport,
            headers=headers,
            auth=(at.username, at.password) if at.username else None,
            verify=self._trust(at, bounds),
            proxy=at.proxy or None,
            # proxies of the environment are for the world outside
            trust_env=not _LOOPBACK.match(at.url or url),
            # a redirect would carry credentials to another host
            follow_redirects=bounds.redirects > 0,
            max_redirects=max(bounds.redirects, 1),
        )

    def _trust(self, at: Endpoint, bounds: Bounds) -> ssl.SSLContext | bool:
        if at.url.startswith("http://") and not bounds.redirects:
            return False  # no TLS, and a context costs more than a query
        if self._context is None:
            try:
                context = ssl.create_default_context(cafile=at.ca_file or None)
                if at.cert_file:
                    context.load_cert_chain(at.cert_file, at.key_file or None)
            except OSError as error:
                files = ", ".join(filter(None, (at.ca_file, at.cert_file, at.key_file)))
                raise HttpError(
                    f"{files}: no certificates that can be used: {error}",
                    failure="refused",
                ) from error
            self._context = context
        return self._context


class _UnderWay:
    """One exchange, in a thread of its own, so that nothing can hold its caller.

    The library's time-outs are per read: a server that drips a byte at a time
    would hold us for ever. And none holds while a name is looked up.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._lock = threading.Lock()
        self._over = False
        self._streams: list[socket.socket] = []
        """Of the line that it uses; none once the line is given back."""
        self._done = threading.Event()
        self._outcome: Answer | HttpError = HttpError(
            f"{url}: the exchange broke off", failure="unreachable"
        )

    def use(self, line: _Line) -> None:
        """Cut this line's connections when the time is over."""
        with self._lock:
            self._streams = line.streams

    def leave(self) -> bool:
        """Let go of the line; False when its connections are being cut."""
        with self._lock:
            self._streams = []
            return not self._over

    def result(self, send: Callable[[_UnderWay], Answer], seconds: float) -> Answer:
        """Return the answer, or raise an error once the time is over."""
        worker = threading.Thread(
            target=self._run, args=(send,), name="http", daemon=True
        )
        worker.start()
        try:
            if not self._done.wait(seconds):
                # without a length, a cut connection looks like an end: no
                # answer that comes from now on is one
                raise HttpError(
                    f"{self.url}: took more than {seconds:g} s", failure="time-out"
                )
        finally:
            if not self._done.is_set():
                self._end()
                self._done.wait(_GRACE)
        if isinstance(self._outcome, HttpError):
            raise self._outcome
        return self._outcome

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Note the socket of each connection that the library opens."""
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            # TLS puts a socket of its own in the first one's place
            stream = info["return_value"].get_extra_info("socket")
            with self._lock:
                if isinstance(stream, socket.socket):
                    self._streams.append(stream)
                over = self._over
            if over:
                self._end()

    def _run(self, send: Callable[[_UnderWay], Answer]) -> None:
        try:
            self._outcome = send(self)
        except HttpError as error:
            self._outcome = error
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, UnicodeError) as error:
            failure, reason = _reason(error)
            self._outcome = HttpError(f"{self.url}: {reason}", failure=failure)
            self._outcome.__cause__ = error
        finally:
            self._done.set()

    def _end(self) -> None:
        with self._lock:
            self._over = True
            streams = tuple(self._streams)
        for stream in streams:
            with contextlib.suppress(OSError):
                # not TLS' own, which pulls the connection from under its reader
                socket.socket.shutdown(stream, socket.SHUT_RDWR)


def without_secrets(url: str) -> str:
    """Return an address without user, password, parameters and fragment.

    >>> without_secrets("https://me:secret@db.example:9090/prometheus?x=1")
    'https://db.example:9090/prometheus'
    """
    scheme, separator, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    shown = scheme + separator + host.rpartition("@")[2] + slash + path
    return shown.partition("?")[0].partition("#")[0]


def _body(response: httpx2.Response, bounds: Bounds) -> bytes:
    body = bytearray()
    announced = response.headers.get("content-length", "")
    packed = "content-encoding" in response.headers
    if announced.isdigit() and not packed and int(announced) > bounds.max_bytes:
        raise _too_large(response, bounds)
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > bounds.max_bytes:
            raise _too_large(response, bounds)
    return bytes(body)


def _too_large(response: httpx2.Response, bounds: Bounds) -> HttpError:
    return HttpError(
        f"{without_secrets(str(response.url))}: more than {bounds.max_bytes} bytes",
        failure="too large",
    )


def _reason(error: Exception) -> tuple[Failure, str]:
    if isinstance(error, httpx2.TimeoutException):
        return "time-out", "no answer in time"
    if isinstance(error, httpx2.TooManyRedirects):
        return "refused", "redirects too often"
    if isinstance(error, (httpx2.InvalidURL, httpx2.UnsupportedProtocol, UnicodeError)):
        return "refused", f"not an address or header that can be sent: {error}"
    if isinstance(error, httpx2.LocalProtocolError):
        return "refused", f"cannot be asked so: {error}"
    return "unreachable", str(error) or type(error).__name__
