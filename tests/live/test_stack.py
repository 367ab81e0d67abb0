"""``runbook stack`` as a process."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from servers import free_port, need, wait_for

pytestmark = [pytest.mark.program, pytest.mark.allow_hosts(["127.0.0.1"])]


def children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


@pytest.mark.parametrize("ends", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("times", [1, 2])
def test_a_stack_that_is_ended_leaves_no_server_behind(
    tmp_path: Path, ends: signal.Signals, times: int
) -> None:
    need("prometheus")
    names = ("checkout", "prometheus", "alertmanager", "loki", "tempo", "otlp")
    ports = [f"--{name}-port={free_port()}" for name in names]
    command = [sys.executable, "-m", "runbookkit", "stack", "--folder", str(tmp_path)]
    process = subprocess.Popen([*command, *ports], stderr=subprocess.DEVNULL)
    try:
        wait_for((tmp_path / "runbook.toml").exists, 30)
        servers = children(process.pid)
    finally:
        for _ in range(times):
            process.send_signal(ends)
            time.sleep(0.2)  # it is at it
        process.wait(30)

    assert servers
    assert [pid for pid in servers if Path(f"/proc/{pid}").exists()] == []
