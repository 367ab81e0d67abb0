"""Send spoiled bodies to a receiver: none may bring it down or get lost.

    python benchmarks/receiver_fuzz.py [BODIES] [SEED]

Bodies are whole, cut, repeated, retyped and random. Each is answered 200, 4xx or the
deliberate 503; what was answered 200 is in the store at the end, and every 422 is
there as a dead letter.
"""

from __future__ import annotations

import http.client
import json
import sqlite3
import sys
import tempfile
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

from receiver_bodies import webhook
from receiver_servers import HOOK, ours

_PIECES: tuple[Any, ...] = (
    *(None, True, -1, 0, 1e308, 10**400, "", "x" * 5000, "\x00", "\ud800", [], {}),
    *("<!channel>", "{{ 7*7 }}", "0001-01-01T00:00:00Z", "9999-12-31T23:59:60Z"),
    *([[[[]]]], {"a": {"b": {}}}, "2026-11-20T11:58:00.123456789123Z"),
)
ALLOWED = frozenset({200, 413, 415, 422, 503})


def spoiled(random: Random) -> bytes:
    """Return one body; the same random numbers give the same one."""
    number = random.randrange(10**9)
    whole = webhook(random.choice((0, 1, 2, 3))).replace(
        b"@@@@@@@@@@@@", b"%012d" % number
    )
    kind = random.randrange(8)
    if kind == 0:
        return whole
    if kind == 1:
        return whole[: random.randrange(len(whole))]
    if kind == 2:
        at = random.randrange(len(whole))
        return whole[:at] + random.randbytes(random.randrange(1, 9)) + whole[at:]
    if kind == 3:
        return random.randbytes(random.randrange(200))
    if kind == 4:
        return random.choice((b"[", b'{"a":', b"[[")) * random.randrange(1, 5000)
    told = json.loads(whole)
    for _ in range(random.randrange(1, 4)):
        _retype(told, random)
    return json.dumps(told).encode()


def _retype(told: Any, random: Random) -> None:
    """Put something else somewhere, or leave something out."""
    while True:
        if isinstance(told, dict) and told:
            name: Any = random.choice(list(told))
        elif isinstance(told, list) and told:
            name = random.randrange(len(told))
        else:
            return
        inner = told[name]
        if isinstance(inner, dict | list) and inner and random.random() < 0.7:
            told = inner
        elif random.random() < 0.3:
            del told[name]
            return
        else:
            told[name] = random.choice(_PIECES)
            return


def send(port: int, count: int, seed: int) -> Counter[int]:
    """Return how often each status was answered."""
    random = Random(seed)
    statuses: Counter[int] = Counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for number in range(count):
        connection.request("POST", HOOK, spoiled(random))
        answer = connection.getresponse()
        answer.read()
        statuses[answer.status] += 1
        if answer.status not in ALLOWED:
            raise SystemExit(f"body {number} of seed {seed}: answered {answer.status}")
    connection.close()
    return statuses


def kept(port: int) -> Counter[str]:
    """Return what the server counts of itself."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/metrics")
    lines = connection.getresponse().read().decode().splitlines()
    connection.close()
    return Counter(
        {
            line.partition('status="')[2][:3]: int(float(line.rpartition(" ")[2]))
            for line in lines
            if line.startswith("runbookkit_webhooks_total{")
        }
    )


def stored(file: Path) -> Counter[str]:
    """Return how many bodies are in a store, by their state."""
    with sqlite3.connect(file) as connection:
        rows = connection.execute("SELECT state, COUNT(*) FROM delivery GROUP BY state")
        return Counter(dict(rows.fetchall()))


def main() -> int:
    count = int(sys.argv[1]) if sys.argv[1:] else 10_000
    seed = int(sys.argv[2]) if sys.argv[2:] else 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "log.sqlite"
        with ours(folder, str(file)) as server:
            statuses = send(server.port, count, seed)
            counted = kept(server.port)
        there = stored(file)
    print(f"{count} bodies of seed {seed}: {dict(statuses)}")
    print(f"counted by the server: {dict(counted)}; in the store: {dict(there)}")
    whole = there["kept"] >= statuses[200] and there["dead"] >= statuses[422]
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
