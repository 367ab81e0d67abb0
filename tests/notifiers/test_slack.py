"""The notifier for Slack, with the official SDK, against a workspace on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from doubles.clocks import StillClock
from doubles.faulty import Fault
from doubles.slack import BOT, TOKEN, Slack
from notifiers.effects import (
    BLOCK,
    HOSTILE,
    HOSTILE_BLOCK,
    HOSTILE_ROW,
    ROW,
    effect,
)
from runbookkit.errors import NotifierError
from runbookkit.model.effect import Effect, Receipt, StatusBlock
from runbookkit.notifiers import slack
from runbookkit.notifiers.slack.channels import channel_name

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture
def workspace() -> Slack:
    return Slack()


@pytest.fixture
def url(workspace: Slack) -> Iterator[str]:
    with workspace.served() as url:
        yield url


@pytest.fixture
def notifier(url: str) -> slack.Slack:
    return connected(url)


def connected(url: str, **options: object) -> slack.Slack:
    told = {"token": TOKEN, "base_url": url, "seconds": 0.3, **options}
    return slack.connect(slack.Config(**told), clock=StillClock())  # type: ignore[arg-type]


def opened(notifier: slack.Slack, attempt: int = 1) -> Receipt:
    return notifier.perform(effect("open channel"), attempt)


def status(refs: Receipt, block: StatusBlock = BLOCK) -> Effect:
    return effect("show status", refs=refs.refs, block=block)


def test_a_channel_is_named_after_its_incident_and_says_whose_it_is(
    workspace: Slack, url: str
) -> None:
    receipt = opened(connected(url, invite=("U7",), instance="prod"))

    channel = workspace.channels[receipt.refs["channel"]]
    assert channel.name == "inc-41-slow-checkout"
    assert channel.purpose == "rbk:prod:41 · Slow: checkout"
    assert "U7" in channel.members
    assert channel.id in receipt.url


@pytest.mark.parametrize("suffix", ["", "-2"])
@pytest.mark.parametrize("title", ["ß" * 300, "x" * 300, "日本", "", HOSTILE])
def test_any_title_makes_a_name_that_slack_takes(
    workspace: Slack, notifier: slack.Slack, title: str, suffix: str
) -> None:
    opened_for = effect("open channel", incident=replace(ROW, title=title))

    notifier.perform(opened_for, 1)

    assert len(workspace.named("inc-41")) == 1
    assert len(channel_name("inc", 41, title, suffix)) <= 80


def test_a_channel_that_is_somebody_elses_is_left_alone(
    workspace: Slack, notifier: slack.Slack
) -> None:
    workspace.add("inc-41-slow-checkout")
    workspace.add(
        "inc-41-slow-checkout-2", BOT, "rbk:staging:41 · another installation"
    )

    receipt = opened(notifier)

    assert workspace.channels[receipt.refs["channel"]].name == "inc-41-slow-checkout-3"


@pytest.mark.parametrize("fault", ["late", "dropped", "429", "500", "slow", "cut"])
@pytest.mark.parametrize("call", ["create", "setPurpose"])
def test_a_channel_is_made_once_whatever_happens_to_an_answer(
    workspace: Slack, notifier: slack.Slack, fault: Fault, call: str
) -> None:
    workspace.faults.once(fault, f"conversations.{call}")
    with pytest.raises(NotifierError) as failed:
        opened(notifier)

    receipt = opened(notifier, 2)

    assert failed.value.retryable
    (channel,) = workspace.named("inc-41")
    assert receipt.refs == {"channel": channel.id}
    assert channel.purpose.startswith("rbk:runbookkit:41 ")


def test_one_pinned_message_shows_the_latest_status(
    workspace: Slack, notifier: slack.Slack
) -> None:
    channel = opened(notifier)
    first = notifier.perform(status(channel), 1)
    known = Receipt({**channel.refs, **first.refs})

    notifier.perform(status(known, replace(BLOCK, status="resolved")), 1)

    (message,) = workspace.channels[channel.refs["channel"]].messages
    assert workspace.channels[channel.refs["channel"]].pins == [message["ts"]]
    assert "status: resolved" in json.dumps(message["blocks"])


@pytest.mark.parametrize("fault", ["late", "dropped", "429", "500", "slow", "cut"])
@pytest.mark.parametrize("call", ["chat.postMessage", "pins.add"])
def test_a_status_is_shown_once_whatever_happens_to_an_answer(
    workspace: Slack, notifier: slack.Slack, fault: Fault, call: str
) -> None:
    channel = opened(notifier)
    workspace.faults.once(fault, call)
    with pytest.raises(NotifierError):
        notifier.perform(status(channel), 1)

    receipt = notifier.perform(status(channel), 2)

    (message,) = workspace.channels[channel.refs["channel"]].messages
    assert receipt.refs == {"status": message["ts"], "pinned": "yes"}
    assert workspace.channels[channel.refs["channel"]].pins == [message["ts"]]


def test_a_status_that_somebody_deleted_is_shown_anew(
    workspace: Slack, notifier: slack.Slack
) -> None:
    channel = opened(notifier)
    gone = Receipt({**channel.refs, "status": "1.000001", "pinned": "yes"})

    receipt = notifier.perform(status(gone), 1)

    assert workspace.channels[channel.refs["channel"]].pins == [receipt.refs["status"]]


@pytest.mark.parametrize("fault", ["late", "dropped", "429", "500", "slow", "cut"])
@pytest.mark.parametrize("thread", ["", "Slow in eu-1"])
def test_a_text_is_posted_once_whatever_happens_to_an_answer(
    workspace: Slack, notifier: slack.Slack, fault: Fault, thread: str
) -> None:
    refs = opened(notifier).refs
    said = effect("post", "41 post 1", text="p99 is 4 s", thread=thread, refs=refs)
    workspace.faults.once(fault, "chat.postMessage")
    with pytest.raises(NotifierError):
        notifier.perform(said, 1)

    notifier.perform(said, 2)

    keys = workspace.channels[refs["channel"]].keys
    assert keys.count("41 post 1") == 1
    assert len(keys) == (2 if thread else 1)


def test_a_digest_hangs_from_the_pinned_message(
    workspace: Slack, notifier: slack.Slack
) -> None:
    refs = {**opened(notifier).refs}
    refs |= notifier.perform(status(Receipt(refs)), 1).refs

    digest = effect("post", text="900 alerts", thread="status", refs=refs)
    notifier.perform(digest, 1)
    with pytest.raises(NotifierError, match="not shown yet"):
        notifier.perform(replace(digest, refs={"channel": refs["channel"]}), 1)

    (channel,) = workspace.channels.values()
    pinned, said = channel.messages
    assert channel.pins == [pinned["ts"]]
    assert said["thread_ts"] == pinned["ts"]


def test_texts_of_a_thread_hang_from_one_message(
    workspace: Slack, notifier: slack.Slack
) -> None:
    refs = opened(notifier).refs
    for number in range(3):
        said = effect("post", f"{number}", text="x", thread="Slow in eu-1", refs=refs)
        notifier.perform(said, 1)

    root, *replies = workspace.channels[refs["channel"]].messages

    assert {each["thread_ts"] for each in replies} == {root["ts"]}
    assert len(replies) == 3


def test_what_is_asked_to_wait_says_for_how_long(
    workspace: Slack, notifier: slack.Slack
) -> None:
    refs = opened(notifier).refs
    workspace.busy = lambda _: 17

    with pytest.raises(NotifierError, match="ratelimited") as failed:
        notifier.perform(effect("post", text="x", refs=refs), 1)

    assert failed.value.retry_after == 17
    assert failed.value.retryable


def test_text_from_outside_is_text(workspace: Slack, notifier: slack.Slack) -> None:
    refs = notifier.perform(effect("open channel", incident=HOSTILE_ROW), 1)

    notifier.perform(status(refs, HOSTILE_BLOCK), 1)
    notifier.perform(effect("post", text=HOSTILE, thread=HOSTILE, refs=refs.refs), 1)

    assert workspace.markup == []
    said = json.dumps(workspace.channels[refs.refs["channel"]].messages)
    assert 'mrkdwn"' not in said.replace('"mrkdwn": false', "")
    assert 'javascript:alert(1)"' not in said
    assert "\\u001b" not in said
    assert "\\u202e" not in said


@pytest.mark.parametrize("length", [1, 149, 3000, 3001, 13_000, 200_000])
def test_a_text_of_any_length_is_taken(
    workspace: Slack, notifier: slack.Slack, length: int
) -> None:
    refs = opened(notifier)
    long = "<&é\n" * (length // 4) + "x"
    block = StatusBlock(
        long,
        long,
        long,
        ((long, long),) * 30,
        ((long, "https://a.example"),) * 30,
        tuple((long, f"take {n}") for n in range(40)),
    )

    notifier.perform(effect("post", text=long, thread=long, refs=refs.refs), 1)
    notifier.perform(status(refs, block), 1)

    assert len(workspace.channels[refs.refs["channel"]].messages) == 3


def test_an_incident_without_a_channel_is_told_in_the_common_one(
    workspace: Slack, url: str
) -> None:
    common = workspace.add("incidents")

    connected(url, channel=common.id).perform(effect("post", text="x"), 1)

    assert common.keys == ["41 post"]


@pytest.mark.parametrize(
    ("token", "refs", "said", "retryable"),
    [
        ("xoxb-revoked", {"channel": "C1"}, "invalid_auth", True),
        (TOKEN, {"channel": "C999"}, "channel_not_found", False),
        (TOKEN, {}, "has no channel", False),
    ],
)
def test_a_refusal_says_why_and_whether_trying_again_helps(
    url: str, token: str, refs: dict[str, str], said: str, retryable: bool
) -> None:
    notifier = connected(url, token=token)

    with pytest.raises(NotifierError, match=said) as failed:
        notifier.perform(effect("post", text="x", refs=refs), 1)

    assert failed.value.retryable == retryable
    assert token not in str(failed.value)


def test_a_channel_is_archived_once(workspace: Slack, notifier: slack.Slack) -> None:
    refs = opened(notifier).refs

    for attempt in (1, 2):
        notifier.perform(effect("archive channel", refs=refs), attempt)

    assert workspace.channels[refs["channel"]].archived
