"""The process: workers that make traffic, and an interface to look and to change."""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

from runbookkit.sample.export import Exporter
from runbookkit.sample.metrics import CONTENT_TYPE, Metrics
from runbookkit.sample.settings import FAULTS, Settings
from runbookkit.sample.work import Work

_WORKERS = 16
_LARGEST = 1000


class Service:
    """Settings, metrics, and workers that serve requests of their own."""

    def __init__(self, folder: Path, *, loki: str = "", tempo: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.settings = Settings()
        self.metrics = Metrics()
        self._work = Work(self.settings, folder)
        self._exporter = Exporter(
            self.settings, folder / "checkout.log", loki=loki, tempo=tempo
        )
        self._pick = random.Random(2)  # noqa: S311  sampling, not secrets
        self._folder = folder
        self._backup: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin to make traffic."""
        for number in range(_WORKERS):
            name = f"worker-{number}"
            threading.Thread(target=self._serve, daemon=True, name=name).start()

    def _serve(self) -> None:
        while True:
            request = self._work.handle()
            sampled = self._pick.random() < float(self.settings["trace_sample_ratio"])
            unbounded = self.settings["metric_labels"] == "all"
            self.metrics.count(request, sampled=sampled, unbounded=unbounded)
            self._exporter.hand_over(request, sampled=sampled)
            time.sleep(0.1)  # between two customers

    def switch(self, fault: str, *, on: bool) -> None:
        """Bring a fault about, or heal it.

        Raises:
            KeyError: There is no such fault.
        """
        self.settings.switch(fault, on=on)
        if fault == "slow-fsync":
            self._neighbour(wanted=on)

    def _neighbour(self, *, wanted: bool) -> None:
        if self._backup is not None:
            self._backup.communicate()  # closes its input, which ends it
            self._backup = None
        if wanted:
            self._backup = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "runbookkit.sample.neighbour",
                    str(self._folder),
                ],
                stdin=subprocess.PIPE,
            )

    def put(self, name: str, value: str) -> None:
        """Change a setting.

        Raises:
            KeyError: There is no such setting.
        """
        self.settings.put(name, value)
        if name == "metric_labels" and value == "bounded":
            self.metrics.forget_carts()


class Handler(BaseHTTPRequestHandler):
    """``/metrics``, ``/admin/settings/NAME`` and ``/admin/faults/NAME``."""

    service: ClassVar[Service]

    def do_GET(self) -> None:
        """Show metrics or a setting."""
        if self.path == "/metrics":
            self._say(200, self.service.metrics.text(), CONTENT_TYPE)
        elif self.path.startswith("/admin/settings/"):
            self._setting(self.path.rpartition("/")[2])
        else:
            self._json(404, {"error": "not found"})

    def do_PUT(self) -> None:
        """Change a setting, or switch a fault ``on`` or ``off``."""
        size = min(int(self.headers.get("content-length") or 0), _LARGEST)
        value = self.rfile.read(size).decode("utf-8", "replace").strip()
        name = self.path.rpartition("/")[2]
        try:
            if self.path.startswith("/admin/faults/"):
                self.service.switch(name, on=value == "on")
                self._json(200, {"name": name, "value": value})
            else:
                self.service.put(name, value)
                self._setting(name)
        except KeyError:
            self._json(404, {"error": f"no setting or fault {name!r}"})

    def _setting(self, name: str) -> None:
        try:
            value = self.service.settings[name]
        except KeyError:
            self._json(404, {"error": f"no setting {name!r}"})
        else:
            self._json(200, {"name": name, "value": value})

    def _json(self, status: int, body: dict[str, Any]) -> None:
        self._say(status, json.dumps(body).encode(), "application/json")

    def _say(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing: the log is for requests of customers."""


def handler(service: Service) -> type[Handler]:
    """Return the class that answers requests to a service."""
    return type("BoundHandler", (Handler,), {"service": service})


def options_of(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(description="the sample service checkout")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--loki", default="")
    parser.add_argument("--tempo", default="", help="address of OTLP over HTTP")
    parser.add_argument("--fault", choices=sorted(FAULTS), action="append", default=[])
    return parser.parse_args(arguments)


def main() -> None:
    """Serve until the process is ended."""
    options = options_of(sys.argv[1:])
    # threads inherit the name, so bpftrace can tell the process by it
    with contextlib.suppress(OSError):
        Path("/proc/self/comm").write_text("checkout", encoding="ascii")
    service = Service(options.folder, loki=options.loki, tempo=options.tempo)
    for fault in options.fault:
        service.switch(fault, on=True)
    server = ThreadingHTTPServer((options.host, options.port), handler(service))
    service.start()
    server.serve_forever()


if __name__ == "__main__":
    main()
