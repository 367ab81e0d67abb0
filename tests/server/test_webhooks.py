"""What senders of webhooks are answered, and when."""

from __future__ import annotations

import base64
import gzip
import hmac
import json
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from runbookkit.app.receiving import Webhook
from runbookkit.errors import StoreError, UsageError
from runbookkit.model.alert import Body, packed
from runbookkit.model.event import Event
from runbookkit.model.incident import Changes, Known, Want
from runbookkit.model.serving import Source
from runbookkit.server.admission import gate_of, networks
from runbookkit.server.alerts import Alerts
from runbookkit.server.bodies import Memory, Receive, Scope, Send
from runbookkit.server.edge import Edge
from runbookkit.server.metrics import Metrics
from runbookkit.server.webhooks import Entry, Webhooks
from server.listening import Site, listening
from servers import wait_for

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
NOTHING = Known({}, {}, {}, 1)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ALERTS = "/webhooks/alertmanager/prod"
TOKEN = "t" * 32
OTHER = "u" * 32
KEY = "k" * 32


@dataclass
class Kept:
    """What a store would have."""

    fails: Callable[[bytes], bool] = lambda _: False
    refusal: Exception = field(default_factory=lambda: StoreError("the disk is full"))
    wait: threading.Event | None = None
    thread: Executor = field(default_factory=lambda: ThreadPoolExecutor(1))
    bodies: list[bytes] = field(default_factory=list)
    dead: list[bytes] = field(default_factory=list)

    def keep(self, webhook: Webhook) -> Future[list[Event]]:
        return self.thread.submit(self._keep, webhook[1](NOTHING).bodies[0].raw)

    def _keep(self, body: bytes) -> list[Event]:
        if self.wait:
            self.wait.wait(10)
        if self.fails(body):
            raise self.refusal
        self.bodies.append(body)
        return []

    def unreadable(self, source: str, body: bytes, digest: str, error: str) -> None:
        assert source == "prod"
        assert digest
        assert error
        self.dead.append(body)


def read(source: str, body: bytes, now: datetime) -> Webhook:
    try:
        json.loads(body)
    except ValueError as error:
        raise UsageError("not JSON") from error
    changes = Changes(bodies=(Body(source, now, "digest", packed(body)),))
    return Want(), lambda _: changes


async def nothing(scope: Scope, receive: Receive, send: Send) -> None:
    """Stand in for the rest of the server."""
    raise AssertionError(scope, receive, send)


@contextmanager
def receiver(
    kept: Kept,
    source: Source,
    *,
    limit: int = 4096,
    seconds: float = 5,
    capacity: int = 100,
) -> Iterator[Site]:
    memory = Memory(1 << 20)
    alerts = Alerts(
        read,
        kept.unreadable,
        kept.keep,
        lambda: NOON,
        memory,
        capacity,
    )
    gate = gate_of("prod", source, networks(["127.0.0.0/8"]))
    entry = Entry("alertmanager", gate, alerts, gate.signed)
    hooks = Webhooks({"prod": entry}, limit, seconds, Metrics().observe, memory)
    with listening(Edge(hooks, nothing)) as site:
        yield site
        wait_for(lambda: memory.held == 0)
    kept.thread.shutdown()
    assert alerts.waiting() == 0


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def test_a_webhook_is_answered_200_once_it_is_kept() -> None:
    kept = Kept()

    with receiver(kept, Source()) as site:
        answer = site.post(ALERTS, {"alerts": []})

    assert answer.status == 200
    assert kept.bodies == [b'{"alerts": []}']


@pytest.mark.parametrize("refusal", [StoreError("full"), ZeroDivisionError()])
def test_503_while_it_cannot_be_stored(refusal: Exception) -> None:
    with receiver(Kept(lambda _: True, refusal), Source()) as site:
        assert site.post(ALERTS, {}).status == 503


def test_one_webhook_that_cannot_be_stored_does_not_fail_its_neighbours() -> None:
    gate = threading.Event()
    kept = Kept(fails=lambda each: b"bad" in each, wait=gate)
    statuses: dict[str, int] = {}

    with receiver(kept, Source()) as site:
        threads = [
            threading.Thread(
                target=lambda word=word: statuses.update(
                    {word: site.post(ALERTS, {word: 1}).status}
                )
            )
            for word in ("first", "good", "bad", "fine")
        ]
        for thread in threads:
            thread.start()
        gate.set()
        for thread in threads:
            thread.join()

    assert statuses == {"first": 200, "good": 200, "bad": 503, "fine": 200}


