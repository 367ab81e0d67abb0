"""A server that does to its clients whatever a broken one can."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

Behave = Callable[[socket.socket, threading.Event], None]
_JSON = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
_MEGABYTE = 1024 * 1024
_TEN_GIGABYTES = 10_000_000_000


def _hangs(_: socket.socket, halt: threading.Event) -> None:
    halt.wait()


def _drips(client: socket.socket, halt: threading.Event) -> None:
    client.sendall(_JSON + b"content-length: 1000\r\n\r\n")
    while not halt.wait(0.1):
        client.sendall(b" ")


def _drips_headers(client: socket.socket, halt: threading.Event) -> None:
    client.sendall(_JSON)
    while not halt.wait(0.1):
        client.sendall(b"x")


def _always_continues(client: socket.socket, halt: threading.Event) -> None:
    while not halt.wait(0.001):
        client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


def _floods(client: socket.socket, halt: threading.Event) -> None:
    client.sendall(_JSON + b"\r\n")
    while not halt.is_set():
        client.sendall(b"[[],[],[" * (_MEGABYTE // 8))


def _announces_a_flood(client: socket.socket, halt: threading.Event) -> None:
    client.sendall(_JSON + b"content-length: %d\r\n\r\n" % _TEN_GIGABYTES)
    while not halt.is_set():
        client.sendall(b" " * _MEGABYTE)


def _floods_headers(client: socket.socket, halt: threading.Event) -> None:
    client.sendall(_JSON)
    while not halt.is_set():
        client.sendall(b"x-more: " + b"x" * 1000 + b"\r\n")


@cache
def _packed() -> bytes:
    packer = zlib.compressobj(1, wbits=31)
    parts = [packer.compress(b" " * _MEGABYTE) for _ in range(64)]
    return b"".join([*parts, packer.flush()])


def _bombs(client: socket.socket, _: threading.Event) -> None:
    body = _packed()
    head = b"content-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(body)
    client.sendall(_JSON + head + body)


def _resets(client: socket.socket, _: threading.Event) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _resets_half_way(client: socket.socket, halt: threading.Event) -> None:
    client.sendall(_JSON + b'content-length: 100\r\n\r\n{"status": "succ')
    _resets(client, halt)


def _says(body: bytes, head: bytes = _JSON) -> Behave:
    def behave(client: socket.socket, _: threading.Event) -> None:
        length = b"content-length: %d\r\n\r\n" % len(body)
        client.sendall(head + length + body)

    return behave


def _answers(status: int, body: bytes, kind: str, more: str = "") -> Behave:
    head = f"HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\n{more}"
    return _says(body, head.encode())


def _raw(data: bytes) -> Behave:
    def behave(client: socket.socket, _: threading.Event) -> None:
        client.sendall(data)

    return behave


_PAGE = b"<html><body>Please log in</body></html>"
_FAILED = {"status": "error", "errorType": "internal", "error": "the disk is full"}

ENDLESS: dict[str, Behave] = {
    "hangs": _hangs,
    "drips": _drips,
    "drips headers": _drips_headers,
    "always says continue": _always_continues,
}
"""They end only when the client does."""

LARGE: dict[str, Behave] = {
    "answers 10 GB": _floods,
    "announces 10 GB": _announces_a_flood,
    "sends headers without end": _floods_headers,
    "unpacks to 64 MB": _bombs,
    "sends millions of values": _says(b"[" + b"[]," * 2_000_000 + b"[]]"),
    "sends a million brackets": _says(b"[" * 1_000_000),
}

BROKEN: dict[str, Behave] = {
    "resets": _resets,
    "resets half way": _resets_half_way,
    "closes at once": _raw(b""),
    "speaks another protocol": _raw(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "stops half way": _raw(_JSON + b"content-length: 100\r\n\r\n{"),
    "sends no JSON": _says(b'{"status": "success", "data": '),
    "sends nothing": _says(b""),
    "sends null": _says(b"null"),
    "sends a list": _says(b"[1, 2]"),
    "sends a text": _says(b'"success"'),
    "sends no text": _says(b"\xff\xfe{}"),
    "sends brackets": _says(b"[" * 100_000),
    "sends an error with status 200": _says(json.dumps(_FAILED).encode()),
    "sends a page": _answers(200, _PAGE, "text/html"),
    "sends broken gzip": _says(b"no gzip", _JSON + b"content-encoding: gzip\r\n"),
    "wants a login": _answers(401, _PAGE, "text/html"),
    "knows no such page": _answers(404, _PAGE, "text/html"),
    "refuses the form with a page": _answers(400, _PAGE, "text/html"),
    "is overloaded": _answers(429, b"too many", "text/plain"),
    "fails": _answers(500, b"panic: nil", "text/plain"),
    "has no server behind it": _answers(502, _PAGE, "text/html"),
    "is away": _answers(503, _PAGE, "text/html"),
    "gives up": _answers(504, _PAGE, "text/html"),
    "has no content": _raw(b"HTTP/1.1 204 No Content\r\n\r\n"),
    "is a teapot": _answers(418, b"\x1b[2Jteapot", "text/plain"),
    "redirects to itself": _answers(
        302, b"", "text/plain", "location: /api/v1/query\r\n"
    ),
}
"""They answer at once, and wrongly."""


@contextmanager
def hostile(behave: Behave, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serve one behaviour; yield the address."""
    halt = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    clients: list[threading.Thread] = []

    def serve() -> None:
        while not halt.is_set():
            try:
                client, _ = listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=_one, args=(client, behave, halt, tls))
            clients.append(thread)
            thread.start()

    server = threading.Thread(target=serve)
    server.start()
    port = listener.getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        halt.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for thread in (server, *clients):
            thread.join()


def _one(
    client: socket.socket,
    behave: Behave,
    halt: threading.Event,
    tls: ssl.SSLContext | None,
) -> None:
    try:
        if tls is not None:
            client = tls.wrap_socket(client, server_side=True)
        with client:
            request = b""
            while b"\r\n\r\n" not in request:
                got = client.recv(65_536)
                if not got:
                    return
                request += got
            behave(client, halt)
    except OSError:
        return  # the client has had enough


def refused() -> str:
    """Return an address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"
