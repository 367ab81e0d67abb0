"""A guided run in a real terminal, as a person starts it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.command import Place
from cli.test_run import book, reads

ALTERNATE = "\x1b[?1049h"
"""What switches a terminal to its second screen."""
BACK = "\x1b[?1049l"


@dataclass
class Terminal:
    """A command that believes to be in a terminal of 80 by 24."""

    process: subprocess.Popen[bytes]
    master: int
    text: str = ""

    def until(self, words: str) -> None:
        """Read until something stands there."""
        while words not in self.text:
            self.text += os.read(self.master, 65_536).decode(errors="replace")

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def end(self) -> int:
        """Read to the end; return the exit code."""
        with suppress(OSError):
            while data := os.read(self.master, 65_536):
                self.text += data.decode(errors="replace")
        return self.process.wait()


@contextmanager
def terminal(place: Place, *arguments: str) -> Iterator[Terminal]:
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    variables = {**place.variables(), "TERM": "xterm-256color"}
    variables.pop("CI", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "runbookkit", "run", *arguments],
        cwd=place.folder,
        env=variables,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    try:
        yield Terminal(process, master)
    finally:
        process.kill()
        process.wait()
        os.close(master)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    found = Place(tmp_path)
    found.write("runbook.toml", 'state = "state"\n')
    book(found, reads("Look", "echo fine"))
    return found


def test_a_terminal_has_the_full_screen_and_gets_its_own_back(place: Place) -> None:
    with terminal(place, "try.md") as here:
        here.until("Run it")
        here.type("q")
        code = here.end()

    assert code == 4
    assert here.text.index(ALTERNATE) < here.text.index(BACK)
    assert "is paused; go on with: runbook run --resume" in here.text.split(BACK)[1]


def test_a_run_that_is_ended_from_outside_leaves_the_terminal_and_goes_on(
    place: Place,
) -> None:
    with terminal(place, "try.md") as here:
        here.until("Run it")
        here.process.send_signal(signal.SIGTERM)
        code = here.end()
    found = re.search(r"go on with: runbook run --resume (\w+)", here.text)
    assert found is not None

    resumed = place.run("run", "--resume", found[1], "--auto")

    assert code == 130
    assert BACK in here.text
    assert resumed.code == 0


def test_plain_stays_on_the_first_screen(place: Place) -> None:
    with terminal(place, "try.md", "--plain") as here:
        here.until("Run it")
        here.type("\n")
        here.until("Which way")
        here.type("\n")
        code = here.end()

    assert code == 0
    assert ALTERNATE not in here.text
    assert "stop: the run is over" in here.text
