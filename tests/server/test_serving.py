"""``runbook serve`` as a process: listening, keeping, ending."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from cli.command import Place
from runbookkit.model.incident import IncidentRow
from runbookkit.store.open import open_store
from server.listening import Site
from server.whole import NOON, alert, delivery
from servers import free_port, need, postgres, wait_for

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
HOOK = "/webhooks/alertmanager/prod"
CONFIG = '[serve.sources.prod]\nkind = "alertmanager"\n'


@contextmanager
def serving(
    folder: Path, store: str, port: int = 0
) -> Iterator[tuple[Site, subprocess.Popen[bytes]]]:
    site = Site(port or free_port())
    (folder / "runbook.toml").write_text(CONFIG)
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "runbookkit", "serve"),
            *("--listen", f"127.0.0.1:{site.port}", "--store", store),
        ],
        cwd=folder,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: answers(site))
        yield site, process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(20)


def answers(site: Site) -> bool:
    try:
        return site.get("/readyz").status == 200
    except OSError:
        return False


def kept(store: str) -> list[IncidentRow]:
    opened = open_store(store, clock=lambda: NOON)
    try:
        return opened.incidents(open_only=False)
    finally:
        opened.close()


def test_what_was_answered_200_survives_a_kill(tmp_path: Path) -> None:
    store = str(tmp_path / "log.sqlite")

    with serving(tmp_path, store) as (site, process):
        statuses = [
            site.post(HOOK, delivery(alert(service=f"s{n}"))).status for n in range(12)
        ]
        os.kill(process.pid, signal.SIGKILL)

    assert statuses == [200] * 12
    assert len(kept(store)) == 12


def test_it_ends_when_told_to_while_somebody_listens(tmp_path: Path) -> None:
    store = str(tmp_path / "log.sqlite")

    program = (
        "import sys, urllib.request as u;"
        "a = u.urlopen(sys.argv[1]); print(a.readline()); a.read()"
    )

    with serving(tmp_path, store) as (site, process):
        site.post(HOOK, delivery(alert(service="a")))
        listener = subprocess.Popen(
            [sys.executable, "-c", program, f"{site.url}/api/v1/live"],
            stdout=subprocess.PIPE,
        )
        assert listener.stdout
        assert listener.stdout.readline()
        process.send_signal(signal.SIGTERM)
        code = process.wait(9)
        listener.wait(9)
        listener.stdout.close()

    assert code == 0
    assert len(kept(store)) == 1


def started_and_ended(folder: Path, *, lines: int) -> tuple[list[str], int]:
    """Tell a server to end once it has said so much; return that, and its code."""
    process = subprocess.Popen(
        [sys.executable, "-m", "runbookkit", "serve", "--listen", "127.0.0.1:0"],
        cwd=folder,
        env={**os.environ, "RUNBOOK_STORE": str(folder / "log.sqlite")},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    said = [process.stderr.readline() for _ in range(lines)]
    process.send_signal(signal.SIGTERM)
    code = process.wait(20)
    process.stderr.close()
    return said, code


@pytest.mark.parametrize(
    ("config", "door"),
    [
        (CONFIG, "  alertmanager webhooks at http://127.0.0.1:0/webhooks/alertmanager"),
        ("", "  no webhooks are taken: name who sends them under [serve.sources."),
    ],
)
def test_it_says_which_webhooks_it_takes(
    tmp_path: Path, config: str, door: str
) -> None:
    Place(tmp_path).write("runbook.toml", config)

    said, code = started_and_ended(tmp_path, lines=2)

    assert code == 0
    assert said[1].startswith(door)


def test_it_ends_when_told_to_while_it_starts(tmp_path: Path) -> None:
    (said,), code = started_and_ended(tmp_path, lines=1)

    assert code == 0
    assert said.startswith("listening on")


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (CONFIG, "open to everybody"),
        (f'{CONFIG}tokens = ["{"t" * 32}"]\n', "serve.tokens: empty"),
        (f'{CONFIG}tokens = ["short"]\n', "fewer than 16"),
        ('[serve.sources.hub]\nkind = "slack"\n', "open to everybody"),
    ],
)
def test_it_does_not_let_strangers_in(tmp_path: Path, config: str, said: str) -> None:
    place = Place(tmp_path)
    place.write("runbook.toml", config)

    done = place.run("serve", "--listen", "0.0.0.0:0")

    assert done.code == 2
    assert said in done.err


def test_an_address_that_is_taken_is_named(tmp_path: Path) -> None:
    with serving(tmp_path, str(tmp_path / "a.sqlite")) as (site, _):
        done = Place(tmp_path).run("serve", "--listen", f"127.0.0.1:{site.port}")

    assert done.code == 2
    assert f"127.0.0.1:{site.port}" in done.err


@contextmanager
def alertmanager(folder: Path, hook: str) -> Iterator[str]:
    program = need("prometheus-alertmanager")
    file = folder / "alertmanager.yml"
    file.write_text(
        "route: {receiver: r, group_by: [service], group_wait: 0s, group_interval: 1s}\n"
        "receivers:\n- name: r\n  webhook_configs:\n"
        f"  - {{url: '{hook}', http_config: {{follow_redirects: false}}}}\n"
    )
    port = free_port()
    process = subprocess.Popen(
        [
            program,
            f"--config.file={file}",
            f"--storage.path={folder / 'am'}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=",
            "--log.level=error",
        ]
    )
    try:
        wait_for(lambda: ready(port))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def ready(port: int) -> bool:
    try:
        return Site(port).get("/-/ready").status == 200
    except OSError:
        return False


def test_a_real_alertmanager_is_understood_and_tries_again(tmp_path: Path) -> None:
    """The first attempt finds nobody; the alert comes through all the same."""
    port = free_port()
    store = str(tmp_path / "log.sqlite")
    alerts: list[Any] = [{"labels": {"alertname": "Slow", "service": "checkout"}}]

    with alertmanager(tmp_path, f"http://127.0.0.1:{port}{HOOK}") as url:
        Site(int(url.rpartition(":")[2])).post(
            "/api/v2/alerts", json.dumps(alerts), content_type="application/json"
        )
        with serving(tmp_path, store, port) as (site, _):
            wait_for(lambda: bool(site.get("/api/v1/incidents").json["incidents"]))
            incident = site.get("/api/v1/incidents").json["incidents"][0]

    assert incident["service"] == "checkout"
    assert incident["firing"] == 1


def test_replicas_share_a_store_and_tell_each_other(tmp_path: Path) -> None:
    (tmp_path / "pg").mkdir()
    with (
        postgres(tmp_path / "pg") as store,
        serving(tmp_path, store) as (one, _),
        serving(tmp_path, store) as (other, _),
    ):
        listener = subprocess.Popen(
            [
                sys.executable,
                "-c",
                "import sys, urllib.request as u; print(u.urlopen(sys.argv[1]).readline())",
                f"{other.url}/api/v1/live",
            ],
            stdout=subprocess.PIPE,
        )
        statuses = [
            site.post(HOOK, delivery(alert(service="checkout"))).status
            for site in (one, other, one, other)
        ]
        first, _ = listener.communicate(timeout=20)
        listed = [
            [each["id"] for each in site.get("/api/v1/incidents").json["incidents"]]
            for site in (one, other)
        ]

    assert statuses == [200] * 4
    assert listed[0] == listed[1]
    assert len(listed[0]) == 1
    assert first
