"""Take in the body of a request: counted while it streams, bounded in time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Final

from runbookkit.errors import RunbookkitError

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_DRAINED: Final = 4 * 1024 * 1024


class RefusedError(RunbookkitError):
    """A request that is not taken; only the outermost handler sees this."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status = status
        self.said = said


@dataclass(slots=True)
class Memory:
    """Bytes of bodies that are held at the same time, and how many may be."""

    limit: int
    held: int = 0


@dataclass(slots=True)
class Incoming:
    """The pieces of one body as they come."""

    receive: Receive
    more: bool = True

    async def piece(self) -> bytes:
        """Return the next piece.

        Raises:
            RefusedError: 400, the connection ended.
        """
        message = await self.receive()
        if message["type"] == "http.disconnect":
            raise RefusedError(400, "the connection ended within the body")
        self.more = message.get("more_body", False)
        piece: bytes = message.get("body", b"")
        return piece

    async def drain(self) -> None:
        """Read on a little: who is still sending would not read an answer.

        Raises:
            RefusedError: 400, the connection ended.
            TimeoutError: The sender takes its time.
        """
        left = _DRAINED
        async with asyncio.timeout(1):
            while self.more and left > 0:
                left -= len(await self.piece())


async def whole_body(
    headers: Mapping[bytes, bytes], incoming: Incoming, limit: int, memory: Memory
) -> bytes:
    """Return the body of a request; ``memory`` holds its size until it is let go.

    Raises:
        RefusedError: 413, 415, or 503 when other bodies fill the memory.
    """
    encoding = headers.get(b"content-encoding", b"identity").strip().lower()
    if encoding not in {b"", b"identity"}:
        raise RefusedError(415, "send the body without Content-Encoding")
    length = headers.get(b"content-length", b"")
    if length.isdigit() and int(length) > limit:
        raise RefusedError(413, f"the body is larger than {limit} bytes")
    pieces: list[bytes] = []
    size = 0
    try:
        while incoming.more:
            pieces.append(await incoming.piece())
            size += len(pieces[-1])
            memory.held += len(pieces[-1])
            _check(size, limit, memory)
    except BaseException:
        memory.held -= size
        raise
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _check(size: int, limit: int, memory: Memory) -> None:
    if size > limit:
        raise RefusedError(413, f"the body is larger than {limit} bytes")
    if memory.held > memory.limit:
        raise RefusedError(503, "too many bodies at once; send it again")
