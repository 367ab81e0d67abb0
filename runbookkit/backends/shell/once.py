"""Run a command once for a key, whoever is killed meanwhile.

The folder of a key holds what is to be run, the mark of the one supervisor
that runs it, and the result. Creating the mark is the lock: of two supervisors
one ends at once.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runbookkit.processes import Done, Limits, ProcessError

_POLL = 0.02
_KEY = re.compile(r"[\w.-]{1,200}")
_STARTING = 10.0


def run_once(
    spool: str,
    key: str,
    command: tuple[str, ...],
    limits: Limits,
    *,
    environment: Mapping[str, str],
    given: bytes = b"",
) -> Done:
    """Return the result of the one run of a command under a key.

    Raises:
        ProcessError: It could not be started, or its supervisor was ended and
            nobody knows whether the command was completed.
    """
    if not _KEY.fullmatch(key):
        raise ProcessError(f"{key!r} is no name for an attempt")
    folder = Path(spool) / key
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        order = {
            "command": command,
            "seconds": limits.timeout.total_seconds(),
            "max_bytes": limits.max_bytes,
            "environment": dict(environment),
            "given": base64.b64encode(given).decode(),
        }
        if not (folder / "order").exists():
            keep(folder / "order", order)
        supervisor = None
        if not (folder / "result").exists():
            supervisor = _supervise(folder)
    except OSError as error:
        raise ProcessError(f"{folder}: {error.strerror}") from error
    try:
        return _wait(folder, limits)
    finally:
        if supervisor is not None:
            _forget(supervisor)


def _supervise(folder: Path) -> subprocess.Popen[bytes]:
    program = [sys.executable, "-m", "runbookkit.backends.shell.supervise"]
    return subprocess.Popen(  # it outlives us: that is what it is for
        [*program, str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


def _forget(supervisor: subprocess.Popen[bytes]) -> None:
    """Take note of its end without waiting for a change that goes on."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        supervisor.wait(1)
    supervisor.returncode = supervisor.returncode or 0  # else Python warns of it


def _wait(folder: Path, limits: Limits) -> Done:
    end = time.monotonic() + limits.timeout.total_seconds() + _STARTING
    while not (folder / "result").exists():
        if (folder / "mark").exists() and not _lives(folder / "mark"):
            # it may have written the result and ended between two looks
            if (folder / "result").exists():
                break
            raise ProcessError(
                "the process that made this change was ended; look whether the"
                " change was made before you repeat it"
            )
        if time.monotonic() > end:
            raise ProcessError("the change was not started; see the machine's load")
        time.sleep(_POLL)
    return _done(json.loads((folder / "result").read_bytes()))


def _done(result: Mapping[str, Any]) -> Done:
    if result["error"]:
        raise ProcessError(result["error"])
    return Done(
        result["code"],
        base64.b64decode(result["stdout"]),
        base64.b64decode(result["stderr"]),
        result["seconds"],
        result["timed_out"],
        result["too_much"],
    )


def _lives(mark: Path) -> bool:
    """Tell whether the supervisor that made a mark is still there."""
    try:
        pid, began = mark.read_text().split()
    except ValueError:
        return True  # the mark is there and not written yet
    return began == born(int(pid))


def born(pid: int) -> str:
    """Return when a process began, so that a reused number is told apart."""
    with contextlib.suppress(OSError):
        # field 22 of /proc/PID/stat; the name before it may hold spaces
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    try:
        os.kill(pid, 0)
    except OSError:
        return "gone"
    return "unknown"


def keep(file: Path, content: Any) -> None:
    """Write JSON whole and durable, or not at all."""
    unfinished = file.with_name(f"{file.name}.{os.getpid()}.{threading.get_ident()}")
    with unfinished.open("wb") as out:
        out.write(json.dumps(content).encode())
        out.flush()
        os.fsync(out.fileno())
    unfinished.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
