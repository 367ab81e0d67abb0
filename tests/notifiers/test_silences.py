"""Silences in a real Alertmanager."""

from __future__ import annotations

import json
import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from notifiers.effects import HOSTILE, ROW, effect
from runbookkit.clock import SystemClock
from runbookkit.errors import NotifierError
from runbookkit.http import Endpoint
from runbookkit.model.effect import Effect
from runbookkit.notifiers import alertmanager
from servers import free_port, need, wait_for

pytestmark = [pytest.mark.allow_hosts(["127.0.0.1"]), pytest.mark.program]
LABELS = {"alertname": "Slow", "service": 'a"b\\{x=~".*"}'}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("alertmanager")
    config = folder / "alertmanager.yml"
    config.write_text("route: {receiver: none}\nreceivers: [{name: none}]\n")
    url = f"http://127.0.0.1:{free_port()}"
    process = subprocess.Popen(
        [
            need("prometheus-alertmanager"),
            f"--config.file={config}",
            f"--storage.path={folder / 'data'}",
            f"--web.listen-address={url.removeprefix('http://')}",
            "--cluster.listen-address=",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: answers(f"{url}/-/ready"))
        yield url
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def notifier(url: str) -> alertmanager.Alertmanager:
    config = alertmanager.Config(Endpoint(url))
    return alertmanager.connect(config, clock=SystemClock())


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def asked(key: str, number: int, **told: Any) -> Effect:
    until = datetime.now(UTC) + timedelta(hours=1)
    data = {"labels": LABELS, "until": until.isoformat(), "author": "ada", **told}
    incident = replace(ROW, id=number)
    return effect("silence", key, incident=incident, text="deploying", data=data)


def test_a_silence_has_an_end_and_says_whose_it_is(
    notifier: alertmanager.Alertmanager,
) -> None:
    receipt = notifier.perform(asked("101 silence 1", 101), 1)

    (silence,) = notifier.silences(101)
    assert silence["comment"].startswith(
        "deploying · incident 101 · rbk:runbookkit:101 "
    )
    assert silence["createdBy"] == "ada"
    assert {each["name"]: each["value"] for each in silence["matchers"]} == LABELS
    assert not any(each["isRegex"] for each in silence["matchers"])
    assert list(receipt.refs) == [f"silence {silence['id']}"]
    assert silence["id"] in receipt.url


def test_a_silence_is_made_once_though_its_answer_was_lost(
    notifier: alertmanager.Alertmanager,
) -> None:
    first = notifier.perform(asked("102 silence 1", 102), 1)

    again = notifier.perform(asked("102 silence 1", 102), 2)

    assert again.found
    assert again.refs.keys() == first.refs.keys()
    assert len(notifier.silences(102)) == 1


def test_silences_end_with_their_incident_and_others_stay(
    notifier: alertmanager.Alertmanager,
) -> None:
    for number in (103, 104):
        notifier.perform(asked(f"{number} silence 1", number), 1)
    ended = effect("end silences", incident=replace(ROW, id=103))

    for attempt in (1, 2):
        notifier.perform(ended, attempt)

    assert notifier.silences(103) == []
    assert len(notifier.silences(104)) == 1


def test_a_silence_lasts_no_longer_than_is_allowed(
    notifier: alertmanager.Alertmanager,
) -> None:
    now = datetime.now(UTC)
    for_ever = (now + timedelta(days=3650)).isoformat()

    notifier.perform(asked("105 silence 1", 105, until=for_ever), 1)

    ends = datetime.fromisoformat(notifier.silences(105)[0]["endsAt"])
    assert ends - now < timedelta(hours=25)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"until": None}, "without an end"),
        ({"until": "tomorrow"}, "without an end"),
        ({"until": "2099-01-01T00:00:00"}, "without an end"),
        ({"labels": {}}, "of everything"),
        ({"labels": {"service": ""}}, "of everything"),
    ],
)
def test_a_silence_without_an_end_or_of_everything_is_never_made(
    notifier: alertmanager.Alertmanager, told: dict[str, Any], said: str
) -> None:
    with pytest.raises(NotifierError, match=said) as failed:
        notifier.perform(asked("106 silence 1", 106, **told), 1)

    assert not failed.value.retryable
    assert notifier.silences(106) == []


def test_what_is_asked_for_too_late_is_not_made(
    notifier: alertmanager.Alertmanager,
) -> None:
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()

    notifier.perform(asked("107 silence 1", 107, until=past), 1)

    assert notifier.silences(107) == []


def test_text_from_outside_is_text(notifier: alertmanager.Alertmanager) -> None:
    hostile = replace(asked("108 silence 1", 108, author=HOSTILE), text=HOSTILE)

    notifier.perform(hostile, 1)

    (silence,) = notifier.silences(108)
    said = json.dumps(silence)
    assert "{{ 7*7 }}" in said
    assert not any(
        sign in said for sign in ("\\u001b", "\\u0000", "\\u202e", "\\ud800")
    )
