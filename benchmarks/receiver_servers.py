"""The servers that webhooks are measured against, each a process of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CONFIG = '[serve.sources.prod]\nkind = "alertmanager"\n'
HOOK = "/webhooks/alertmanager/prod"
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    pid: int
    port: int
    path: str
    form: str


async def bare(scope: Any, receive: Any, send: Any) -> None:
    """Read the body, answer 200, and do nothing."""
    while scope["type"] == "http" and (await receive()).get("more_body"):
        pass
    headers = [(b"content-length", b"2")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"{}"})


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    command: list[Any], port: int, path: str, form: str, folder: Path
) -> Iterator[Server]:
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), 0.2).close()
                break
            except OSError:
                time.sleep(0.1)
        yield Server(process.pid, port, path, form)
    finally:
        process.terminate()
        process.wait(60)


@contextmanager
def ours(folder: Path, store: str, config: str = CONFIG) -> Iterator[Server]:
    port = free_port()
    (folder / "runbook.toml").write_text(config)
    command = [sys.executable, "-m", "runbookkit", "serve", "--store", store]
    command += ["--listen", f"127.0.0.1:{port}"]
    with running(command, port, HOOK, "webhook", folder) as server:
        yield server


@contextmanager
def doing_nothing(folder: Path) -> Iterator[Server]:
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "receiver_servers:bare",
        "--port",
        str(port),
    ]
    command += ["--app-dir", str(Path(__file__).parent), "--lifespan", "off"]
    command += ["--log-level", "error", "--no-access-log"]
    with running(command, port, "/", "webhook", folder) as server:
        yield server


@contextmanager
def alertmanager(folder: Path) -> Iterator[Server]:
    port = free_port()
    file = folder / "alertmanager.yml"
    file.write_text(
        "route: {receiver: n, group_by: [service], group_wait: 1h, group_interval: 1h}\n"
        "receivers: [{name: n}]\n"
    )
    command = [shutil.which("prometheus-alertmanager"), f"--config.file={file}"]
    command += [f"--storage.path={folder / 'am'}", "--cluster.listen-address="]
    command += [f"--web.listen-address=127.0.0.1:{port}", "--log.level=error"]
    with running(command, port, "/api/v2/alerts", "posted", folder) as server:
        yield server
