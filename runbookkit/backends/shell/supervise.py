"""The process that makes one change and keeps its result; see :mod:`once`."""

from __future__ import annotations

import base64
import json
import os
import sys
from datetime import timedelta
from pathlib import Path

from runbookkit.backends.shell.once import born, keep, take
from runbookkit.processes import Limits, ProcessError, run_bounded


def supervise(folder: Path) -> None:
    """Run the order in a folder, unless somebody else does or did."""
    if not take(folder, f"{os.getpid()} {born(os.getpid())}"):
        return
    order = json.loads((folder / "order").read_bytes())
    limits = Limits(timedelta(seconds=order["seconds"]), order["max_bytes"])
    try:
        done = run_bounded(
            order["command"],
            limits,
            environment=order["environment"],
            given=base64.b64decode(order["given"]),
        )
    except ProcessError as error:
        keep(folder / "result", {"error": str(error)})
        return
    result = {
        "error": "",
        "code": done.code,
        "stdout": base64.b64encode(done.stdout).decode(),
        "stderr": base64.b64encode(done.stderr).decode(),
        "seconds": done.seconds,
        "timed_out": done.timed_out,
        "too_much": done.too_much,
    }
    keep(folder / "result", result)


if __name__ == "__main__":
    supervise(Path(sys.argv[1]))
