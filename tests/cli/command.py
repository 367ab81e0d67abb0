"""Run the command line as people do: in a folder, with an environment."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lint.examples import HERE
from runbookkit.cli.main import run

CLEAN = (
    (HERE / "clean.md")
    .read_text(encoding="utf-8")
    .replace("2026-11-01", f"{datetime.now(UTC):%Y-%m-%d}")
)
"""A runbook without findings, whatever day it is."""
DIRTY = CLEAN.replace("- **Not met:** stop", "- **Not met:** call the database team")
"""The same with one error."""


@dataclass(frozen=True)
class Done:
    """What a command printed and returned."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The JSON on stdout."""
        return json.loads(self.out)

    @property
    def found(self) -> list[tuple[str, int, str]]:
        """Path, line and code of each finding of a JSON report."""
        return [
            (each["path"], each["line"], each["code"]) for each in self.data["findings"]
        ]


@dataclass(frozen=True)
class Place:
    """A folder with files, and commands that run in it."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def write(self, name: str, text: str | bytes) -> Path:
        """Write a file, and return its path."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def read(self, name: str) -> str:
        return (self.folder / name).read_bytes().decode()

    def run(self, *arguments: str, **variables: str) -> Done:
        """Run a command in this process."""
        out, err = _Stream(), _Stream()
        with (
            self._environment(variables),
            contextlib.chdir(self.folder),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            code = run(list(arguments))
        return Done(code, out.text(), err.text())

    def lint(self, *arguments: str, **variables: str) -> Done:
        """Lint as JSON, without what is remembered."""
        return self.run("lint", *arguments, "-o", "json", "--no-cache", **variables)

    def start(self, *arguments: str, **variables: str) -> Done:
        """Run a command as a process of its own."""
        done = subprocess.run(
            [sys.executable, "-m", "runbookkit", *arguments],
            cwd=self.folder,
            env=self.variables(**variables),
            capture_output=True,
            timeout=50,
            check=False,
        )
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    def variables(self, **more: str) -> dict[str, str]:
        """Return the environment of a process of its own."""
        return {**os.environ, **self._all(more)}

    def _all(self, variables: Mapping[str, str]) -> dict[str, str]:
        keep = {"RUNBOOK_CACHE_DIR": str(self.folder / ".cache"), "TERM": "dumb"}
        return {**keep, **self.environment, **variables}

    @contextlib.contextmanager
    def _environment(self, variables: Mapping[str, str]) -> Iterator[None]:
        before = dict(os.environ)
        os.environ.update(self._all(variables))
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)


class _Stream(io.TextIOWrapper):
    """Takes text and bytes, as a terminal's streams do."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", newline="")

    def text(self) -> str:
        self.flush()
        held = self.buffer
        assert isinstance(held, io.BytesIO)
        return held.getvalue().decode()
