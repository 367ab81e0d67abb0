"""What holds for every notifier, those of other packages included."""

from __future__ import annotations

import dataclasses
import hmac
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from doubles.clocks import StillClock
from doubles.faulty import Faults, faulty
from doubles.pagerduty import ROUTING_KEY
from doubles.served import Reply
from notifiers.effects import HOSTILE, HOSTILE_BLOCK, HOSTILE_ROW, ROW, effect
from runbookkit.discovery import member, members
from runbookkit.errors import ConfigError, NotifierError
from runbookkit.http import Endpoint
from runbookkit.model.effect import Effect
from runbookkit.notifiers import apprise, grafana, statuspage, webhook

pytestmark = [
    pytest.mark.allow_hosts(["127.0.0.1"]),
    # apprise asks for a module that Python has deprecated
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated"),
]
FAMILY = "runbookkit.notifiers"
NAMES = sorted(members(FAMILY))
HEAVY = ("slack_sdk", "apprise", "pagerduty", "requests")


def configured(name: str, url: str, folder: Path) -> Any:
    tables: dict[str, dict[str, Any]] = {
        "slack": {"token": "xoxb-1", "base_url": f"{url}/api/", "channel": "C1"},
        "pagerduty": {
            "routing_key": ROUTING_KEY,
            "events_url": url,
            "api_url": url,
        },
        "webhook": {"endpoint": Endpoint(url), "key": "secret"},
        "grafana": {"endpoint": Endpoint(url)},
        "alertmanager": {"endpoint": Endpoint(url)},
        "apprise": {"url": url.replace("http://", "json://")},
        "statuspage": {"folder": str(folder), "components": {"shop": "the shop"}},
    }
    module = member(FAMILY, name, ("NAME", "Config", "connect"))
    return module.connect(module.Config(**tables[name]), clock=StillClock())


def every(notifier: Any, refs: dict[str, str] | None = None) -> list[Effect]:
    return [
        effect(
            kind,
            text=HOSTILE,
            incident=dataclasses.replace(HOSTILE_ROW, service="shop"),
            block=HOSTILE_BLOCK,
            data={"until": "2026-11-20T13:00:00+00:00", "labels": {"a": "b"}},
            refs=(refs or {}) if kind != "open channel" else {},
        )
        for kind in sorted(notifier.kinds)
    ]


@pytest.mark.parametrize("name", NAMES)
def test_is_called_as_its_module_and_can_do_something(
    name: str, tmp_path: Path
) -> None:
    notifier = configured(name, "http://127.0.0.1:9", tmp_path)

    assert notifier.name == name
    assert notifier.kinds


@pytest.mark.parametrize("name", [each for each in NAMES if each != "statuspage"])
@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_in_trouble_is_worth_another_attempt(
    name: str, status: int, tmp_path: Path
) -> None:
    with faulty(lambda *_: Reply("<p>no</p>", status), Faults()) as url:
        notifier = configured(name, url, tmp_path)

        for each in every(notifier, {"channel": "C1"}):
            with pytest.raises(NotifierError) as failed:
                notifier.perform(each, 1)
            assert failed.value.retryable
            assert "<p>" not in str(failed.value)


@pytest.mark.parametrize("name", [each for each in NAMES if each != "statuspage"])
def test_a_server_that_is_away_is_worth_another_attempt(
    name: str, tmp_path: Path
) -> None:
    notifier = configured(name, "http://127.0.0.1:9", tmp_path)

    for each in every(notifier, {"channel": "C1"}):
        with pytest.raises(NotifierError) as failed:
            notifier.perform(each, 1)
        assert failed.value.retryable


@pytest.mark.parametrize("name", [each for each in NAMES if each != "statuspage"])
def test_what_is_sent_holds_no_sign_that_steers_a_screen(
    name: str, tmp_path: Path
) -> None:
    said: list[str] = []

    def note(call: Any, _: bool) -> Reply:
        said.append(call.body.decode())
        answer = {
            "ok": True,
            "ts": "1.1",
            "channel": {"id": "C1"},
            "messages": [],
            "silenceID": "1",
        }
        silences = call.method == "GET" and call.path.endswith("/silences")
        return Reply([] if silences else answer)

    with faulty(note, Faults()) as url:
        notifier = configured(name, url, tmp_path)
        for each in every(notifier):
            notifier.perform(each, 1)

    everything = "".join(said)
    assert said or name == "statuspage"
    for sign in ("\x1b", "\\u001b", "\x00", "\\u0000", "\u202e", "\\u202e", "\\ud800"):
        assert sign not in everything


