"""From a fault to a draft, through everything that runs for people.

``RUNBOOK_LIVE=1 uv run --all-extras pytest tests/live/test_chain.py`` runs it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from chain import Chain, Peers, chain
from servers import wait_for

pytestmark = [
    pytest.mark.program,
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.timeout(400),
    pytest.mark.skipif(not os.environ.get("RUNBOOK_LIVE"), reason="set RUNBOOK_LIVE=1"),
]
FAULT = "failing-upstream"
EARLY = {
    "channel opened",
    "page sent",
    "evidence attached",
    "run attached",
    "impact computed",
    "next step proposed",
}
DEPLOY = {"service": "checkout", "revision": "1.2", "state": "finished"}


def broken_and_mended(it: Chain) -> int:
    """Let the fault come and go; return the number of its incident."""
    it.ask("/webhooks/deploys/ci", DEPLOY, "POST")
    it.switch(FAULT, "on")
    wait_for(lambda: bool(it.incidents()), 90)
    number: int = it.incidents()[0]["id"]
    wait_for(lambda: set(it.kinds(number)) >= EARLY, 120)
    it.switch(FAULT, "off")
    wait_for(lambda: it.status() == "resolved", 120)
    wait_for(lambda: [each.status for each in it.pagerduty.incidents] == ["resolved"])
    wait_for(lambda: bool(measured_after(it.events(number))), 60)
    return number


def measured_after(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the impacts that were measured once the incident was over."""
    kinds = [each["kind"] for each in events]
    over = kinds.index("incident resolved") if "incident resolved" in kinds else 0
    later = events[over + 1 :] if over else []
    return [each for each in later if each["kind"] == "impact computed"]


def told(events: list[dict[str, Any]], name: str) -> list[Any]:
    """Return what events brought under a name."""
    return [each["data"][name] for each in events if name in each["data"]]


@pytest.mark.parametrize(
    "peers", [Peers(1), Peers(2), Peers(2, apart=True)], ids=["one", "pair", "apart"]
)
def test_a_fault_becomes_one_incident_and_its_fix_a_draft(
    tmp_path: Path, peers: Peers
) -> None:
    with chain(tmp_path, peers) as it:
        number = broken_and_mended(it)
        events = it.events(number)
        drafted = it.command("postmortem", "draft", f"INC-{number}", "--into", "pm.md")
        linted = it.command("lint", "pm.md")
        servers = [each for each in ("loki", "tempo") if it.has(each)]

    assert len(set(it.gate.firing_from)) == peers.count
    assert len(it.incidents_seen) == len(it.slack.channels) == 1
    assert [each.log for each in it.pagerduty.incidents] == [["trigger", "resolve"]]
    assert [each["revision"] for each in told(events, "deploy")] == ["1.2"]
    assert_looked_at(events, servers)
    for impact in told(measured_after(events), "impact"):
        assert impact["bad"]["value"] > 0
        assert impact["spent"] > 0
    assert drafted.returncode == 0, drafted.stderr
    assert linted.returncode == 0, linted.stdout + linted.stderr


def assert_looked_at(events: list[dict[str, Any]], servers: list[str]) -> None:
    """What the servers that are there know is on the timeline."""
    (seen,) = told(events, "observation")
    figures = {each["name"]: each["value"] for each in seen["metrics"]["figures"]}
    assert figures["error ratio"] > 0
    if "loki" in servers:
        assert "error" in {each["level"] for each in seen["logs"]["levels"]}
    if "tempo" in servers:
        assert seen["traces"] is not None
    (run,) = [each for each in events if each["kind"] == "run attached"]
    assert f": {4 if len(servers) == 2 else 1} reading step" in run["data"]["text"]
