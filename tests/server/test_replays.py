"""A request that comes again to another server of the same store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest

from runbookkit.app.desk import Desk
from runbookkit.app.following import poll
from runbookkit.model.command import Command, CommandKind
from runbookkit.model.serving import ServeOptions
from runbookkit.server.assembly import assembled
from runbookkit.store.open import open_store
from server.listening import Answer, Site, listening
from server.test_inbound import pager, pressed, slack, typed
from server.whole import NOON, SOURCES, TOKENS, fired
from servers import postgres

pytestmark = [pytest.mark.program, pytest.mark.allow_hosts(["127.0.0.1"])]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with postgres(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture
def url(cluster: str) -> str:
    """The address of a database of its own."""
    name = f"d{uuid4().hex}"
    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return urlunsplit(urlsplit(cluster)._replace(path=f"/{name}"))


@contextmanager
def two_servers(url: str) -> Iterator[tuple[Site, Site, Desk]]:
    """Run two servers, each with connections of its own, on one PostgreSQL."""
    options = ServeOptions(sources=SOURCES, tokens=TOKENS)
    with ExitStack() as stack:
        sites, desks = [], []
        for _ in range(2):
            store = open_store(url, clock=lambda: NOON)
            stack.callback(store.close)
            desks.append(Desk(store, lambda: NOON))
            whole = assembled(desks[-1], options, poll, lambda: NOON)
            stack.callback(whole.close)
            sites.append(stack.enter_context(listening(whole.app, whole.end_live)))
        yield sites[0], sites[1], desks[0]


def undo(desk: Desk, number: int, *kinds: CommandKind) -> None:
    for kind in kinds:
        command = Command(kind, number, "boss", "terminal", NOON, even_firing=True)
        desk.obey(command)


Send = Callable[[Site, int], Answer]
REQUESTS: dict[str, Send] = {
    "a button": lambda site, number: slack(site, pressed("acknowledge", number)),
    "a command": lambda site, number: slack(site, typed(f"{number} ack")),
    "a command without an id": lambda site, number: slack(
        site, typed(f"{number} ack", trigger="")
    ),
    "a page": lambda site, number: pager(site, number, "acknowledged"),
}


@pytest.mark.parametrize("what", REQUESTS)
def test_a_signed_request_takes_effect_once_whichever_server_it_comes_to_again(
    url: str, what: str
) -> None:
    send = REQUESTS[what]

    with two_servers(url) as (one, other, desk):
        number = fired(one)
        first = send(one, number)
        undo(desk, number, "resolve", "reopen")
        again = send(other, number)

        kinds = [each.kind for each in desk.view(number).activity]
        assert (first.status, again.status) == (200, 200)
        assert desk.incident(number).status == "open"
        assert kinds.count("incident acknowledged") == 1


def test_a_request_that_changed_nothing_changes_nothing_when_it_comes_again(
    url: str,
) -> None:
    with two_servers(url) as (one, other, desk):
        number = fired(one)
        undo(desk, number, "acknowledge")
        slack(one, pressed("acknowledge", number))
        undo(desk, number, "resolve", "reopen")
        slack(other, pressed("acknowledge", number))

        assert desk.incident(number).status == "open"
