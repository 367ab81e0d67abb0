"""``--plan`` under strace: no connection is made, and no program is started."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from servers import need

ROOT = Path(__file__).parents[2]
RUNBOOKS = sorted((ROOT / "ops-handbook" / "runbooks").glob("*.md"))
CALL = re.compile(r"^(?:\[pid +\d+\] |\d+ +)?(\w+)\(", re.MULTILINE)
pytestmark = pytest.mark.program


def calls(log: Path) -> list[str]:
    """Return the traced calls without the one that starts the interpreter."""
    lines = [line for line in log.read_text().splitlines() if CALL.match(line)]
    assert lines, "strace saw nothing"
    assert "execve(" in lines[0]
    return lines[1:]


def traced(tmp_path: Path, *command: str) -> list[str]:
    strace = need("strace")
    log = tmp_path / "trace"
    subprocess.run(
        [strace, "-f", "-qq", "-e", "trace=network,execve", "-o", log, *command],
        cwd=ROOT,
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")},
        check=True,
        capture_output=True,
        timeout=60,
    )
    return calls(log)


@pytest.mark.parametrize("runbook", RUNBOOKS, ids=lambda path: path.stem)
def test_a_plan_connects_to_nothing_and_starts_nothing(
    runbook: Path, tmp_path: Path
) -> None:
    plan = (sys.executable, "-m", "runbookkit", "run", str(runbook), "--plan")

    made = traced(tmp_path, *plan)

    assert made == []
    assert not (tmp_path / "state").exists()


def test_the_trace_sees_connections_and_programs(tmp_path: Path) -> None:
    does = (
        "import socket, subprocess; socket.socket().close(); subprocess.run(['true'])"
    )

    made = traced(tmp_path, sys.executable, "-c", does)

    assert any("socket(" in line for line in made)
    assert any("execve(" in line for line in made)
