"""What the server counts about itself, and the alerts that are made of it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from runbookkit.app.attending import attendance_of
from runbookkit.app.desk import Desk
from runbookkit.app.following import poll
from runbookkit.clock import SystemClock
from runbookkit.model.serving import ServeOptions, SocketMode, Source
from runbookkit.server.assembly import Assembled, assembled
from runbookkit.server.job_metrics import AttendanceMetrics
from runbookkit.settings import load
from runbookkit.store.sqlite import SqliteStore
from server.listening import listening
from server.whole import alert, delivery
from servers import need, wait_for

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
DOCS = Path(__file__).parents[2] / "docs"
RULES = DOCS / "alerts" / "runbookkit.yaml"
PAGE = DOCS / "watching.md"
NAME = re.compile(r"runbookkit_[a-z_]+")
PARTS = re.compile(r"_(total|bucket|sum|count|created)$")
HOOK = """
[notifiers.hook]
use = "webhook"
endpoint.url = "http://127.0.0.1:9"
"""


@pytest.mark.program
@pytest.mark.parametrize("how", ["check", "test"])
def test_promtool_has_nothing_against_the_alerts(how: str) -> None:
    file = RULES if how == "check" else DOCS / "alerts" / "tests" / RULES.name

    done = subprocess.run(
        [need("promtool"), how, "rules", file],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_each_alert_has_a_section_that_its_address_leads_to() -> None:
    groups = yaml.safe_load(RULES.read_text())["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    sections = re.findall(r"^## (Runbookkit\w+)$", PAGE.read_text(), re.MULTILINE)

    assert [rule["alert"] for rule in rules] == sections
    for rule in rules:
        address = rule["annotations"]["runbook_url"]
        assert address.endswith(f"docs/watching.md#{rule['alert'].lower()}")


def whole(desk: Desk) -> Assembled:
    socket = SocketMode(app_token="xapp-" + "0" * 20, base_url="http://127.0.0.1:9/")
    sources = {"prod": Source(), "chat": Source("slack", socket=socket)}
    return assembled(desk, ServeOptions(sources=sources), poll, SystemClock().now)


def test_all_that_is_counted_is_described_and_nothing_else(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "log.sqlite", clock=SystemClock().now)
    desk = Desk(store, SystemClock().now)
    attendance = attendance_of(
        store, load(tmp_path, {}), {}, clock=SystemClock(), complain=print
    )
    made = whole(desk)
    made.metrics.registry.register(
        AttendanceMetrics(attendance.tally, attendance.rounds, SystemClock().now)
    )

    counted = {family.name for family in made.metrics.registry.collect()}
    made.close()
    store.close()

    table = re.findall(r"^\| `(runbookkit_[a-z_]+)", PAGE.read_text(), re.MULTILINE)
    assert counted == {PARTS.sub("", name) for name in table}
    assert {PARTS.sub("", name) for name in NAME.findall(RULES.read_text())} <= counted


def test_a_notifier_that_nobody_answers_is_counted_and_an_alerts_way_observed(
    tmp_path: Path,
) -> None:
    (tmp_path / "runbook.toml").write_text(HOOK)
    loaded = load(tmp_path, {"RUNBOOK_NOTIFIERS__HOOK__KEY": "k" * 32})
    store = SqliteStore(tmp_path / "log.sqlite", clock=SystemClock().now)
    attendance = attendance_of(store, loaded, {}, clock=SystemClock(), complain=print)
    desk = Desk(store, SystemClock().now, attendance.policy)
    made = whole(desk)
    made.metrics.registry.register(
        AttendanceMetrics(attendance.tally, attendance.rounds, SystemClock().now)
    )
    attendance.start()

    with listening(made.app, made.end_live) as site:
        site.post("/webhooks/alertmanager/prod", delivery(alert(service="checkout")))
        wait_for(
            lambda: b'outcome="again",queue="hook"} 1.0' in site.get("/metrics").body
        )
        text = site.get("/metrics").body.decode()
    made.close()
    attendance.close()
    store.close()

    assert 'runbookkit_alert_lag_seconds_count{source="prod"} 1.0' in text
    assert 'runbookkit_slack_connected{source="chat"} 0.0' in text
    assert 'kind="page",outcome="dead",queue="hook"} 0.0' in text
