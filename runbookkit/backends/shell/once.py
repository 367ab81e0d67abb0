"""Run a command once for a key, whoever is killed meanwhile.

The folder of a key holds what is to be run, the mark of the one supervisor
that runs it, and the result. Creating the mark is the lock: of two supervisors
one ends at once, and whoever gives an attempt up creates it, too.
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
_STARTING = 30.0
_GIVEN_UP = "given up"


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
    folder = _folder(spool, key)
    order = {
        "command": command,
        "seconds": limits.timeout.total_seconds(),
        "max_bytes": limits.max_bytes,
        "environment": dict(environment),
        "given": base64.b64encode(given).decode(),
    }
    supervisor = None
    try:
        if not (folder / "order").exists():
            keep(folder / "order", order)
        if not (folder / "result").exists():
            supervisor = _supervise(folder)
    except OSError as error:
        raise ProcessError(f"{folder}: {error.strerror}") from error
    try:
        done = _wait(folder)
    finally:
        if supervisor is not None:
            _forget(supervisor)
    if done is None:
        raise ProcessError("the change was not started, and will not be")
    return done


def result_once(spool: str, key: str) -> Done | None:
    """Return the result of a run that began under a key; None if it never began.

    In that case it never will: a supervisor that is late finds the key taken.

    Raises:
        ProcessError: Nobody knows whether the command was completed.
    """
    folder = _folder(spool, key)
    if not (folder / "result").exists():
        take(folder, _GIVEN_UP)
    return _wait(folder)


def take(folder: Path, name: str) -> bool:
    """Take a key for whoever bears a name; False when it was taken before."""
    try:
        mark = os.open(folder / "mark", os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return False
    os.write(mark, name.encode())
    os.fsync(mark)
    os.close(mark)
    # else the power could fail, and the change be made again by who finds no mark
    _flush(folder)
    return True


def _folder(spool: str, key: str) -> Path:
    if not _KEY.fullmatch(key):
        raise ProcessError(f"{key!r} is no name for an attempt")
    folder = Path(spool) / key
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _flush(folder.parent)
    except OSError as error:
        raise ProcessError(f"{folder}: {error.strerror}") from error
    return folder


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


def _wait(folder: Path) -> Done | None:
    """Return the result when it is there; None when the key was given up.

    There is no time-out for a supervisor that lives: it has one for the command.
    """
    end = time.monotonic() + _STARTING
    while not (folder / "result").exists():
        match _bearer(folder / "mark"):
            case "given up":
                return None
            case "gone":
                # it may have written the result and ended between two looks
                if not (folder / "result").exists():
                    raise ProcessError(
                        "the process that made this change was ended; look whether"
                        " the change was made before you repeat it"
                    )
            case "nobody" if time.monotonic() > end:
                take(folder, _GIVEN_UP)
            case "unknown" if time.monotonic() > end:
                raise ProcessError(
                    "nobody knows who makes this change; look whether it was made"
                    " before you repeat it"
                )
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


def _bearer(mark: Path) -> str:
    """Tell what became of the one who took a key."""
    try:
        name = mark.read_text()
    except FileNotFoundError:
        return "nobody"
    if name == _GIVEN_UP:
        return "given up"
    pid, _, began = name.partition(" ")
    if not (pid.isdigit() and began):
        return "unknown"  # the mark is not written yet, or never will be
    return "lives" if began == born(int(pid)) else "gone"


def born(pid: int) -> str:
    """Return when a process began, so that a reused number is told apart."""
    with contextlib.suppress(OSError):
        # the name before the state may hold spaces
        stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return "gone" if stat[0] == "Z" else stat[19]
    try:
        os.kill(pid, 0)
    except OSError:
        return "gone"
    return "somewhen"


def keep(file: Path, content: Any) -> None:
    """Write JSON whole and durable, or not at all."""
    unfinished = file.with_name(f"{file.name}.{os.getpid()}.{threading.get_ident()}")
    with unfinished.open("wb") as out:
        out.write(json.dumps(content).encode())
        out.flush()
        os.fsync(out.fileno())
    unfinished.replace(file)
    _flush(file.parent)


def _flush(folder: Path) -> None:
    """Make the names in a folder durable."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
