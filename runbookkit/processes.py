"""Child processes with bounds: time, output, and an end for the whole group."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import IO

from runbookkit.errors import CouldNotCheckError

_GRACE = 2.0
_CHUNK = 65_536
_LOOK = 0.2


class ProcessError(CouldNotCheckError):
    """A program could not be started, or did not end within its bounds."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child process may cost."""

    timeout: timedelta
    max_bytes: int = 1024 * 1024
    """Of each of its outputs; it is ended when it says more."""


@dataclass(frozen=True, slots=True)
class Watch:
    """A program that works until its input ends; we end it when its time is over."""

    mark: bytes
    """What it says when it is at work: its time begins there."""
    run_time: timedelta
    cancelled: threading.Event | None = None
    """Ends it before its time, from another thread."""


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
    watched: float = 0
    """Seconds from its mark until it was told to end, or ended."""
    told: bool = False
    """Whether a watch ended because its time was over."""


def run_bounded(
    command: Sequence[str],
    limits: Limits,
    *,
    environment: Mapping[str, str],
    given: bytes = b"",
    stop: signal.Signals = signal.SIGTERM,
    watch: Watch | None = None,
) -> Done:
    """Run a program in its own process group and return how it ended.

    When its time is over, or it says more than the limit, the whole group gets
    ``stop`` (a watched one the end of its input) and two seconds later SIGKILL:
    nothing that it started is left.

    Raises:
        ProcessError: It could not be started.
    """
    began = time.monotonic()
    piped = bool(given) or watch is not None
    process = _started(command, environment, piped=piped)
    collector = _Collector(process, limits.max_bytes, given, watch)
    end = began + limits.timeout.total_seconds()
    try:
        timed_out = not collector.run(end)
        if timed_out or collector.too_much:
            if watch is None:
                _end_group(process, stop)
            collector.hang_up()
            collector.collect(time.monotonic() + _GRACE, draining=True)
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
        collector.watched,
        collector.told,
    )


def _started(
    command: Sequence[str], environment: Mapping[str, str], *, piped: bool
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE if piped else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environment),
            start_new_session=True,
        )
    except OSError as error:
        raise ProcessError(
            f"{command[0]}: cannot be started: {error.strerror}"
        ) from error


class _Collector:
    """Reads both outputs of a process, and gives it its input."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        max_bytes: int,
        given: bytes,
        watch: Watch | None,
    ) -> None:
        self.outputs = (bytearray(), bytearray())
        self.too_much = False
        self.watched = 0.0
        self.told = False
        self._max = max_bytes
        self._given = given
        self._watch = watch
        self._selector = selectors.DefaultSelector()
        self._input = process.stdin
        self._streams = [process.stdout, process.stderr, process.stdin]
        for stream, output in zip(self._streams[:2], self.outputs, strict=True):
            if stream is not None:
                os.set_blocking(stream.fileno(), False)
                read = partial(self._read, stream, output)
                self._selector.register(stream, selectors.EVENT_READ, read)
        if self._input is not None and given:
            os.set_blocking(self._input.fileno(), False)
            write = partial(self._write, self._input)
            self._selector.register(self._input, selectors.EVENT_WRITE, write)

    def run(self, end: float) -> bool:
        """Read until the program is done; False when the time was over first."""
        watch = self._watch
        if watch is None:
            return self.collect(end)
        if not self.collect(end, until=watch.mark):
            return False
        began = time.monotonic()
        over = min(began + watch.run_time.total_seconds(), end)
        self.told = not self.collect(over)
        self.watched = time.monotonic() - began
        if self.told:
            self.hang_up()
        return self.collect(end)

    def collect(
        self, end: float, *, until: bytes = b"", draining: bool = False
    ) -> bool:
        """Read until both outputs are closed; False when the time was over first.

        ``until`` is a mark in the first output at which it stops reading;
        ``draining`` goes on past the limit, and keeps nothing of it.
        """
        cancelled = self._watch.cancelled if self._watch else None
        while self._selector.get_map() and (draining or not self.too_much):
            left = end - time.monotonic()
            if left <= 0 or (cancelled and cancelled.is_set() and not draining):
                return False
            for key, _ in self._selector.select(
                min(left, _LOOK) if cancelled else left
            ):
                key.data()
            if until and until in self.outputs[0]:
                break
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
        if self._given:
            return
        self._selector.unregister(stream)
        if self._watch is None:
            self.hang_up()

    def hang_up(self) -> None:
        """End the input of the program."""
        if self._input is not None and not self._input.closed:
            with contextlib.suppress(KeyError):
                self._selector.unregister(self._input)
            with contextlib.suppress(OSError):
                self._input.close()

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
