"""A sample of ``benchmarks/receiver_faults.py``: the server itself breaks down."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from servers import need, small_disk

FAULTS = Path(__file__).parents[2] / "benchmarks" / "receiver_faults.py"


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("store", "fault"),
    [
        ("sqlite", "kill"),
        ("sqlite", "disk full"),
        ("postgres", "disk full"),
        ("postgres", "database restart"),
    ],
)
def test_what_was_answered_200_is_kept_once_and_told_once_whatever_breaks(
    store: str, fault: str, tmp_path: Path
) -> None:
    if store == "postgres":
        need("initdb", "/usr/lib/postgresql/*/bin")
    if fault == "disk full":
        with small_disk(tmp_path / "probe", 1):
            pass  # it skips where nothing can be mounted
    command = [sys.executable, str(FAULTS), "--store", store, "--fault", fault]

    done = subprocess.run(
        [*command, "--count", "2"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 rounds" in done.stdout
    assert " 0 wrong" in done.stdout
