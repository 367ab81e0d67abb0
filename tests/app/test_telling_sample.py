"""A sample of ``benchmarks/telling.py``: an alert becomes a channel and a page."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TELLING = Path(__file__).parents[2] / "benchmarks" / "telling.py"


@pytest.mark.timeout(300)
def test_an_alert_becomes_one_channel_one_pinned_status_and_one_page() -> None:
    done = subprocess.run(
        [sys.executable, str(TELLING), "--count", "3"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "channel: 3 incidents" in done.stdout
    assert "page: 3 incidents" in done.stdout
