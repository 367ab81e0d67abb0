"""The backend with a bpftrace of the tests' own, which says what it is told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runbookkit.backends.bpftrace import Bpftrace, Config, connect
from runbookkit.clock import SystemClock
from runbookkit.errors import (
    AnswerTooLargeError,
    BackendTimeoutError,
    BackendUnavailableError,
    QueryRejectedError,
)
from runbookkit.model.answer import Ask
from servers import wait_for

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
PROGRAM = "interval:s:1 { @ = count(); }"
DOUBLE = f"""#!{sys.executable} -S
import json, os, signal, sys, time
if sys.argv[1] == "--version":
    sys.exit(print("bpftrace v0.17.0"))
def say(kind, data):
    print(json.dumps({{"type": kind, "data": data}}), flush=True)
def when_interrupted(do):
    signal.signal(signal.SIGINT, lambda *_: do())
def attached():
    say("attached_probes", {{"probes": 1}})
"""

Make = Callable[..., Bpftrace]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Return what makes a backend whose bpftrace is a script."""

    def backend(script: str, **config: object) -> Bpftrace:
        path = tmp_path / "bpftrace"
        path.write_text(DOUBLE + script)
        path.chmod(0o755)
        given = {"environment": {"PATH": os.environ["PATH"]}, "command": str(path)}
        return connect(Config(**{**given, **config}), clock=SystemClock())  # type: ignore[arg-type]  # any field

    return backend


def ask(
    program: str = PROGRAM,
    *,
    run: float | None = 0.5,
    within: float = 20,
    host: str = "",
) -> Ask:
    seconds = timedelta(seconds=within)
    run_time = timedelta(seconds=run) if run is not None else None
    return Ask("bpftrace", program, NOON, seconds, run_time=run_time, host=host)


def test_an_answer_has_the_names_of_expectations_and_says_what_ran(make: Make) -> None:
    backend = make('attached(); say("map", {"@": 7})')

    answer = backend.ask(ask(run=2))

    assert answer.names == {
        "maps": {"@": 7},
        "hist": {},
        "stdout": "",
        "lost_events": 0,
    }
    assert (answer.kind, answer.server, answer.voids) == ("bpftrace", "here", "")
    assert answer.sent == f"{PROGRAM}\ninterval:s:2 {{ exit(); }}\n"
    assert answer.details["hosts"]["localhost"]["version"] == "v0.17.0"


def test_the_program_reaches_bpftrace_as_it_is_and_with_no_other_option(
    make: Make,
) -> None:
    program = "BEGIN { printf(\"$HOME `id` 'x' \\\\ $(id) é\\n\"); exit(); }"
    backend = make('attached(); say("value", sys.argv[1:])')

    answer = backend.ask(ask(program))

    assert answer.names["stdout"] == (
        '["-f", "json", "-e", "BEGIN { printf(\\"$HOME `id` \'x\' \\\\\\\\ $(id) é'
        '\\\\n\\"); exit(); }\\n "]\n'
    )


def test_bpftrace_sees_what_is_configured_and_nothing_of_ours(make: Make) -> None:
    environment = {"PATH": os.environ["PATH"], "GIVEN": "x"}
    backend = make(
        'attached(); say("value", sorted(os.environ))',
        environment=environment,
        map_keys=10,
    )

    names = set(backend.ask(ask()).names["stdout"].split('"')[1::2])

    assert names - {"_", "PWD", "OLDPWD", "SHLVL", "LC_CTYPE"} == {
        *("BPFTRACE_MAP_KEYS_MAX", "BPFTRACE_MAX_MAP_KEYS"),
        *("GIVEN", "LC_ALL", "PATH"),
    }


def test_localhost_is_here(make: Make) -> None:
    answer = make('attached(); say("map", {"@": 7})').ask(ask(host="localhost"))

    assert answer.names["maps"] == {"@": 7}


def test_when_its_time_is_over_it_is_interrupted_and_prints_its_maps(
    make: Make,
) -> None:
    backend = make(
        'when_interrupted(lambda: sys.exit(say("map", {"@": 7})))\n'
        "attached(); time.sleep(60)"
    )

    answer = backend.ask(ask(run=0.5))

    assert (answer.names["maps"], answer.voids) == ({"@": 7}, "")
    assert 1.5 <= answer.details["hosts"]["localhost"]["seconds"] < 3


def test_letting_go_of_many_probes_may_take_the_rest_of_the_time(make: Make) -> None:
    backend = make(
        'when_interrupted(lambda: (time.sleep(3), sys.exit(say("map", {"@": 7}))))\n'
        "attached(); time.sleep(60)"
    )

    answer = backend.ask(ask(run=0.5, within=15))

    assert (answer.names["maps"], answer.voids) == ({"@": 7}, "")