@pytest.mark.parametrize("name", NAMES)
def test_no_secret_is_shown_with_a_configuration(name: str) -> None:
    module = member(FAMILY, name)
    names = {each.name: each.repr for each in dataclasses.fields(module.Config)}

    secrets = {"token", "api_token", "routing_key", "key"} & set(names)
    assert not any(names[each] for each in secrets)


def test_to_know_the_notifiers_imports_none_and_to_import_one_no_sdk() -> None:
    program = (
        "import sys, importlib; from runbookkit.discovery import members;"
        f"found = members('{FAMILY}');"
        f"early = [each for each in sys.modules if each.startswith('{FAMILY}.')];"
        "[importlib.import_module(each) for each in found.values()];"
        f"print(early, [each for each in {HEAVY} if each in sys.modules])"
    )

    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert said.stdout.strip() == "[] []"


def test_what_a_webhook_sends_is_signed_and_known_again() -> None:
    seen: list[Any] = []

    def note(call: Any, _: bool) -> Reply:
        seen.append(call)
        return Reply({}, 202)

    with faulty(note, Faults()) as url:
        config = webhook.Config(Endpoint(f"{url}/hook"), "secret")
        notifier = webhook.connect(config, clock=StillClock())
        for attempt in (1, 2):
            notifier.perform(effect("page", text="p99 is 4 s"), attempt)

    first, second = seen
    stamp, signature = first.headers["x-runbookkit-signature"].split(",v1=")
    signed = stamp.removeprefix("t=").encode() + b"." + first.body
    assert signature == hmac.new(b"secret", signed, "sha256").hexdigest()
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert (first.json["kind"], first.json["incident"]["id"]) == ("page", 41)


@pytest.mark.parametrize("fault", ["dropped", "late", "500"])
def test_grafana_is_annotated_once_whatever_happens_to_an_answer(fault: Any) -> None:
    kept: list[Any] = []

    def annotations(call: Any, _: bool) -> Reply:
        if call.method == "GET":
            return Reply([each for each in kept if call.param("tags") in each["tags"]])
        kept.append(call.json)
        return Reply({"id": len(kept)})

    faults = Faults()
    with faulty(annotations, faults) as url:
        config = grafana.Config(Endpoint(url), seconds=0.3)
        notifier = grafana.connect(config, clock=StillClock())
        faults.once(fault)
        with pytest.raises(NotifierError):
            notifier.perform(effect("annotate", text="<b>Slow</b>"), 1)
        notifier.perform(effect("annotate", text="<b>Slow</b>"), 2)

    (annotation,) = kept
    assert annotation["text"] == "&lt;b&gt;Slow&lt;/b&gt;"


def test_apprise_calls_nobody_by_what_an_alert_says() -> None:
    title, body = apprise.words(effect("post", text=HOSTILE, incident=HOSTILE_ROW))

    for said in (title, body):
        assert not any(
            each in said for each in ("<!channel>", "@everyone", "<@U1>", "](")
        )
        assert "*bold*" in said


def test_apprise_refuses_an_address_that_it_does_not_know() -> None:
    with pytest.raises(ConfigError, match=r"appriseit\.com") as failed:
        apprise.connect(apprise.Config("nosuch://s3cret"), clock=StillClock())

    assert "s3cret" not in str(failed.value)


def test_a_draft_for_the_public_holds_no_word_of_an_alert(tmp_path: Path) -> None:
    config = statuspage.Config(str(tmp_path), {"shop": "the shop"})
    notifier = statuspage.connect(config, clock=StillClock())
    (hostile,) = every(notifier)

    receipt = notifier.perform(hostile, 1)

    assert Path(receipt.refs["draft"]).read_text() == (
        "**Investigating** · 2026-11-20 12:00 UTC\n\n"
        "We are looking into a problem with the shop.\n"
        "It began at 2026-11-20 12:00 UTC.\n"
        "The next update is at 2026-11-20 12:30 UTC.\n"
    )


def test_there_is_no_draft_for_what_the_public_does_not_know(tmp_path: Path) -> None:
    notifier = statuspage.connect(statuspage.Config(str(tmp_path)), clock=StillClock())

    notifier.perform(effect("show status", incident=ROW), 1)

    assert not list(tmp_path.iterdir())


def test_everything_a_webhook_may_send_is_json(tmp_path: Path) -> None:
    bodies: list[Any] = []

    def note(call: Any, _: bool) -> Reply:
        bodies.append(json.loads(call.body))
        return Reply({})

    with faulty(note, Faults()) as url:
        notifier = configured("webhook", url, tmp_path)
        for each in every(notifier):
            notifier.perform(each, 1)

    assert len(bodies) == len(notifier.kinds)
