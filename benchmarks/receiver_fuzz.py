"""Send spoiled requests to a receiver: none may bring it down or get lost.

    python benchmarks/receiver_fuzz.py [BODIES] [SEED] [--store sqlite|postgres]

They go over the wire to `runbook serve` in a process of its own: payloads of all
kinds of sources, whole, cut, repeated, retyped and random, in chunks, with odd
headers, wrong lengths, several at once, without credentials, replayed, too large and
compressed. None may be answered with a 5xx but the 503 that means "send it again".
What was answered 200 is in the store at the end, every 422 is a dead letter there, and
of what was refused there is nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import re
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from fuzz_requests import CONFIG, SECRET, Shot, shot
from receiver_bodies import webhook
from receiver_servers import HOOK, Server, ours

from runbookkit.app.effecting import remember
from runbookkit.clock import SystemClock
from runbookkit.model.incident import Want
from runbookkit.store.open import open_store

CONNECTIONS = 24
_SECONDS = 60
_TOLD = 20
_MEANT = (b"not kept within", b"too many bodies", b"too many webhooks")
"""What a 503 says that is meant: there is too much to do just now."""
_STATUS = re.compile(rb"HTTP/1\.1 (\d{3})")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass
class Seen:
    """What came back, and what must therefore be in the store."""

    statuses: Counter[int] = field(default_factory=Counter)
    kinds: Counter[tuple[str, int]] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    """Digests, shortened: there are a million of them."""
    dead: Counter[str] = field(default_factory=Counter)
    refused: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def tell(self, line: str) -> None:
        """Say what is wrong at once: the rest may take an hour."""
        self.wrong.append(line)
        if len(self.wrong) <= _TOLD:
            print(line, flush=True)

    def note(self, number: int, each: Shot, status: int, body: bytes) -> None:
        """Take note of an answer; 0 for none."""
        self.statuses[status] += 1
        self.kinds[each.kind, status] += 1
        meant = status == 503 and any(word in body for word in _MEANT)
        fine = status < 500 if each.broken else status in each.allowed
        if not fine and not meant:
            said = body[:200].decode("utf-8", "replace")
            self.tell(f"{number}: {each.kind}: {status} {said}: {each.wire[:400]!r}")
        digest = each.digest[:16]
        if status == 200 and each.kind == "alertmanager":
            self.kept[digest] += 1
        elif status == 422 and digest:
            self.dead[digest] += 1
        elif digest and 400 <= status < 500:
            self.refused.add(digest)
        if status == 200 and each.key and b"ignored" not in body:
            self.keys.add(each.key)


class Wire:
    """One connection, made anew whenever the other side has closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, wires: list[bytes]) -> list[tuple[int, bytes]]:
        """Send requests at once; return the answers until one closes the connection."""
        reader, writer = await self._opened()
        writer.write(b"".join(wires))
        answers: list[tuple[int, bytes]] = []
        for _ in wires:
            status, body, over = await _answer(reader)
            answers.append((status, body))
            if over:
                await self.close()
                break
        return answers

    async def break_off(self, wire: bytes) -> list[tuple[int, bytes]]:
        """Send something that has no end; return all answers."""
        await self.close()
        reader, writer = await self._opened()
        writer.write(wire)
        await asyncio.sleep(0)
        writer.write_eof()
        answers: list[tuple[int, bytes]] = []
        over = False
        while not over:
            try:
                status, body, over = await _answer(reader)
            except (asyncio.IncompleteReadError, ConnectionError):
                break
            answers.append((status, body))
        await self.close()
        return answers

    async def close(self) -> None:
        if self._open is not None:
            writer = self._open[1]
            self._open = None
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _opened(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._open is None:
            self._open = await asyncio.open_connection("127.0.0.1", self._port)
        return self._open


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes, bool]:
    """Return status and body of an answer, and whether it is the last."""
    while True:
        head = await reader.readuntil(b"\r\n\r\n")
        found = _STATUS.match(head)
        status = int(found[1]) if found else 599
        if status >= 200:
            break
    length = _LENGTH.search(head)
    body = await reader.readexactly(int(length[1]) if length else 0)
    return status, body, b"connection: close" in head.lower()


async def _send_some(port: int, seed: int, numbers: Iterator[int], seen: Seen) -> None:
    wire, random = Wire(port), Random(port)
    for number in numbers:
        each = shot(seed, number)
        if each.broken:
            answers = await wire.break_off(each.wire)
            for status, body in answers or [(0, b"")]:
                seen.note(number, each, status, body)
            continue
        several = [(number, each)]
        while random.random() < 0.2 and not each.again:
            following = next(numbers, None)
            if following is None:
                break
            several.append((following, shot(seed, following)))
        await _send_all(wire, several, seen)
    await wire.close()