def test_503_when_the_store_is_too_slow_and_nothing_is_lost_for_it() -> None:
    gate = threading.Event()
    kept = Kept(wait=gate)

    with receiver(kept, Source(), seconds=0.2) as site:
        answer = site.post(ALERTS, {"slow": 1})
        gate.set()

    assert answer.status == 503
    assert kept.bodies == [b'{"slow": 1}']


def test_503_when_too_many_wait() -> None:
    with receiver(Kept(), Source(), capacity=0) as site:
        answer = site.post(ALERTS, {})

    assert answer.status == 503
    assert "too many" in answer.json["error"]


def test_422_for_what_nobody_understands_and_the_body_is_kept() -> None:
    kept = Kept()

    with receiver(kept, Source()) as site:
        answer = site.post(ALERTS, b"<xml/>")

    assert answer.status == 422
    assert kept.dead == [b"<xml/>"]


def test_413_for_too_much_whether_announced_or_streamed() -> None:
    def pieces() -> Iterator[bytes]:
        yield from [b"x" * 1000] * 20

    with receiver(Kept(), Source()) as site:
        announced = site.post(ALERTS, b"x" * 5000)
        streamed = site.send("POST", ALERTS, pieces())

    assert (announced.status, streamed.status) == (413, 413)


def test_415_for_a_compressed_bomb_which_is_never_inflated() -> None:
    bomb = gzip.compress(b"0" * 1_000_000)

    with receiver(Kept(), Source()) as site:
        answer = site.post(ALERTS, bomb, content_encoding="gzip")

    assert answer.status == 415


@pytest.mark.parametrize("path", [f"{ALERTS}/", f"{ALERTS}//"])
def test_a_slash_at_the_end_is_taken_and_not_redirected(path: str) -> None:
    kept = Kept()

    with receiver(kept, Source()) as site:
        answer = site.post(path, {})

    assert answer.status == 200
    assert kept.bodies == [b"{}"]


def test_other_methods_and_sources_are_refused_without_a_redirect() -> None:
    with receiver(Kept(), Source()) as site:
        assert site.get(ALERTS).status == 405
        assert site.post("/webhooks/alertmanager/else", {}).status == 404
        assert site.post("/webhooks/github/prod", {}).status == 404
        assert site.post("/webhooks/", {}).status == 404


def test_both_tokens_of_a_rotation_are_let_in_and_no_other() -> None:
    with receiver(Kept(), Source(tokens=(TOKEN, OTHER))) as site:
        statuses = [
            site.post(ALERTS, {}, authorization=f"Bearer {each}").status
            for each in (TOKEN, OTHER, "x" * 32)
        ]

        assert statuses == [200, 200, 403]
        assert site.post(ALERTS, {}).status == 401


def test_basic_authentication_lets_in_who_knows_the_password() -> None:
    with receiver(Kept(), Source(basic={"am": TOKEN})) as site:
        good = site.post(ALERTS, {}, authorization=basic("am", TOKEN))
        bad = site.post(ALERTS, {}, authorization=basic("am", OTHER))
        broken = site.post(ALERTS, {}, authorization="Basic !!")

    assert (good.status, bad.status, broken.status) == (200, 403, 403)


def test_a_signature_of_the_body_lets_it_in_and_no_other_body() -> None:
    source = Source(keys=(OTHER, KEY), signature_header="X-Signature")
    digest = hmac.digest(KEY.encode(), b"{}", "sha256").hex()

    with receiver(Kept(), source) as site:
        good = site.post(ALERTS, b"{}", x_signature=digest)
        bad = site.post(ALERTS, b"[]", x_signature=digest)
        none = site.post(ALERTS, b"{}")

    assert (good.status, bad.status, none.status) == (200, 401, 401)


def test_a_client_certificate_counts_only_from_a_trusted_proxy() -> None:
    source = Source(client_header="X-Client", clients=("am-1",))
    gate = gate_of("prod", source, networks(["10.0.0.0/8"]))

    assert gate.admits({b"x-client": b"am-1"}, "10.1.2.3")
    assert not gate.admits({b"x-client": b"am-2"}, "10.1.2.3")
    assert not gate.admits({b"x-client": b"am-1"}, "192.0.2.1")
    assert not gate.admits({b"x-client": b"am-1"}, "")


def test_browsers_cannot_be_made_to_send_webhooks() -> None:
    with receiver(Kept(), Source()) as site:
        assert site.post(ALERTS, {}, origin="https://evil.example").status == 403


def test_a_body_that_never_ends_is_given_up_with_503() -> None:
    head = f"POST {ALERTS} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{{"

    with (
        receiver(Kept(), Source(), seconds=0.2) as site,
        socket.create_connection(("127.0.0.1", site.port)) as connection,
    ):
        connection.sendall(head.encode())
        answer = connection.recv(4096)

    assert answer.startswith(b"HTTP/1.1 503")
