"""Three servers on one PostgreSQL under load, one of them killed every two seconds.

    python benchmarks/replicas.py [SECONDS] [SEED]

Every webhook that was answered 200 is kept, every alert has one incident, and no
incident is there twice. Webhooks that were not answered are sent again, as
Alertmanager does.
"""

from __future__ import annotations

import http.client
import importlib
import json
import os
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from receiver_bodies import webhook
from receiver_servers import HOOK, Server, ours

_REPLICAS = 3
_SENDERS = 6


@dataclass
class Fleet:
    """Servers that come and go; senders take whichever is there."""

    folder: Path
    store: str
    ports: list[int] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    """Names of the services whose webhooks were answered 200."""
    failed: Counter[str] = field(default_factory=Counter)
    over: threading.Event = field(default_factory=threading.Event)

    def keep_up(self, number: int, random: Random) -> None:
        """Run one server after the other, each until it is killed."""
        folder = self.folder / str(number)
        folder.mkdir()
        while not self.over.is_set():
            with ours(folder, self.store) as server:
                self.ports.append(server.port)
                # of three, one is killed every two seconds
                self.over.wait(random.uniform(4, 8))
                self.ports.remove(server.port)
                if not self.over.is_set():
                    _kill(server)

    def send(self, number: int, random: Random) -> None:
        """Send webhooks, each until somebody answers 200."""
        count = 0
        while not self.over.is_set():
            count += 1
            name = f"{number:06d}{count:06d}"
            body = webhook(2).replace(b"@@@@@@@@@@@@", name.encode())
            while not self._sent(body, random):
                if self.over.wait(0.05):
                    return
            self.kept.append(name)

    def _sent(self, body: bytes, random: Random) -> bool:
        if not self.ports:
            return False
        try:
            connection = http.client.HTTPConnection(
                "127.0.0.1", random.choice(self.ports), timeout=10
            )
            connection.request("POST", HOOK, body)
            status = connection.getresponse().status
            connection.close()
        except (OSError, http.client.HTTPException, IndexError) as error:
            self.failed[type(error).__name__] += 1
            return False
        if status != 200:
            self.failed[str(status)] += 1
        return status == 200


def _kill(server: Server) -> None:
    os.kill(server.pid, signal.SIGKILL)


def check(fleet: Fleet) -> dict[str, int]:
    """Return what is wrong with the store."""
    psycopg = importlib.import_module("psycopg")
    with psycopg.connect(fleet.store) as connection:
        alerts = dict(
            connection.execute("SELECT fingerprint, incident FROM alert").fetchall()
        )
        keys = [row[0] for row in connection.execute("SELECT key FROM incident")]
        opened = [
            json.loads(row[0]).get("title", "") + row[1]
            for row in connection.execute(
                "SELECT data, stream FROM event WHERE kind = 'incident opened'"
            )
        ]
    lost = [name for name in fleet.kept if f"0000{name}" not in alerts]
    return {
        "answered 200 and lost": len(lost),
        "incidents with one key": len(keys) - len(set(keys)),
        "opened twice": len(opened) - len(set(opened)),
        "without an incident": sum(not number for number in alerts.values()),
    }


def main() -> int:
    seconds = float(sys.argv[1]) if sys.argv[1:] else 60
    random = Random(int(sys.argv[2]) if sys.argv[2:] else 0)
    sys.path.append(str(Path(__file__).parent.parent / "tests"))
    servers = importlib.import_module("servers")  # lies with the tests
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        place = folder / "postgres"
        place.mkdir()
        fleet = Fleet(folder, stack.enter_context(servers.postgres(place)))
        work = (fleet.keep_up,) * _REPLICAS + (fleet.send,) * _SENDERS
        threads = [
            threading.Thread(target=each, args=(number, Random(random.random())))
            for number, each in enumerate(work)
        ]
        for thread in threads:
            thread.start()
        time.sleep(seconds)
        fleet.over.set()
        for thread in threads:
            thread.join()
        wrong = check(fleet)
        print(f"{len(fleet.kept)} webhooks answered 200; not: {dict(fleet.failed)}")
        print(wrong)
    return 1 if any(wrong.values()) or not fleet.kept else 0


if __name__ == "__main__":
    sys.exit(main())
