"""Slack through Socket Mode, against a strict double on loopback."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from doubles.slack.socket_mode import APP_TOKEN, SocketMode
from runbookkit.app.chat import Chat
from runbookkit.app.desk import Desk
from runbookkit.errors import ConfigError, StoreError
from runbookkit.model.event import Event
from runbookkit.model.incident import Changes, Known, Want
from runbookkit.model.serving import ServeOptions, SocketMode as Options, Source
from runbookkit.ports import IncidentStore
from runbookkit.server.admission import app_token_of
from runbookkit.server.assembly import check_place
from runbookkit.server.listening import Place
from runbookkit.server.slack_desk import SlackDesk
from runbookkit.server.slack_socket import SlackSocket
from runbookkit.store.sqlite import SqliteStore
from server.sites import NOON, opened
from server.whole import fired, server
from servers import wait_for

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@contextmanager
def desk_in(folder: Path) -> Iterator[Desk]:
    """Yield a desk with one incident, whose channel is C1."""
    store = SqliteStore(folder / "log.sqlite", clock=lambda: NOON)
    desk = Desk(store, lambda: NOON)
    opened(desk, data={"refs": {"slack": {"channel": "C1"}}})
    try:
        yield desk
    finally:
        store.close()


@contextmanager
def connected(
    slack: SocketMode, *desks: Desk, seconds: float = 2.5
) -> Iterator[list[SlackSocket]]:
    """Connect each desk to Slack."""
    with ExitStack() as stack:
        url = stack.enter_context(slack.served())
        sockets = []
        for desk in desks:
            one = SlackDesk(Chat(desk), "chat", {"U1": "respond"})
            socket = SlackSocket(
                one,
                desk.unreadable,
                token=APP_TOKEN,
                base_url=url,
                pause=0.05,
                seconds=seconds,
            )
            stack.callback(socket.close)
            socket.start()
            sockets.append(socket)
        wait_for(lambda: len(slack.connections) == len(desks))
        yield sockets


def typed(text: str, *, user: str = "U1", trigger: str = "t1") -> dict[str, str]:
    return {
        "command": "/incident",
        "text": text,
        "user_id": user,
        "user_name": "ada",
        "channel_id": "C1",
        "trigger_id": trigger,
    }


def pressed(action: str) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "user": {"id": "U1", "username": "ada"},
        "trigger_id": f"{action}.1",
        "channel": {"id": "C1"},
        "actions": [{"action_id": action, "value": "1"}],
    }


def posted(text: str, event: str) -> dict[str, Any]:
    message = {"type": "message", "user": "U1", "text": text, "ts": "1795176000.1"}
    told = {**message, "channel": "C1", "event_ts": "1795176060.2"}
    return {"type": "event_callback", "event_id": event, "event": told}


def messages(desk: Desk) -> list[str]:
    story = desk.view(1).activity
    return [str(e.data["text"]) for e in story if e.kind == "message posted"]


def answered(slack: SocketMode, envelope: str) -> Any:
    wait_for(lambda: envelope in slack.answers)
    return slack.answers[envelope]


def test_commands_buttons_and_messages_do_what_they_do_over_http(
    tmp_path: Path,
) -> None:
    slack = SocketMode()

    with desk_in(tmp_path) as desk, connected(slack, desk):
        pushed = answered(slack, slack.tell("interactive", pressed("acknowledge")))
        role = slack.tell("slash_commands", typed("role commander"), accepts=True)
        said = answered(slack, role)
        answered(slack, slack.tell("events_api", posted("hello <!here>", "E1")))
        answered(slack, slack.tell("something_new", {}))

        incident = desk.incident(1)
        assert pushed is None
        assert said["response_type"] == "ephemeral"
        assert incident.status == "acknowledged"
        assert incident.data["roles"] == {"commander": "ada"}
        assert messages(desk) == ["hello <!here>"]
        assert not slack.refused


def test_a_long_message_of_any_letters_is_taken_whole(tmp_path: Path) -> None:
    slack = SocketMode()
    text = "Ä🙂\x00<!channel>" * 20_000

    with desk_in(tmp_path) as desk, connected(slack, desk):
        answered(slack, slack.tell("events_api", posted(text, "E1")))

        (kept,) = messages(desk)
        assert kept.startswith("Ä🙂")
        assert len(kept) == 4096


def test_who_has_no_role_is_told_so_and_changes_nothing(tmp_path: Path) -> None:
    slack = SocketMode()

    with desk_in(tmp_path) as desk, connected(slack, desk):
        asked = slack.tell("slash_commands", typed("ack", user="U9"), accepts=True)

        assert "may not" in answered(slack, asked)["text"]
        assert desk.incident(1).status == "open"


@dataclass
class Flaky:
    """A store that cannot keep anything the first few times."""

    store: IncidentStore
    failures: int

    def decide(self, want: Want, decide: Callable[[Known], Changes]) -> Sequence[Event]:
        if self.failures:
            self.failures -= 1
            raise StoreError("the disk is full")
        return self.store.decide(want, decide)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


def failing(desk: Desk, times: int) -> Desk:
    return replace(desk, store=cast("IncidentStore", Flaky(desk.store, times)))


def test_a_message_that_was_not_kept_is_not_acknowledged_and_comes_again(
    tmp_path: Path,
) -> None:
    slack = SocketMode(patience=0.3)

    with desk_in(tmp_path) as desk, connected(slack, failing(desk, 2)):
        slack.tell("events_api", posted("hello", "E1"))
        wait_for(lambda: bool(slack.answers))

        assert [each.attempt for each in slack.deliveries] == [0, 1, 2]
        assert messages(desk) == ["hello"]


def test_a_command_that_was_not_kept_says_so(tmp_path: Path) -> None:
    slack = SocketMode()

    with desk_in(tmp_path) as desk, connected(slack, failing(desk, 1)):
        asked = slack.tell("slash_commands", typed("ack"), accepts=True)

        assert "try again" in answered(slack, asked)["text"]


@dataclass
class Hanging(Flaky):
    """A store that takes its time until it is told to go on."""

    failures: int = 0
    go_on: threading.Event = field(default_factory=threading.Event)

    def decide(self, want: Want, decide: Callable[[Known], Changes]) -> Sequence[Event]:
        self.go_on.wait(60)
        return self.store.decide(want, decide)


def test_a_store_that_hangs_holds_no_answer_up_and_nothing_is_lost_or_doubled(
    tmp_path: Path,
) -> None:
    slack = SocketMode(patience=1.0)

    with desk_in(tmp_path) as desk:
        store = Hanging(desk.store)
        slow = replace(desk, store=cast("IncidentStore", store))
        with connected(slack, slow, seconds=0.1):
            asked = slack.tell("slash_commands", typed("ack"), accepts=True)
            told = answered(slack, asked)
            slack.tell("events_api", posted("hello", "E1"))
            wait_for(lambda: len(slack.deliveries) == 3)
            store.go_on.set()
            wait_for(lambda: len(slack.answers) == 2)
            wait_for(lambda: desk.incident(1).status == "acknowledged")

        assert "takes long" in told["text"]
        assert messages(desk) == ["hello"]


def test_what_nobody_understands_is_kept_and_not_sent_again(tmp_path: Path) -> None:
    slack = SocketMode()

    with desk_in(tmp_path) as desk, connected(slack, desk):
        answered(slack, slack.tell("events_api", {"type": 7}))

        assert [each.source for each in desk.dead_letters(10)] == ["chat"]


@pytest.mark.parametrize("how", ["refresh", "drop", "outage"])
def test_a_lost_connection_is_opened_again(tmp_path: Path, how: str) -> None:
    slack = SocketMode()

    with desk_in(tmp_path) as desk, connected(slack, desk) as (socket,):
        before = slack.connections[0]
        if how == "outage":
            slack.faults.decide = lambda _: "500"
        slack.refresh() if how == "refresh" else slack.drop()
        if how == "outage":
            wait_for(lambda: not socket.is_connected)
            slack.faults.decide = lambda _: ""
        wait_for(lambda: slack.connections not in ([], [before]))
        slack.tell("events_api", posted("still here", "E1"))
        wait_for(lambda: bool(slack.answers))

        assert messages(desk) == ["still here"]


def test_several_servers_keep_each_message_once_wherever_it_comes_again(
    tmp_path: Path,
) -> None:
    slack = SocketMode(patience=0.3)
    texts = [f"message {number}" for number in range(20)]

    with desk_in(tmp_path) as desk:
        # what the first one keeps and cannot acknowledge comes to the second one
        deaf = replace(desk, store=cast("IncidentStore", Forgetful(desk.store)))
        with connected(slack, deaf, desk):
            for number, text in enumerate(texts):
                slack.tell("events_api", posted(text, f"E{number}"))
            wait_for(lambda: len(slack.answers) + len(slack.unanswered) == len(texts))

        assert sorted(messages(desk)) == sorted(texts)
        assert len(slack.deliveries) > len(texts)


@dataclass
class Forgetful(Flaky):
    """A store that keeps and does not know it: its answer is lost."""

    failures: int = 0

    def decide(self, want: Want, decide: Callable[[Known], Changes]) -> Sequence[Event]:
        self.store.decide(want, decide)
        raise StoreError("the connection was lost")


@pytest.mark.parametrize(
    ("frame", "accepts"),
    [
        ('{"envelope_id": "unknown"}', True),
        ('{"payload": {}}', True),
        ("no JSON", True),
        ('{"envelope_id": "ID", "payload": {"text": "hi"}}', False),
    ],
)
def test_the_double_ends_the_connection_of_who_answers_what_slack_did_not_ask(
    frame: str, accepts: bool
) -> None:
    slack = SocketMode()

    with slack.served() as url, connect(opened_at(url)) as client:
        wait_for(lambda: bool(slack.connections))
        envelope = slack.tell("slash_commands", typed("help"), accepts=accepts)
        client.send(frame.replace("ID", envelope))

        with pytest.raises(ConnectionClosed):
            for _ in client:
                pass
        assert len(slack.refused) == 1
        assert not slack.answers


def test_the_double_lets_in_with_an_app_token_and_each_address_once() -> None:
    slack = SocketMode()

    with slack.served() as url:
        place = opened_at(url)
        with connect(place):
            pass

        with pytest.raises(InvalidStatus):
            connect(place)
        assert opening(url, "xoxb-1")["error"] == "not_allowed_token_type"
        assert opening(url, "xapp-other")["error"] == "invalid_auth"


def opening(url: str, token: str) -> Any:
    request = urllib.request.Request(
        f"{url}apps.connections.open",
        method="POST",
        headers={"authorization": f"Bearer {token}"},
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def opened_at(url: str) -> str:
    return str(opening(url, APP_TOKEN)["url"])


def test_a_server_without_a_signing_secret_takes_slack_only_from_its_socket(
    tmp_path: Path,
) -> None:
    slack = SocketMode()

    with slack.served() as url:
        socket = Options(app_token=APP_TOKEN, base_url=url)
        chat = Source("slack", users={"*": "respond"}, socket=socket)
        options = ServeOptions(sources={"prod": Source(), "chat": chat})
        with server(tmp_path, options) as (site, desk):
            number = fired(site)
            answer = site.post("/webhooks/slack/chat", json.dumps({}))
            asked = slack.tell("slash_commands", typed(f"{number} ack"), accepts=True)

            assert answer.status == 404
            assert "acknowledged" in answered(slack, asked)["text"]
            assert desk.incident(number).status == "acknowledged"


def test_a_source_that_only_calls_out_is_open_to_nobody() -> None:
    chat = Source("slack", socket=Options(app_token=APP_TOKEN))
    options = ServeOptions(sources={"chat": chat}, tokens={})

    with pytest.raises(ConfigError, match=r"serve\.tokens: empty"):
        check_place(Place("0.0.0.0", 80), options)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (Source("slack", socket=Options(app_token="xoxb-" + "1" * 20)), "xapp-"),
        (Source(socket=Options(app_token=APP_TOKEN)), "only sources of kind slack"),
        (Source("slack", socket=Options(app_token_file="/nowhere")), "/nowhere"),
    ],
)
def test_a_token_that_opens_no_socket_is_refused_at_the_start(
    source: Source, said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        app_token_of("chat", source)
