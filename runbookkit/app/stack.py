"""A stack to run against: the sample service and whatever real servers are installed."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from runbookkit.app.stack_files import (
    PROMETHEUS_OPTIONS,
    Addresses,
    Listening,
    alertmanager_file,
    loki_file,
    prometheus_file,
    tempo_file,
)
from runbookkit.errors import CouldNotCheckError
from runbookkit.http import Bounds, HttpClient, HttpError
from runbookkit.ports import Clock

_READY_SECONDS = 120
_END_SECONDS = 10
_NEWEST = 1000
"""In place of a version that a build does not tell."""
_PAUSE = timedelta(milliseconds=200)


@dataclass(frozen=True, slots=True)
class Ports:
    """Where everything listens, on loopback."""

    checkout: int = 8080
    prometheus: int = 9090
    alertmanager: int = 9093
    loki: int = 3100
    tempo: int = 3200
    otlp: int = 4318


@dataclass(slots=True)
class Stack:
    """The processes that run, by name."""

    folder: Path
    ports: Ports
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    """Servers that are not installed, and what that means."""

    def stop(self) -> None:
        """End everything, last started first."""
        for process in reversed(self.running.values()):
            process.send_signal(signal.SIGTERM)
        for process in reversed(self.running.values()):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_END_SECONDS)
            process.kill()
            process.wait()

    def ended(self) -> Iterator[str]:
        """Yield the names of what ended by itself."""
        return (name for name, each in self.running.items() if each.poll() is not None)


def start_stack(
    folder: Path, handbook: Path, ports: Ports, faults: tuple[str, ...], clock: Clock
) -> Stack:
    """Start the sample service and the servers that are installed, and wait for them.

    Raises:
        CouldNotCheckError: Something that is installed did not become ready.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stack = Stack(folder, ports)
    try:
        with_loki = _loki(stack)
        with_tempo = _tempo(stack)
        _checkout(stack, faults, loki=with_loki, tempo=with_tempo)
        _alertmanager(stack)
        _prometheus(stack, handbook.resolve())
        _configuration(stack, handbook.resolve())
        for name, url in _addresses(stack).items():
            _wait(stack, name, url, clock)
    except BaseException:
        stack.stop()
        raise
    return stack


def _start(stack: Stack, name: str, command: list[str]) -> None:
    log = (stack.folder / f"{name}.log").open("ab")
    with log:
        stack.running[name] = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=stack.folder
        )


def _checkout(
    stack: Stack, faults: tuple[str, ...], *, loki: bool, tempo: bool
) -> None:
    command = [sys.executable, "-m", "runbookkit.sample.service"]
    command += ["--port", str(stack.ports.checkout), "--folder", str(stack.folder)]
    if loki:
        command += ["--loki", f"http://127.0.0.1:{stack.ports.loki}"]
    if tempo:
        command += ["--tempo", f"http://127.0.0.1:{stack.ports.otlp}"]
    for fault in faults:
        command += ["--fault", fault]
    _start(stack, "checkout", command)


def _prometheus(stack: Stack, handbook: Path) -> None:
    program = shutil.which("prometheus")
    if program is None:
        stack.missing["prometheus"] = "no metrics; apt-get install prometheus"
        return
    at = f"127.0.0.1:{stack.ports.prometheus}"
    others = {
        name: f"127.0.0.1:{getattr(stack.ports, name)}"
        for name in ("alertmanager", "loki", "tempo")
        if name in stack.running
    }
    # the rules of Loki's ruler are LogQL
    rules = [
        str(file)
        for file in sorted((handbook / "alerts").glob("*.yaml"))
        if not file.name.startswith("loki-")
    ]
    addresses = Addresses(f"127.0.0.1:{stack.ports.checkout}", at, **others)
    file = _written(stack, "prometheus.yml", prometheus_file(addresses, rules))
    command = [program, f"--config.file={file}", f"--web.listen-address={at}"]
    command += [f"--storage.tsdb.path={stack.folder / 'prometheus'}"]
    _start(stack, "prometheus", [*command, *PROMETHEUS_OPTIONS])


