"""Ask the bpftrace of this host to compile a program without running it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from runbookkit.errors import CouldNotCheckError
from runbookkit.model.dry_run import DryRunOutput

_VERSION: Final = re.compile(r"v(\d+)\.(\d+)")
_DRY_RUN_OPTION_SINCE: Final = (0, 22)
_MOST_SHOWN: Final = 65536


def _is_root() -> bool:
    return os.geteuid() == 0


@dataclass(frozen=True, slots=True)
class BpftraceDryRun:
    """Compile programs with the bpftrace that is installed here.

    It parses a program, resolves its probes and types and generates its code;
    nothing is attached (from version 0.22 on it attaches and detaches at once).
    """

    command: str = "bpftrace"
    tracefs: tuple[Path, ...] = (
        Path("/sys/kernel/tracing"),
        Path("/sys/kernel/debug/tracing"),
    )
    timeout_seconds: float = 30.0
    is_root: Callable[[], bool] = _is_root

    def __call__(self, program: str) -> DryRunOutput:
        """Return what bpftrace says of a program.

        Raises:
            CouldNotCheckError: bpftrace is missing, may not run, or takes too long.
        """
        path = shutil.which(self.command)
        if path is None:
            raise CouldNotCheckError(
                f"{self.command} is not installed; install it to check bpftrace programs"
            )
        if not self.is_root():
            raise CouldNotCheckError("bpftrace: not root; only root may use it")
        if not any((folder / "events").is_dir() for folder in self.tracefs):
            raise CouldNotCheckError(
                "bpftrace: tracefs is not mounted; "
                f"run `mount -t tracefs tracefs {self.tracefs[0]}`"
            )
        version = self._run([path, "--version"])
        return self._run([path, *_options(version.stderr), "-e", program])

    def _run(self, arguments: Sequence[str]) -> DryRunOutput:
        """Return how a command ended; what it writes lands in one text."""
        try:
            process = subprocess.Popen(  # noqa: S603  # the program is one argument, no shell reads it
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL if "-e" in arguments else subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            raise CouldNotCheckError(
                f"bpftrace could not be started: {error}"
            ) from error
        with process:
            try:
                out, err = process.communicate(timeout=self.timeout_seconds)
            except subprocess.TimeoutExpired as error:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
                raise CouldNotCheckError(
                    f"bpftrace did not finish within {self.timeout_seconds:g} s"
                ) from error
        text = ((out or b"") + err)[:_MOST_SHOWN].decode(errors="replace")
        return DryRunOutput(process.returncode, text)


def _options(version: str) -> tuple[str, ...]:
    match = _VERSION.search(version)
    known = (int(match[1]), int(match[2])) if match else (0, 0)
    # Before 0.22, `-d` shows the compiler's work and stops there.
    return ("--dry-run",) if known >= _DRY_RUN_OPTION_SINCE else ("-d",)
