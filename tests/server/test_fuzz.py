"""A sample of what benchmarks/receiver_fuzz.py sends by the million."""

from __future__ import annotations

from pathlib import Path

import pytest
from receiver_fuzz import ALLOWED, send, stored

from server.whole import server

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def test_no_spoiled_body_brings_it_down_or_gets_lost(tmp_path: Path) -> None:
    with server(tmp_path) as (site, _):
        statuses = send(site.port, 400, seed=1)

    there = stored(tmp_path / "log.sqlite")
    assert set(statuses) <= ALLOWED
    assert there == {"kept": statuses[200], "dead": statuses[422]}
