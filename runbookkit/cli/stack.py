"""``runbook stack``."""

from __future__ import annotations

import signal
import sys
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Annotated

from cyclopts import Parameter

from runbookkit.app.stack import Ports, start_stack
from runbookkit.cli import codes
from runbookkit.clock import SystemClock
from runbookkit.errors import UsageError
from runbookkit.sample.settings import FAULTS


def stack(  # noqa: PLR0913  one option each
    *,
    folder: Path = Path("runbook-stack"),
    handbook: Path = Path("ops-handbook"),
    fault: Annotated[tuple[str, ...], Parameter(negative=())] = (),
    minutes: float = 60,
    checkout_port: int = 8080,
    prometheus_port: int = 9090,
    alertmanager_port: int = 9093,
    loki_port: int = 3100,
    tempo_port: int = 3200,
    otlp_port: int = 4318,
) -> int:
    """Start the sample service and the real servers that are installed.

    Everything listens on loopback and ends with this command.

    Parameters
    ----------
    folder
        Where data, logs and a matching runbook.toml go.
    handbook
        Folder whose alert rules Prometheus loads.
    fault
        Faults that the service begins with.
    minutes
        How long it runs, if nobody ends it before.
    checkout_port
        Port of the sample service.
    prometheus_port
        Port of Prometheus.
    alertmanager_port
        Port of Alertmanager.
    loki_port
        Port of Loki.
    tempo_port
        Port at which Tempo answers.
    otlp_port
        Port at which Tempo takes traces.
    """
    for name in fault:
        if name not in FAULTS:
            raise UsageError(
                f"there is no fault {name!r}; known are {', '.join(FAULTS)}"
            )
    # without it, the default action would leave the servers behind
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, _end)
    clock = SystemClock()
    ports = Ports(
        *(checkout_port, prometheus_port, alertmanager_port),
        *(loki_port, tempo_port, otlp_port),
    )
    running = start_stack(folder.resolve(), handbook, ports, fault, clock)
    try:
        for name, what in running.missing.items():
            print(f"{name} is not installed: {what}", file=sys.stderr)
        print(f"running: {', '.join(running.running)}", file=sys.stderr)
        print(
            f"faults: curl -X PUT -d on http://127.0.0.1:{ports.checkout}/admin/faults/NAME"
            f" with one of {', '.join(FAULTS)}",
            file=sys.stderr,
        )
        config = folder / "runbook.toml"
        print(f"runbook run NAME --config {config.as_posix()}", flush=True)
        end = clock.now() + timedelta(minutes=minutes)
        while clock.now() < end:
            clock.sleep(timedelta(seconds=1))
            for name in running.ended():
                print(f"{name} ended; see {running.folder / name}.log", file=sys.stderr)
                return codes.COULD_NOT_CHECK
    finally:
        running.stop()
    return codes.OK


def _end(number: int, _: FrameType | None) -> None:
    """End the stack; whoever asks twice does not break that off."""
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.SIG_IGN)
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    sys.exit(codes.OK)
