"""Real servers on loopback for tests; each ends with its test session."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def need(program: str, *places: str) -> str:
    """Return a program's path; skip without it, but fail where CI is set."""
    found = shutil.which(program)
    for place in places:
        if found is None:
            matches = sorted(Path("/").glob(f"{place.lstrip('/')}/{program}"))
            found = str(matches[-1]) if matches else None
    if found is None:
        message = f"{program} is not installed"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found


def free_port() -> int:
    """Return a port that nobody listens on just now.

    It is none of those that outgoing calls get: one of them, from whomever, could
    take it before the server does.
    """
    pick = random.SystemRandom()  # the seed of a test must not choose it
    while True:
        port = pick.randrange(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def wait_for(ready: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError(f"not ready within {seconds} s")
        time.sleep(0.05)


@contextmanager
def postgres(folder: Path, *, segment_mb: int = 16) -> Iterator[str]:
    """Run PostgreSQL in a folder; yield its address.

    Args:
        folder: A new one, which becomes its own.
        segment_mb: Megabytes in which its log of changes grows.
    """
    initdb = need("initdb", "/usr/lib/postgresql/*/bin")
    server = need("postgres", "/usr/lib/postgresql/*/bin")
    ready = need("pg_isready", "/usr/lib/postgresql/*/bin")
    user = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
    if user:
        shutil.chown(folder, user)
        folder.chmod(0o700)
        for parent in folder.parents:
            if parent != Path("/") and parent.owner() == "root":
                parent.chmod(parent.stat().st_mode | 0o011)
    data = folder / "data"
    subprocess.run(
        [
            initdb,
            "-D",
            data,
            "-A",
            "trust",
            "-U",
            "postgres",
            "--no-sync",
            f"--wal-segsize={segment_mb}",
        ],
        check=True,
        capture_output=True,
        user=user,
    )
    port = free_port()
    process = subprocess.Popen(
        [
            server,
            "-D",
            data,
            "-p",
            str(port),
            "-k",
            folder,
            "-c",
            "listen_addresses=127.0.0.1",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        user=user,
    )
    try:
        # the port is open while the server still refuses everybody
        asks = [ready, "-h", "127.0.0.1", "-p", str(port), "-q"]
        wait_for(lambda: subprocess.run(asks, check=False).returncode == 0)
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """Mount a file system of a few megabytes at a new folder; yield the folder."""
    mount, unmount = need("mount"), need("umount")
    folder.mkdir()
    command = [mount, "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        message = f"no file system can be mounted: {done.stderr.strip()}"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
    try:
        yield folder
    finally:
        subprocess.run([unmount, "--lazy", str(folder)], check=True)


@contextmanager
def prometheus(folder: Path, config: str) -> Iterator[str]:
    """Run Prometheus with a configuration; yield its address."""
    program = need("prometheus")
    file = folder / "prometheus.yml"
    file.write_text(config)
    port = free_port()
    process = subprocess.Popen(
        [
            program,
            f"--config.file={file}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--enable-feature=exemplar-storage",
            "--query.max-samples=100000",
            "--log.level=error",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: _is_ready(f"http://127.0.0.1:{port}/-/ready"))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
