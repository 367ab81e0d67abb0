from __future__ import annotations

import os
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from runbookkit.processes import Limits, ProcessError, Watch, run_bounded

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
    program = (
        f"(sleep 600; touch {tmp_path}/late) & echo $! > {tmp_path}/pid; sleep 600"
    )

    done = run_bounded(["sh", "-c", program], limits(0.3), environment=HERE)

    assert done.timed_out
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
    done = run_bounded(
        ["sh", "-c", "sleep 600 & echo done"], limits(1), environment=HERE
    )

    assert done.stdout == b"done\n"


def test_nothing_of_our_environment_is_inherited() -> None:
    done = run_bounded(["env"], limits(), environment={**HERE, "A": "b"})

    names = {line.partition(b"=")[0] for line in done.stdout.splitlines()}
    assert names == {b"PATH", b"A"}


def test_a_program_that_is_not_there_is_an_error_that_names_it() -> None:
    with pytest.raises(ProcessError, match="no-such-program"):
        run_bounded(["no-such-program"], limits(), environment=HERE)


def _watch(run_time: float = 0.3, mark: bytes = b"at work") -> Watch:
    return Watch(mark, timedelta(seconds=run_time))


_UNTIL_INPUT_ENDS = "echo at work; cat; echo result"


def test_a_watched_program_hears_the_end_of_its_input_when_its_time_is_over() -> None:
    done = run_bounded(
        ["sh", "-c", _UNTIL_INPUT_ENDS],
        limits(),
        environment=HERE,
        given=b"given\n",
        watch=_watch(),
    )

    assert done.stdout == b"at work\ngiven\nresult\n"
    assert done.told
    assert not done.timed_out
    assert 0.3 <= done.watched < 5


def test_the_time_of_a_watched_program_begins_when_it_says_so() -> None:
    done = run_bounded(
        ["sh", "-c", f"sleep 0.5; {_UNTIL_INPUT_ENDS}"],
        limits(),
        environment=HERE,
        watch=_watch(),
    )

    assert done.seconds > 0.8
    assert b"result" in done.stdout


def test_a_watched_program_that_ends_by_itself_was_not_told_to() -> None:
    done = run_bounded(
        ["sh", "-c", "echo at work"], limits(), environment=HERE, watch=_watch(5)
    )

    assert not done.told
    assert done.watched < 5


def test_a_watched_program_that_is_never_at_work_times_out() -> None:
    done = run_bounded(["cat"], limits(0.3), environment=HERE, watch=_watch(5))

    assert done.timed_out
    assert not done.told


def test_a_watched_program_is_cancelled_from_another_thread() -> None:
    cancelled = threading.Event()
    timer = threading.Timer(0.3, cancelled.set)
    timer.start()
    watch = Watch(b"at work", timedelta(seconds=600), cancelled)

    done = run_bounded(
        ["sh", "-c", _UNTIL_INPUT_ENDS], limits(600), environment=HERE, watch=watch
    )

    timer.join()
    assert b"result" in done.stdout


def test_what_is_said_past_the_limit_does_not_keep_a_program_from_ending() -> None:
    program = "trap 'exit 7' TERM; while :; do echo aaaaaaaaaaaaaaaaaaaaaaaa; done"

    done = run_bounded(["sh", "-c", program], limits(max_bytes=1000), environment=HERE)

    assert (done.too_much, done.code, len(done.stdout)) == (True, 7, 1000)
