"""Child processes with bounds: time, output, and an end for the whole group."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import IO

from runbookkit.errors import CouldNotCheckError

_GRACE = 2.0
_CHUNK = 65_536


class ProcessError(CouldNotCheckError):
    """A program could not be started, or did not end within its bounds."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child process may cost."""

    timeout: timedelta
    max_bytes: int = 1024 * 1024
    """Of each of its outputs; it is ended when it says more."""


@dataclass(frozen=True, slots=True)
class Done:
    """How a child process ended."""

    code: int
    """Its exit code; negative for the signal that ended it."""
    stdout: bytes
    stderr: bytes
    seconds: float
    timed_out: bool = False
    too_much: bool = False


def run_bounded(
    command: Sequence[str],
    limits: Limits,
    *,
    environment: Mapping[str, str],
    given: bytes = b"",
    stop: signal.Signals = signal.SIGTERM,
) -> Done:
    """Run a program in its own process group and return how it ended.

    When its time is over, or it says more than the limit, the whole group gets
    ``stop`` and two seconds later SIGKILL: nothing that it started is left.

    Raises:
        ProcessError: It could not be started.
    """
    began = time.monotonic()
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE if given else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environment),
            start_new_session=True,
        )
    except OSError as error:
        raise ProcessError(
            f"{command[0]}: cannot be started: {error.strerror}"
        ) from error
    collector = _Collector(process, limits.max_bytes, given)
    end = began + limits.timeout.total_seconds()
    try:
        timed_out = not collector.collect(end)
        if timed_out or collector.too_much:
            _end_group(process, stop)
            collector.collect(time.monotonic() + _GRACE)
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        timed_out = True
    finally:
        _kill_group(process)
        collector.close()
        process.wait()
    return Done(
        process.returncode,
        bytes(collector.outputs[0]),
        bytes(collector.outputs[1]),
        time.monotonic() - began,
        timed_out,
        collector.too_much,
    )


class _Collector:
    """Reads both outputs of a process, and gives it its input."""

    def __init__(
        self, process: subprocess.Popen[bytes], max_bytes: int, given: bytes
    ) -> None:
        self.outputs = (bytearray(), bytearray())
        self.too_much = False
        self._max = max_bytes
        self._given = given
        self._selector = selectors.DefaultSelector()
        self._streams = [process.stdout, process.stderr, process.stdin]
        for stream, output in zip(self._streams[:2], self.outputs, strict=True):
            if stream is not None:
                os.set_blocking(stream.fileno(), False)
                read = partial(self._read, stream, output)
                self._selector.register(stream, selectors.EVENT_READ, read)
        if process.stdin is not None:
            os.set_blocking(process.stdin.fileno(), False)
            write = partial(self._write, process.stdin)
            self._selector.register(process.stdin, selectors.EVENT_WRITE, write)

    def collect(self, end: float) -> bool:
        """Read until both outputs are closed; False when the time was over first."""
        while self._selector.get_map() and not self.too_much:
            left = end - time.monotonic()
            if left <= 0:
                return False
            for key, _ in self._selector.select(left):
                key.data()
        return True

    def _read(self, stream: IO[bytes], output: bytearray) -> None:
        try:
            data = os.read(stream.fileno(), _CHUNK)
        except BlockingIOError:
            return
        if not data:
            self._selector.unregister(stream)
            return
        output += data[: self._max - len(output)]
        self.too_much = self.too_much or len(output) >= self._max

    def _write(self, stream: IO[bytes]) -> None:
        try:
            sent = os.write(stream.fileno(), self._given[:_CHUNK])
        except BlockingIOError:
            return
        except BrokenPipeError:
            sent = len(self._given)
        self._given = self._given[sent:]
        if not self._given:
            self._selector.unregister(stream)
            with contextlib.suppress(OSError):
                stream.close()

    def close(self) -> None:
        """Let go of the pipes."""
        self._selector.close()
        for stream in self._streams:
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


def _end_group(process: subprocess.Popen[bytes], stop: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, stop)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """End whatever is left of the group: children that outlived their parent, too."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
