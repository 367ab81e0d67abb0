"""``runbook stack`` as a process."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from servers import free_port, need, wait_for

pytestmark = [pytest.mark.program, pytest.mark.allow_hosts(["127.0.0.1"])]


def children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def test_a_stack_that_is_terminated_leaves_no_server_behind(tmp_path: Path) -> None:
    need("prometheus")
    names = ("checkout", "prometheus", "alertmanager", "loki", "tempo", "otlp")
    ports = [f"--{name}-port={free_port()}" for name in names]
    command = [sys.executable, "-m", "runbookkit", "stack", "--folder", str(tmp_path)]
    process = subprocess.Popen([*command, *ports], stderr=subprocess.DEVNULL)
    try:
        wait_for((tmp_path / "runbook.toml").exists, 30)
        servers = children(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)

    assert servers
    assert [pid for pid in servers if Path(f"/proc/{pid}").exists()] == []
