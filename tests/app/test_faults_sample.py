"""A sample of ``benchmarks/faults.py``: whatever breaks, each effect happens once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from servers import need

FAULTS = Path(__file__).parents[2] / "benchmarks" / "faults.py"


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("store", "faults"),
    [
        ("sqlite", ("kill", "slack dropped", "pagerduty lost", "clock step")),
        ("postgres", ("kill", "database restart")),
    ],
)
def test_each_effect_happens_once_whatever_breaks(
    store: str, faults: tuple[str, ...]
) -> None:
    if store == "postgres":
        need("initdb", "/usr/lib/postgresql/*/bin")
    chosen = [word for fault in faults for word in ("--fault", fault)]

    done = subprocess.run(
        [sys.executable, str(FAULTS), "--count", "1", "--store", store, *chosen],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(" 0 wrong") == len(faults)
