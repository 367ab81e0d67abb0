"""A sample of ``benchmarks/storm.py``: many alerts become few messages."""

from __future__ import annotations

from pathlib import Path

import pytest
from storm import Storm, stormed

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.mark.timeout(300)
def test_a_storm_leaves_one_message_for_each_incident_and_one_umbrella(
    tmp_path: Path,
) -> None:
    storm = Storm(alerts=800, groups=40, waves=2)

    outcome = stormed(tmp_path, str(tmp_path / "log.sqlite"), storm)

    assert not outcome.wrong(storm)
    assert outcome.counts["incidents"] == 21
    assert outcome.counts["webhooks kept"] == 80
    assert outcome.counts["digests"] == 1