def _alertmanager(stack: Stack) -> None:
    program = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
    if program is None:
        stack.missing["alertmanager"] = "no notifications"
        return
    file = _written(stack, "alertmanager.yml", alertmanager_file())
    _start(
        stack,
        "alertmanager",
        [
            program,
            f"--config.file={file}",
            f"--storage.path={stack.folder / 'alertmanager'}",
            f"--web.listen-address=127.0.0.1:{stack.ports.alertmanager}",
            "--cluster.listen-address=",
        ],
    )


def _loki(stack: Stack) -> bool:
    program = grafana_program("loki")
    if program is None:
        stack.missing["loki"] = "no logs to query; they are in checkout.log"
        return False
    at = _listening(stack, "loki", stack.ports.loki)
    file = _written(stack, "loki.yaml", loki_file(at))
    _start(stack, "loki", [program.path, f"-config.file={file}"])
    return True


def _tempo(stack: Stack) -> bool:
    program = grafana_program("tempo")
    if program is None:
        stack.missing["tempo"] = "no traces to query"
        return False
    at = _listening(stack, "tempo", stack.ports.tempo)
    content = tempo_file(at, stack.ports.otlp, major=program.major)
    file = _written(stack, "tempo.yaml", content)
    _start(stack, "tempo", [program.path, f"-config.file={file}"])
    return True


def _listening(stack: Stack, name: str, port: int) -> Listening:
    with socket.socket() as probe:
        # only the server itself asks there, so any port will do
        probe.bind(("127.0.0.1", 0))
        grpc_port: int = probe.getsockname()[1]
    return Listening("127.0.0.1", port, grpc_port, str(stack.folder / name))


def _written(stack: Stack, name: str, content: Mapping[str, Any]) -> Path:
    file = stack.folder / name
    file.write_text(yaml.safe_dump(dict(content), sort_keys=False), encoding="utf-8")
    return file


class GrafanaProgram(NamedTuple):
    """A server of Grafana's that is installed."""

    path: str
    major: int
    """Of its version."""


def grafana_program(name: str) -> GrafanaProgram | None:
    """Return the program if it is Grafana's: Debian's ``loki`` is about genetics."""
    path = shutil.which(name)
    if path is None:
        return None
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        done = subprocess.run(
            [path, "-version"], capture_output=True, timeout=10, check=False
        )
        said = (done.stdout + done.stderr).decode("utf-8", "replace")
        if "version" in said and "branch" in said:
            number = re.search(r"version v?(\d+)\.", said)
            return GrafanaProgram(path, int(number[1]) if number else _NEWEST)
    return None


def _addresses(stack: Stack) -> dict[str, str]:
    ports = stack.ports
    known = {
        "checkout": f"http://127.0.0.1:{ports.checkout}/metrics",
        "prometheus": f"http://127.0.0.1:{ports.prometheus}/-/ready",
        "alertmanager": f"http://127.0.0.1:{ports.alertmanager}/-/ready",
        "loki": f"http://127.0.0.1:{ports.loki}/ready",
        "tempo": f"http://127.0.0.1:{ports.tempo}/ready",
    }
    return {name: url for name, url in known.items() if name in stack.running}


def _configuration(stack: Stack, handbook: Path) -> None:
    """Write the configuration that asks these servers, and names the runbooks."""
    ports = {
        "prometheus": stack.ports.prometheus,
        "loki": stack.ports.loki,
        "tempo": stack.ports.tempo,
    }
    tables = [
        f'[backends.{name}.endpoint]\nurl = "http://127.0.0.1:{port}"\n'
        for name, port in ports.items()
        if name in stack.running
    ]
    tables.insert(0, f"[lint]\nhandbook = [{json.dumps(str(handbook))}]\n")
    (stack.folder / "runbook.toml").write_text("\n".join(tables), encoding="utf-8")


def _wait(stack: Stack, name: str, url: str, clock: Clock) -> None:
    client = HttpClient(Bounds(seconds=2))
    end = clock.now().timestamp() + _READY_SECONDS
    while clock.now().timestamp() < end:
        if stack.running[name].poll() is not None:
            break
        with contextlib.suppress(HttpError):
            if client.get(url).status == 200:
                return
        clock.sleep(_PAUSE)
    log = stack.folder / f"{name}.log"
    raise CouldNotCheckError(f"{name} did not become ready; see {log}")
