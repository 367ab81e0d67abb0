from __future__ import annotations

import os
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from runbookkit.processes import Limits, ProcessError, run_bounded

HERE = {"PATH": os.environ["PATH"]}


def limits(seconds: float = 10, max_bytes: int = 100_000) -> Limits:
    return Limits(timedelta(seconds=seconds), max_bytes)


def test_both_outputs_and_the_exit_code_come_back() -> None:
    done = run_bounded(
        ["sh", "-c", "echo a; echo b >&2; exit 3"], limits(), environment=HERE
    )

    assert (done.stdout, done.stderr, done.code) == (b"a\n", b"b\n", 3)
    assert not done.timed_out


def test_input_larger_than_a_pipe_goes_through() -> None:
    given = b"x" * 500_000

    done = run_bounded(["wc", "-c"], limits(), environment=HERE, given=given)

    assert done.stdout.strip() == b"500000"


def test_a_program_that_never_ends_is_ended_with_all_its_children(
    tmp_path: Path,
) -> None:
    program = f"(sleep 60; touch {tmp_path}/late) & echo $! > {tmp_path}/pid; sleep 60"
    began = time.monotonic()

    done = run_bounded(["sh", "-c", program], limits(0.3), environment=HERE)

    assert done.timed_out
    assert time.monotonic() - began < 5
    child = int((tmp_path / "pid").read_text())
    with pytest.raises(ProcessLookupError):
        _signal_until_gone(child)


def _signal_until_gone(pid: int) -> None:
    for _ in range(100):
        os.kill(pid, 0)
        time.sleep(0.02)


def test_a_program_that_ignores_the_signal_is_killed() -> None:
    program = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"

    done = run_bounded([sys.executable, "-c", program], limits(0.5), environment=HERE)

    assert done.timed_out
    assert done.code == -9


def test_a_program_that_says_too_much_is_ended() -> None:
    done = run_bounded(["yes"], limits(max_bytes=10_000), environment=HERE)

    assert done.too_much
    assert len(done.stdout) == 10_000


def test_a_child_that_keeps_the_output_open_does_not_hold_us() -> None:
    began = time.monotonic()

    done = run_bounded(
        ["sh", "-c", "sleep 60 & echo done"], limits(1), environment=HERE
    )

    assert done.stdout == b"done\n"
    assert time.monotonic() - began < 8


def test_nothing_of_our_environment_is_inherited() -> None:
    done = run_bounded(["env"], limits(), environment={**HERE, "A": "b"})

    names = {line.partition(b"=")[0] for line in done.stdout.splitlines()}
    assert names == {b"PATH", b"A"}


def test_a_program_that_is_not_there_is_an_error_that_names_it() -> None:
    with pytest.raises(ProcessError, match="no-such-program"):
        run_bounded(["no-such-program"], limits(), environment=HERE)
