"""Listen on an address until told to stop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from typing import Any, Final, NamedTuple, cast

import uvicorn
from anyio import to_thread

from runbookkit.errors import ConfigError
from runbookkit.server.edge import Asgi

_THREADS: Final = 8


class Place(NamedTuple):
    """Where to listen."""

    host: str
    port: int

    @property
    def is_public(self) -> bool:
        """Whether other machines can reach it."""
        if self.host == "localhost":
            return False
        try:
            return not ip_address(self.host).is_loopback
        except ValueError:
            return True


def place_of(listen: str) -> Place:
    """Return the place that a text names.

    Raises:
        ConfigError: It names none.

    >>> place_of("[::1]:8420")
    Place(host='::1', port=8420)
    >>> place_of(":8420").is_public
    True
    """
    host, colon, port = listen.rpartition(":")
    if not colon or not port.isdigit() or int(port) > 65535:
        raise ConfigError(
            f"serve.listen: {listen!r} is no address; write 127.0.0.1:8420"
        )
    return Place(host.strip("[]") or "0.0.0.0", int(port))  # noqa: S104  no host means all, as elsewhere


def bound(place: Place) -> socket.socket:
    """Return a socket that listens there.

    Raises:
        ConfigError: The address is taken, or not of this machine.
    """
    try:
        family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
        return socket.create_server(
            (place.host, place.port), family=family, backlog=2048
        )
    except OSError as error:
        raise ConfigError(
            f"serve.listen: {place.host}:{place.port}: {error.strerror}; choose another"
            " with --listen"
        ) from error


class Listener(uvicorn.Server):
    """A server that ends what would hold it up, before it waits for what it answers."""

    def __init__(self, config: uvicorn.Config, ending: Callable[[], None]) -> None:
        super().__init__(config)
        self._ending = ending

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Bound the threads first: each has its own connection to the store."""
        threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="edge")
        asyncio.get_running_loop().set_default_executor(threads)
        to_thread.current_default_thread_limiter().total_tokens = _THREADS
        await super().startup(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End live events, then wait for the requests that are being answered."""
        self._ending()
        await super().shutdown(sockets)


def server_of(app: Asgi, *, ending: Callable[[], None]) -> Listener:
    """Return a server for an application, with the bounds that hold for all."""
    config = uvicorn.Config(
        cast("Any", app),
        log_config=None,
        access_log=False,
        # whoever sits between says who called; we believe none unasked
        proxy_headers=False,
        server_header=False,
        # Alertmanager keeps idle connections for five minutes; whoever closes
        # first breaks a webhook that is just being sent
        timeout_keep_alive=330,
        timeout_graceful_shutdown=10,
        lifespan="off",
    )
    return Listener(config, ending)
