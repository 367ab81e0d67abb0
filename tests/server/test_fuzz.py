"""A sample of what benchmarks/receiver_fuzz.py sends by the million."""

from __future__ import annotations

from pathlib import Path

import pytest
from receiver_fuzz import fuzzed

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def test_no_spoiled_request_brings_it_down_or_gets_lost(tmp_path: Path) -> None:
    store = str(tmp_path / "log.sqlite")

    outcome = fuzzed(tmp_path, store, 1000, 1, told=False)

    assert not any(outcome.wrong.values()), (outcome.wrong, outcome.seen.wrong[:3])
    assert outcome.seen.kept.total() > 200
    assert outcome.seen.dead.total() > 200
    assert outcome.seen.keys


def test_what_must_be_refused_is_refused(tmp_path: Path) -> None:
    store = str(tmp_path / "log.sqlite")

    kinds = fuzzed(tmp_path, store, 1000, 2, told=False).seen.kinds

    assert {status for kind, status in kinds if kind == "unauthenticated"} == {401}
    assert {status for kind, status in kinds if kind == "wrong token"} == {403}
    assert {status for kind, status in kinds if kind == "replayed"} == {401}
    assert {status for kind, status in kinds if kind == "oversized"} == {413}
    assert {status for kind, status in kinds if kind == "compressed"} == {415}
