"""Databases that restart when they are told to, and disks that become full."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

sys.path[:0] = [str(Path(__file__).parents[1] / "tests")]

from servers import postgres  # noqa: E402  the path is set first


class Databases:
    """Names of new stores; PostgreSQL runs when it is asked for."""

    def __init__(self, kind: str, folder: Path, *, segment_mb: int = 16) -> None:
        self.kind = kind
        self.folder = folder
        self._segment_mb = segment_mb
        self._url = ""
        self._again: list[subprocess.Popen[bytes]] = []
        self._command: list[str] = []

    @contextmanager
    def running(self) -> Iterator[Databases]:
        if self.kind == "sqlite":
            yield self
            return
        with postgres(self.folder, segment_mb=self._segment_mb) as self._url:
            self._command = shlex.split((self._data / "postmaster.opts").read_text())
            try:
                yield self
            finally:
                for each in self._again:
                    each.terminate()
                    each.wait(20)

    def new(self, number: int) -> str:
        if self.kind == "sqlite":
            return str(self.folder / f"{number}.sqlite")
        import psycopg  # noqa: PLC0415  only where it is wanted

        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE r{number}".encode())
        return re.sub("/postgres$", f"/r{number}", self._url)

    def restart(self, crash: bool) -> None:  # noqa: FBT001  a callable's own
        """End the server, sometimes as a crash does, and start it again."""
        self._start()  # it may have given up since
        pid = int(self._says().splitlines()[0])
        os.kill(pid, signal.SIGQUIT if crash else signal.SIGINT)
        while self._is_there():
            time.sleep(0.01)
        self._start()

    def revive(self) -> bool:
        """Start the server again if it gave up, as whoever supervises it would."""
        if self.kind == "sqlite" or self._is_there():
            return False
        self._start()
        return True

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _is_there(self) -> bool:
        for each in self._again:
            each.poll()
        return (self._data / "postmaster.pid").exists()

    def _says(self) -> str:
        try:
            return (self._data / "postmaster.pid").read_text()
        except FileNotFoundError:
            return ""

    def _start(self) -> None:
        """Have the server run; what is left of the last one may be in its way."""
        user = "postgres" if os.geteuid() == 0 else None
        quiet = subprocess.DEVNULL
        while "ready" not in self._says():
            if not self._is_there():
                self._again.append(
                    subprocess.Popen(
                        self._command, stdout=quiet, stderr=quiet, user=user
                    )
                )
            time.sleep(0.02)
            while self._again and self._again[-1].poll() is None and not self._says():
                time.sleep(0.01)


class SmallDisk:
    """A file system in memory that is filled up and freed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self, random: Random) -> None:
        """Leave nothing, or almost nothing; again, where something was given back."""
        left = random.choice((0, 0, 1, 4, 16)) * 4096
        free = shutil.disk_usage(self.folder).free - left
        with self._ballast.open("ab", buffering=0) as file:
            while free > 0:
                try:
                    free -= file.write(bytes(min(free, 1 << 20)))
                except OSError:
                    return

    def free(self) -> None:
        self._ballast.unlink(missing_ok=True)
