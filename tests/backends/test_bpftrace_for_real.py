"""The backend with the bpftrace of this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runbookkit.backends.bpftrace import Bpftrace, Config, connect
from runbookkit.clock import SystemClock
from runbookkit.errors import (
    AnswerTooLargeError,
    BackendError,
    BackendUnavailableError,
    QueryRejectedError,
)
from runbookkit.model.answer import Answer, Ask
from servers import need

pytestmark = [pytest.mark.program, pytest.mark.usefixtures("real")]

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SYNCS = """
import os, sys, time
longest = 0
with open(sys.argv[1], "wb") as file:
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(5):
        file.write(os.urandom(16 * 1024 * 1024))
        file.flush()
        began = time.monotonic()
        os.fsync(file.fileno())
        longest = max(longest, time.monotonic() - began)
print(int(longest * 1e6), flush=True)
"""


@pytest.fixture(scope="module")
def real() -> None:
    """Skip where bpftrace cannot run."""
    need("bpftrace")
    try:
        run("BEGIN { exit(); }")
    except BackendError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))


def backend(**config: object) -> Bpftrace:
    given = {"environment": {"PATH": os.environ["PATH"]}, **config}
    return connect(Config(**given), clock=SystemClock())  # type: ignore[arg-type]  # any field


def run(program: str, *, seconds: float = 1, **config: object) -> Answer:
    run_time = timedelta(seconds=seconds)
    asked = Ask("bpftrace", program, NOON, timedelta(seconds=50), run_time=run_time)
    return backend(**config).ask(asked)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Yield a service that writes orders and waits for the disk, when it is told to."""
    with subprocess.Popen(
        [sys.executable, "-c", SYNCS, tmp_path / "orders"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def test_a_slow_fsync_is_found(service: subprocess.Popen[bytes]) -> None:
    program = f"""
    tracepoint:syscalls:sys_enter_fsync /pid == {service.pid}/ {{
      @began[tid] = nsecs;
    }}
    tracepoint:syscalls:sys_exit_fsync /@began[tid]/ {{
      $us = (nsecs - @began[tid]) / 1000;
      @fsync_us = hist($us); @longest_us = max($us); @calls++;
      delete(@began[tid]);
      if (@calls == 5) {{ exit(); }}
    }}
    END {{ clear(@began); }}
    """
    assert service.stdin is not None
    assert service.stdout is not None
    starter = subprocess.Popen(["sh", "-c", "sleep 4; echo go"], stdout=service.stdin)

    answer = run(program, seconds=30)

    starter.wait()
    longest = int(service.stdout.readline())
    assert longest / 2 < answer.names["maps"]["@longest_us"] <= longest + 1
    assert sum(bucket["count"] for bucket in answer.names["hist"]["@fsync_us"]) == 5
    assert set(answer.names["maps"]) == {"@calls", "@longest_us"}


def test_every_kind_of_map_is_read() -> None:
    answer = run(
        "BEGIN { @c = count(); @s = sum(4); @mn = min(4); @mx = max(4); @a = avg(3);"
        ' @st = stats(4); @h = hist(5); @l = lhist(50, 0, 10, 5); @n["a"] = hist(0);'
        ' @k["k,1", 2] = 3; @t = "é"; @ = -5; @e[1] = 1; clear(@e); exit(); }'
    )

    assert answer.names["maps"] == {
        "@c": 1,
        "@s": 4,
        "@mn": 4,
        "@mx": 4,
        "@a": 3,
        "@": -5,
        "@st": {"count": 1, "average": 4, "total": 4},
        "@k": {"k,1,2": 3},
        "@t": "é",
    }
    assert answer.names["hist"] == {
        "@h": [{"min": 4, "max": 7, "count": 1}],
        "@l": [{"min": 10, "count": 1}],
        "@n": {"a": [{"min": 0, "max": 0, "count": 1}]},
    }
    assert answer.warnings == ()


def test_times_above_two_seconds_in_nanoseconds_have_a_bucket() -> None:
    answer = run("BEGIN { @ = hist(5000000000); exit(); }")

    (bucket,) = (each for each in answer.names["hist"]["@"] if each["count"])
    assert bucket["min"] in {2**31, 2**32}


def test_what_is_printed_stands_in_order() -> None:
    answer = run(
        'BEGIN { printf("a é %s\\n", "x"); print(5); printf("\\"q\\\\"); exit(); }'
    )

    assert answer.names["stdout"] == 'a é x\n5\n"q\\'


def test_a_program_without_an_end_runs_for_its_time() -> None:
    answer = run("interval:ms:100 { @ticks = count(); }", seconds=2)

    assert answer.names["maps"]["@ticks"] >= 15
    assert "interval:s:2 { exit(); }" in answer.sent


def test_a_program_that_would_run_longer_is_interrupted_and_keeps_its_maps() -> None:
    answer = run("interval:ms:100 { @ = count(); } interval:s:600 { exit(); }")

    assert answer.names["maps"]["@"] >= 9
    assert answer.voids == ""


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("tracepoint:syscalls:sys_enter_nope { }", "line 1: tracepoint not found"),
        (
            "BEGIN { }\ntracepoint:raw_syscalls:sys_exit\n{ @ = args->nope; }",
            "line 3: ",
        ),
        ("BEGIN { nofunc(1); }", "line 1: Unknown function: nofunc"),
        (f'BEGIN {{ printf("%s", "{"x" * 9000}"); }}', "line 1: .*[Ss]tring"),
    ],
)
def test_a_program_that_is_wrong_says_where(program: str, message: str) -> None:
    with pytest.raises(QueryRejectedError, match=message):
        run(program)


def test_a_probe_that_is_missing_beside_others_voids_the_answer() -> None:
    program = "t:syscalls:sys_enter_nope, t:syscalls:sys_enter_read { @ = count(); }"

    try:
        said = run(program).voids
    except QueryRejectedError as error:  # as later versions see it
        said = str(error)

    assert "sys_enter_nope" in said


def test_an_attachment_that_fails_is_no_empty_answer() -> None:
    with pytest.raises(
        (QueryRejectedError, BackendUnavailableError), match=r"kprobe|no_such_function"
    ):
        run("kprobe:no_such_function_anywhere { @ = count(); }")


def test_a_program_that_prints_for_every_call_is_ended() -> None:
    program = 'tracepoint:raw_syscalls:sys_enter { printf("%s %d %s\\n", comm, pid, "xxxxx"); }'

    with pytest.raises(AnswerTooLargeError, match="more than 100000 bytes"):
        run(program, seconds=600, max_bytes=100_000)


def test_a_full_map_says_that_it_may_be_cut() -> None:
    program = "interval:ms:5 { @[nsecs] = count(); @n = count(); }"

    answer = run(program, map_keys=10)

    assert len(answer.names["maps"]["@"]) == 10
    assert answer.names["maps"]["@n"] > 10
    assert answer.truncated.startswith("truncated? @ holds 10 keys")


def test_a_host_without_tracefs_says_how_to_mount_it(tmp_path: Path) -> None:
    need("unshare")
    hidden = tmp_path / "sudo"
    hidden.write_text(
        "#!/bin/sh\nshift 2\n"
        'exec unshare -m sh -c "umount -l /sys/kernel/tracing;'
        ' umount -l /sys/kernel/debug; exec \\"\\$@\\"" sh "$@"\n'
    )
    hidden.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    program = "tracepoint:syscalls:sys_enter_fsync { @ = count(); }"

    with pytest.raises(BackendUnavailableError, match="mount -t tracefs tracefs /sys"):
        run(program, environment=environment, sudo=True)
