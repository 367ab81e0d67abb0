from __future__ import annotations

from pathlib import Path

import pytest

from runbookkit.model.event import NewEvent
from server.evidence import with_evidence
from server.sites import HOSTILE, NOON, site

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def test_a_page_shows_what_the_first_minute_saw(tmp_path: Path) -> None:
    with site(tmp_path) as (web, desk):
        number = with_evidence(desk, "payments are refused")
        shown = web.get(f"/incidents/{number}").body.decode()

    assert "Open for" in shown
    assert "<dt>Next step</dt><dd>payments are refused</dd>" in shown
    for each in ("Runbook", "Impact", "Deploy", "Log lines", "Traces", "Channel"):
        assert each in shown
    assert '<a href="/runs/f3e389fb">payments are refused</a>' in shown
    assert (
        '<a href="https://grafana.test/x" rel="noreferrer noopener">20 %</a>' in shown
    )
    assert "runbook run --resume f3e389fb" in shown
    assert "Not asked: traces: payments are refused" in shown


def test_evidence_from_outside_is_text(tmp_path: Path) -> None:
    with site(tmp_path) as (web, desk):
        number = with_evidence(desk, HOSTILE, "javascript:alert(1)")
        shown = web.get(f"/incidents/{number}").body.decode()

    assert "<img" not in shown
    assert 'href="javascript' not in shown
    assert "{{ 7*7 }} ⟨U+001B⟩[31m⟨U+202E⟩" in shown


def test_evidence_of_another_version_leaves_the_rest_of_the_page(
    tmp_path: Path,
) -> None:
    with site(tmp_path) as (web, desk):
        number = with_evidence(desk, "payments are refused")
        old = {"impact": {"objective": "old"}, "text": "of old"}
        desk.tell(number, NewEvent("impact computed", NOON, old))
        answer = web.get(f"/incidents/{number}")

    assert answer.status == 200
    assert "of old" in answer.body.decode()


def test_the_page_of_a_run_has_no_script_and_its_own_look(tmp_path: Path) -> None:
    page = "<style>p {}</style><p>what was run</p>"
    with site(tmp_path, run_page=lambda _: page) as (web, _):
        answer = web.get("/runs/f3e389fb")
        elsewhere = web.get("/runs/..%2Fx")

    assert answer.body.decode() == page
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert elsewhere.status in {404, 422}
