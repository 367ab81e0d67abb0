"""A sample of ``benchmarks/kill.py``: runs that are killed lose and repeat nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from servers import need

KILL = Path(__file__).parents[2] / "benchmarks" / "kill.py"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_killed_runs_lose_nothing_and_change_nothing_twice(store: str) -> None:
    if store == "postgres":
        need("initdb", "/usr/lib/postgresql/*/bin")

    done = subprocess.run(
        [sys.executable, str(KILL), "--count", "10", "--store", store],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "killed: " in done.stdout
