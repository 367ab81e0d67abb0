"""Run a command as a whole process and take its CPU time and peak memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MIB = 1024.0


@dataclass(frozen=True, slots=True)
class Cost:
    """What one command costs; medians over its runs."""

    cpu: float
    """Seconds, user and system."""
    least: float
    most: float
    peak_mib: float
    code: int


def cost(
    command: Sequence[str],
    *,
    runs: int = 5,
    warm_up: int = 1,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Cost:
    """Return the median cost of a command; its output is thrown away."""
    taken = [_once(command, environment, folder) for _ in range(warm_up + runs)][
        warm_up:
    ]
    times = [each[0] for each in taken]
    return Cost(
        statistics.median(times),
        min(times),
        max(times),
        max(each[1] for each in taken),
        taken[-1][2],
    )


def _once(
    command: Sequence[str], environment: Mapping[str, str] | None, folder: Path | None
) -> tuple[float, float, int]:
    with tempfile.TemporaryFile() as sink:
        process = subprocess.Popen(
            command,
            stdout=sink,
            stderr=sink,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **(environment or {})},
            cwd=folder,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    cpu = usage.ru_utime + usage.ru_stime
    return cpu, usage.ru_maxrss / MIB, process.returncode