def test_attaching_slowly_does_not_cost_run_time(make: Make) -> None:
    backend = make(
        'when_interrupted(lambda: sys.exit(say("map", {"@": 7})))\n'
        "time.sleep(2); attached(); time.sleep(60)"
    )

    answer = backend.ask(ask(run=0.5))

    assert answer.details["hosts"]["localhost"]["seconds"] >= 1.5


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("time.sleep(60)", r"not attached within 1 s"),
        (
            "when_interrupted(lambda: None); attached()\nwhile True: time.sleep(60)",
            "not let go of its probes within 1 s and was killed",
        ),
    ],
)
def test_one_that_does_not_end_is_killed(
    make: Make, script: str, message: str, tmp_path: Path
) -> None:
    backend = make(f"open('{tmp_path}/pid', 'w').write(str(os.getpid()))\n{script}")

    with pytest.raises(BackendTimeoutError, match=message):
        backend.ask(ask(run=0.2, within=1))

    pid = int((tmp_path / "pid").read_text())
    wait_for(lambda: not Path(f"/proc/{pid}").exists())


def test_one_that_watched_for_too_short_a_time_is_not_to_be_judged(make: Make) -> None:
    backend = make(
        'when_interrupted(lambda: sys.exit(say("map", {"@": 7})))\n'
        "attached(); time.sleep(60)"
    )

    answer = backend.ask(ask(run=30, within=2))

    assert answer.names["maps"] == {"@": 7}
    assert "s of 30 s" in answer.voids
    assert "within 120s" in answer.voids


def test_probes_that_are_told_of_do_not_make_a_success(make: Make) -> None:
    backend = make(
        "attached(); print('ERROR: Error attaching probe: x', file=sys.stderr)\n"
        "sys.exit(255)"
    )

    with pytest.raises(QueryRejectedError, match="Error attaching probe: x"):
        backend.ask(ask())


def test_one_that_says_too_much_is_ended_soon(make: Make) -> None:
    backend = make('attached()\nwhile True: say("printf", "x" * 50)', max_bytes=10_000)

    with pytest.raises(AnswerTooLargeError, match=r"more than 10000 bytes.*/comm !="):
        backend.ask(ask(run=600, within=660))


def test_a_missing_bpftrace_is_said_to_be_missing() -> None:
    config = Config({"PATH": os.environ["PATH"]}, command="no-such-bpftrace")

    with pytest.raises(BackendUnavailableError, match="bpftrace is not installed"):
        connect(config, clock=SystemClock()).ask(ask())


def test_root_may_be_had_through_sudo(make: Make, tmp_path: Path) -> None:
    sudo = tmp_path / "sudo"
    sudo.write_text('#!/bin/sh\necho "$1 $2" > "$0.said"; shift 2; exec "$@"\n')
    sudo.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    backend = make(
        'attached(); say("map", {"@": 7})', environment=environment, sudo=True
    )

    answer = backend.ask(ask())

    assert answer.names["maps"] == {"@": 7}
    assert (tmp_path / "sudo.said").read_text() == "-n --\n"


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (ask('BEGIN { system("id"); }'), "system.. is refused"),
        (ask("w:0x10:8:w { }"), "watchpoint probes are not allowed"),
        (ask(host="a, -oProxyCommand=id"), "'-oProxyCommand=id' names no host"),
        (ask(host="a b"), "'a b' names no host"),
        (ask(host=", ".join(f"h{n}" for n in range(33))), "33 hosts at once"),
    ],
)
def test_what_is_refused_is_never_started(
    make: Make, tmp_path: Path, asked: Ask, message: str
) -> None:
    backend = make(f"open('{tmp_path}/started', 'w')")

    with pytest.raises(QueryRejectedError, match=message):
        backend.ask(asked)

    assert not (tmp_path / "started").exists()


@pytest.fixture
def ours(make: Make, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Yield a process of ours that waits for a bpftrace that runs for 50 s."""
    make(
        f"open('{tmp_path}/pid', 'w').write(str(os.getpid()))\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "attached(); time.sleep(60)"
    )
    program = (
        "import sys\n"
        f"sys.path[:0] = {sys.path!r}\n"
        "from backends.test_bpftrace_backend import *\n"
        f"config = Config({{'PATH': {os.environ['PATH']!r}}}, '{tmp_path}/bpftrace')\n"
        "connect(config, clock=SystemClock()).ask(ask(run=50, within=60))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stderr=subprocess.DEVNULL
    ) as process:
        wait_for(lambda: (tmp_path / "pid").exists() and _pid(tmp_path) > 0)
        yield process
        process.kill()


def _pid(folder: Path) -> int:
    return int((folder / "pid").read_text() or 0)


def test_nothing_runs_on_when_we_are_killed(
    ours: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    ours.send_signal(signal.SIGKILL)
    ours.wait()

    wait_for(lambda: not Path(f"/proc/{_pid(tmp_path)}").exists())


def test_a_person_who_interrupts_does_not_wait_for_the_run_time(
    ours: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    ours.send_signal(signal.SIGINT)
    ours.wait(15)

    assert not Path(f"/proc/{_pid(tmp_path)}").exists()
