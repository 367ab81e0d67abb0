"""A sample of ``benchmarks/million.py``: it fills a store and reads all of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

MILLION = Path(__file__).parents[2] / "benchmarks" / "million.py"


@pytest.mark.timeout(300)
def test_every_page_is_read_of_a_store_that_was_filled() -> None:
    done = subprocess.run(
        [sys.executable, str(MILLION), "--events", "4000", "--rounds", "2"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "4000 events in 21 incidents" in done.stdout
    assert "page: the long incident" in done.stdout
