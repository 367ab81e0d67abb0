"""One webhook full of markup, mentions and templates, looked at from everywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from deliveries import alert, body
from doubles.clocks import NOON, StillClock
from doubles.faulty import Call, Faults, faulty
from doubles.pagerduty import ROUTING_KEY, PagerDuty
from doubles.served import Reply
from doubles.slack import TOKEN, Slack
from notifiers.effects import HOSTILE as ANY
from runbookkit.app.desk import Desk
from runbookkit.app.effecting import Alarms, Effects
from runbookkit.app.following import poll
from runbookkit.app.notifying import integrations_of
from runbookkit.app.postmortems.archive import write_archive
from runbookkit.app.postmortems.drafting import draft
from runbookkit.app.postmortems.gathering import gather
from runbookkit.app.templates import load_template
from runbookkit.app.working import Station, Worker
from runbookkit.cli.incidents_shown import listed, shown
from runbookkit.http import Endpoint
from runbookkit.incidents.alertmanager import parse
from runbookkit.incidents.intake import decision
from runbookkit.model.command import Command
from runbookkit.model.options import Configuration
from runbookkit.model.policy import Policy
from runbookkit.notifiers import (
    alertmanager,
    apprise,
    grafana,
    pagerduty,
    slack,
    statuspage,
    webhook,
)
from runbookkit.plaintext import one_line
from runbookkit.ports import Notifier
from runbookkit.server.admission import Callers
from runbookkit.server.live import Live
from runbookkit.server.metrics import Metrics
from runbookkit.server.parts import Parts
from runbookkit.server.site import site_of
from runbookkit.settings import Loaded
from runbookkit.store.sqlite import SqliteStore
from server.listening import listening

pytestmark = [
    pytest.mark.allow_hosts(["127.0.0.1"]),
    # apprise asks for a module that Python has deprecated
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated"),
]
HOSTILE = ANY.replace("\ud800", "")
"""Half a sign is no JSON, so no sender gets it in."""
SERVICE = one_line(HOSTILE.replace("\0", "\ufffd"))
"""As it is kept."""
STEERING = ("\\u001b", "\\u0000", "\\u202e")


@dataclass
class Outside:
    """Everything that is told of incidents, and what it was told."""

    slack: Slack
    pagerduty: PagerDuty
    calls: list[Call]
    folder: Path

    def sent(self, path: str) -> list[Any]:
        return [each.json for each in self.calls if each.path == path and each.body]

    def notifiers(self, stack: ExitStack) -> Mapping[str, Notifier]:
        clock = StillClock()
        chat = stack.enter_context(self.slack.served())
        pager = stack.enter_context(self.pagerduty.served())
        other = stack.enter_context(faulty(self._taken, Faults()))
        return {
            "slack": slack.connect(slack.Config(TOKEN, base_url=chat), clock=clock),
            "pagerduty": pagerduty.connect(
                pagerduty.Config(ROUTING_KEY, events_url=pager, api_url=pager),
                clock=clock,
            ),
            "grafana": grafana.connect(
                grafana.Config(Endpoint(f"{other}/grafana")), clock=clock
            ),
            "alertmanager": alertmanager.connect(
                alertmanager.Config(Endpoint(f"{other}/am")), clock=clock
            ),
            "webhook": webhook.connect(
                webhook.Config(Endpoint(f"{other}/hook"), "k"), clock=clock
            ),
            "apprise": apprise.connect(
                apprise.Config(other.replace("http", "json", 1) + "/apprise"),
                clock=clock,
            ),
            "statuspage": statuspage.connect(
                statuspage.Config(str(self.folder), {SERVICE: "the shop"}), clock=clock
            ),
        }

    def _taken(self, call: Call, _: bool) -> Reply:
        self.calls.append(call)
        if call.method == "GET":
            return Reply([])
        return Reply({"id": 1, "silenceID": "s1"})


@dataclass
class Told:
    outside: Outside
    desk: Desk


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """Let the alerts of one webhook be told to everybody."""
    folder = tmp_path_factory.mktemp("surfaces")
    outside = Outside(Slack(), PagerDuty(), [], folder / "status")
    with ExitStack() as stack:
        notifiers = outside.notifiers(stack)
        policy = Policy(
            integrations=integrations_of(notifiers), evidence=(), digest_after=1
        )
        store = SqliteStore(folder / "log.sqlite", clock=lambda: NOON)
        stack.callback(store.close)
        desk = Desk(store, lambda: NOON, policy)
        store.decide(*decision(parse("prod", hostile(), NOON), b"{}", policy))
        until = NOON + timedelta(hours=1)
        for kind, more in (
            ("silence", {"until": until}),
            ("note", {}),
            ("role", {"role": HOSTILE, "person": HOSTILE}),
        ):
            desk.obey(
                Command(kind, 1, HOSTILE, "slack", NOON, text=HOSTILE, **more)  # type: ignore[arg-type]
            )
        work(desk, notifiers)
        yield Told(outside, desk)


def hostile() -> bytes:
    names = ("summary", "description", "runbook_url", HOSTILE)
    alerts = [alert(f"{HOSTILE}{number}") for number in range(3)]
    for each in alerts:
        each["labels"] |= {"service": HOSTILE, "severity": "page", HOSTILE: HOSTILE}
        each["annotations"] = dict.fromkeys(names, HOSTILE)
        each["generatorURL"] = "javascript:alert(1)"
    return body(alerts)


def work(desk: Desk, notifiers: Mapping[str, Notifier]) -> None:
    kinds = {kind for each in notifiers.values() for kind in each.kinds}
    clock = StillClock()
    worker = Worker(
        desk.store,
        dict.fromkeys(kinds, Effects(desk.store, notifiers, clock)),
        Station("test/worker", tuple(notifiers)),
        clock=clock,
        alarm=Alarms(notifiers, (), clock),
        jitter=lambda: 0.5,
    )
    for _ in range(200):
        if not worker.once():
            clock.sleep(timedelta(seconds=30))
    waiting = [job for job in desk.store.waiting() if job.queue in notifiers]
    assert not [(job.kind, job.error) for job in [*waiting, *desk.store.dead()]]


def as_text(told: object) -> str:
    """Return what was sent as JSON, in which nothing steers a screen."""
    said = json.dumps(told)
    assert not [sign for sign in STEERING if sign in said]
    return said


def test_slack_shows_text_in_channel_message_and_digest(told: Told) -> None:
    workspace = told.outside.slack

    (channel,) = workspace.channels.values()
    pinned, *others = channel.messages

    assert workspace.markup == []
    assert "{{ 7*7 }}" in as_text(pinned["blocks"])
    assert any("3 alerts" in as_text(each["blocks"]) for each in others)
    assert as_text([channel.purpose, channel.topic, channel.name])


def test_pagerduty_is_paged_with_text(told: Told) -> None:
    (page,) = told.outside.pagerduty.incidents

    assert "{{ 7*7 }}" in as_text(page.payload)
    sent = [each.json for each in told.outside.pagerduty.calls if each.body]
    assert not any(each.get("links") for each in sent)


def test_grafana_is_annotated_with_text(told: Told) -> None:
    (annotation, *_) = told.outside.sent("/grafana/api/annotations")

    said = as_text(annotation)
    assert "&lt;b&gt;" in said
    assert "<b>" not in said


def test_a_silence_is_commented_with_text(told: Told) -> None:
    (silence,) = told.outside.sent("/am/api/v2/silences")

    assert "incident 1" in silence["comment"]
    assert "{{ 7*7 }}" in as_text([silence["comment"], silence["createdBy"]])


def test_what_apprise_and_webhooks_send_is_text(told: Told) -> None:
    said = [each for each in told.outside.calls if each.path == "/apprise"]
    hooked = told.outside.sent("/hook")

    assert said
    assert hooked
    for each in said:
        shown_there = as_text([each.json["title"], each.json["message"]])
        assert not any(
            sign in shown_there for sign in ("<!channel>", "<@U1>", "@everyone", "](")
        )


def test_the_public_reads_no_word_of_it(told: Told) -> None:
    drafts = [
        each.read_text() for each in told.outside.folder.glob("**/*") if each.is_file()
    ]

    assert drafts
    assert not any("7*7" in each or "bold" in each for each in drafts)


def test_a_terminal_shows_text(told: Told) -> None:
    view = told.desk.view(1)

    shown_there = [shown(view, NOON, everything=each) for each in (True, False)]
    shown_there.append(listed([view.incident], NOON))

    for each in shown_there:
        assert "{{ 7*7 }}" in each
        assert not any(sign in each for sign in ("\x1b", "\x00", "\u202e"))


def test_a_postmortem_and_its_page_show_text(told: Told, tmp_path: Path) -> None:
    loaded = Loaded(Configuration(), str(tmp_path))
    template = load_template("", ".", kind="postmortem").template
    facts = gather(1, told.desk.store, loaded, today=NOON.date())
    text = draft(facts, template).text.replace("status: draft", "status: in-review")
    (tmp_path / "a.md").write_text(text)

    write_archive(tmp_path, tmp_path / "archive", loaded)

    page = (tmp_path / "archive" / "a.html").read_text()
    assert "{{ 7*7 }}" in page
    for each in (text, page):
        assert not any(sign in each for sign in ("\x1b", "\x00", "\u202e"))
    assert "<b>" not in page
    assert 'href="javascript' not in page


def test_pages_show_text(told: Told) -> None:
    callers, live = Callers(), Live(told.desk.store.since, poll)
    parts = Parts(told.desk, callers, live, Metrics(), lambda: NOON)

    with listening(site_of(parts, max_body_bytes=1024), live.close) as site:
        pages = [site.get(place).body.decode() for place in ("/", "/incidents/1")]

    for page in pages:
        assert "{{ 7*7 }}" in page
        assert "<b>" not in page
        assert 'href="javascript' not in page
        assert not any(sign in page for sign in ("\x1b", "\x00", "\u202e"))