async def _send_all(wire: Wire, several: list[tuple[int, Shot]], seen: Seen) -> None:
    """Send requests at once, and those behind a refusal again, until all are answered."""
    for number, each in [one for one in several if one[1].broken]:
        for status, body in await wire.break_off(each.wire) or [(0, b"")]:
            seen.note(number, each, status, body)
    left = [one for one in several if not one[1].broken]
    while left:
        try:
            async with asyncio.timeout(_SECONDS):
                answers = await wire.send([each.wire for _, each in left])
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError) as error:
            seen.tell(f"{left[0][0]}: {left[0][1].kind}: no answer: {error!r}")
            await wire.close()
            return
        for (number, each), (status, body) in zip(left, answers, strict=False):
            seen.note(number, each, status, body)
            if each.again and status == 200:
                await _replay(wire, number, each, seen)
        left = left[len(answers) :]


async def _replay(wire: Wire, number: int, each: Shot, seen: Seen) -> None:
    status, body = (await wire.send([each.wire]))[0]
    seen.kinds["replayed", status] += 1
    if status != 401:
        seen.tell(f"{number}: replayed: {status} {body!r}")


async def send(server: Server, count: int, seed: int, *, told: bool = True) -> Seen:
    """Send so many requests over several connections."""
    seen = Seen()
    begun = time.monotonic()
    step = max(count // 20, 1)

    def counted() -> Iterator[int]:
        for number in range(count):
            if told and number and number % step == 0:
                rate = number / (time.monotonic() - begun)
                line = f"{number} sent, {rate:.0f}/s, {megabytes(server.pid)} MB"
                print(f"{line}, {len(seen.wrong)} wrong", flush=True)
            yield number

    numbers = counted()
    async with asyncio.TaskGroup() as group:
        for _ in range(CONNECTIONS):
            group.create_task(_send_some(server.port, seed, numbers, seen))
    return seen


def megabytes(pid: int, what: str = "VmRSS") -> int:
    """Return the memory of a process; ``VmHWM`` is the most that it had."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith(what))


async def _send_one(port: int, request: bytes) -> None:
    wire = Wire(port)
    await wire.send([request])
    await wire.close()


def begin(server: Server, store: str) -> None:
    """Have one incident with a channel, for chats and pagers to speak of."""
    request = b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s"
    body = webhook(1)
    wire = request % (HOOK.encode(), len(body), body)
    asyncio.run(_send_one(server.port, wire))
    opened = open_store(store, clock=SystemClock().now)
    try:
        decide = remember(1, "slack", {"channel": "C1"})
        opened.decide(Want(incidents=(1,)), decide)
    finally:
        opened.close()


@contextmanager
def reading(store: str) -> Iterator[Any]:
    if store.startswith("postgresql:"):
        psycopg = importlib.import_module("psycopg")
        with psycopg.connect(store) as connection:
            yield connection
    else:
        with closing(sqlite3.connect(store)) as connection:
            yield connection


def check(seen: Seen, store: str) -> dict[str, int]:
    """Return what is wrong with a store, by what it is."""
    kept: Counter[str] = Counter()
    dead: Counter[str] = Counter()
    with reading(store) as connection:
        for digest, state in connection.execute("SELECT digest, state FROM delivery"):
            (kept if state == "kept" else dead)[digest[:16]] += 1
        rows = connection.execute("SELECT key FROM event WHERE key <> ''")
        keys = {row[0] for row in rows}
    expected = set(seen.kept) | set(seen.dead)
    refused = seen.refused - expected
    return {
        "answered 200 and not in the store": (seen.kept - kept).total(),
        "answered 422 and no dead letter": (seen.dead - dead).total(),
        "kept events that are not there": len(seen.keys - keys),
        "refused and in the store": len(refused & (set(kept) | set(dead))),
    }


@dataclass(frozen=True)
class Outcome:
    seen: Seen
    wrong: dict[str, int]
    peak_megabytes: int


def fuzzed(folder: Path, store: str, count: int, seed: int, *, told: bool) -> Outcome:
    """Send so many requests to a server of its own; return what came of it."""
    (folder / "secret").write_text(SECRET)
    with ours(folder, store, CONFIG) as server:
        begin(server, store)
        seen = asyncio.run(send(server, count, seed, told=told))
        peak = megabytes(server.pid, "VmHWM")
    wrong = check(seen, store)
    wrong["answered as it must not be"] = len(seen.wrong)
    return Outcome(seen, wrong, peak)


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    sys.path.append(str(Path(__file__).parent.parent / "tests"))
    servers = importlib.import_module("servers")  # lies with the tests
    place = folder / "postgres"
    place.mkdir()
    with servers.postgres(place) as url:
        yield url


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bodies", type=int, nargs="?", default=10_000)
    parser.add_argument("seed", type=int, nargs="?", default=0)
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = nullcontext(str(folder / "log.sqlite"))
        with file if options.store == "sqlite" else postgres(folder) as store:
            outcome = fuzzed(folder, store, options.bodies, options.seed, told=True)
    seen = outcome.seen
    print(f"{options.bodies} requests of seed {options.seed}, {options.store}")
    print(f"by status: {dict(sorted(seen.statuses.items()))}; 0 is a closed connection")
    for (kind, status), count in sorted(seen.kinds.items()):
        print(f"  {kind}: {status}: {count}")
    print(f"the server held {outcome.peak_megabytes} MB at most; {outcome.wrong}")
    return 1 if any(outcome.wrong.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
