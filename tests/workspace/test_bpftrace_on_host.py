from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from runbookkit.errors import CouldNotCheckError
from runbookkit.queries.bpftrace_dry_run import check_with, dry_run_problems
from runbookkit.workspace.bpftrace import BpftraceDryRun

MakeCommand = Callable[[str], BpftraceDryRun]


@pytest.fixture
def make_command(tmp_path: Path) -> MakeCommand:
    """Return a dry run whose bpftrace is a script of the test's own."""
    (tmp_path / "events").mkdir()

    def make(script: str) -> BpftraceDryRun:
        path = tmp_path / "bpftrace"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return BpftraceDryRun(
            str(path), (tmp_path,), timeout_seconds=2.0, is_root=lambda: True
        )

    return make


def test_hands_over_the_program_as_one_argument(make_command: MakeCommand) -> None:
    dry_run = make_command('printf "%s|" "$@" >&2; exit 3')

    output = dry_run("BEGIN { $(id) 'x' }")

    assert output.returncode == 3
    assert output.stderr == "-d|-e|BEGIN { $(id) 'x' }|"


def test_newer_versions_have_an_option_for_it(make_command: MakeCommand) -> None:
    dry_run = make_command(
        'test "$1" = --version && echo "bpftrace v0.24.1"; echo "$1" >&2'
    )

    assert dry_run("BEGIN { }").stderr == "--dry-run\n"


def test_bytes_that_are_no_text_do_no_harm(make_command: MakeCommand) -> None:
    dry_run = make_command(r"printf '\377x' >&2")

    assert dry_run("BEGIN { }").stderr == "\ufffdx"


def test_a_missing_bpftrace_is_named() -> None:
    dry_run = BpftraceDryRun("no-such-bpftrace")

    with pytest.raises(CouldNotCheckError, match="no-such-bpftrace is not installed"):
        dry_run("BEGIN { }")


def test_only_root_may_ask(make_command: MakeCommand) -> None:
    made = make_command("exit 0")
    dry_run = BpftraceDryRun(made.command, made.tracefs, is_root=lambda: False)

    with pytest.raises(CouldNotCheckError, match="not root"):
        dry_run("BEGIN { }")


def test_a_missing_tracefs_is_named_with_its_cure(
    make_command: MakeCommand, tmp_path: Path
) -> None:
    made = make_command("exit 0")
    dry_run = BpftraceDryRun(made.command, (tmp_path / "no",), is_root=lambda: True)

    with pytest.raises(CouldNotCheckError, match=r"mount -t tracefs tracefs .*/no"):
        dry_run("BEGIN { }")


def test_a_program_with_a_nul_cannot_be_asked_about(make_command: MakeCommand) -> None:
    dry_run = make_command("exit 0")

    with pytest.raises(CouldNotCheckError, match="could not be started"):
        dry_run("BEGIN { \0 }")


def test_one_that_hangs_is_ended_with_its_children(
    make_command: MakeCommand, tmp_path: Path
) -> None:
    pid_file = tmp_path / "pid"
    made = make_command(
        f'test "$1" = --version && exit; sleep 60 & echo $! > {pid_file}; wait'
    )
    dry_run = BpftraceDryRun(
        made.command, made.tracefs, timeout_seconds=0.5, is_root=lambda: True
    )

    with pytest.raises(CouldNotCheckError, match=r"did not finish within 0\.5 s"):
        dry_run("BEGIN { }")

    assert is_gone(int(pid_file.read_text()))


def is_gone(pid: int) -> bool:
    for _ in range(50):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
            return True
        time.sleep(0.02)
    return False


@pytest.fixture(scope="module")
def bpftrace() -> BpftraceDryRun:
    """Return the real one, or skip where there is none."""
    dry_run = BpftraceDryRun()
    try:
        dry_run("BEGIN { exit(); }")
    except CouldNotCheckError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))
    return dry_run


@pytest.mark.program
@pytest.mark.parametrize(
    ("program", "place"),
    [
        ("BEGIN { nofunc(1); }", "nofunc"),
        ('BEGIN {\n  @x = 1;\n  @x = "é";\n}', "@x"),
        (
            "tracepoint:syscalls:sys_enter_nope { }",
            "tracepoint:syscalls:sys_enter_nope",
        ),
        ('BEGIN { system("id"); }', 'system("id")'),
        ('BEGIN { printf("é%d", nofn(1)); }', "nofn"),
    ],
)
def test_the_real_one_says_where_a_program_is_wrong(
    bpftrace: BpftraceDryRun, program: str, place: str
) -> None:
    problem = dry_run_problems(program, bpftrace(program))[0]

    assert program[problem.start : problem.end].startswith(place)


@pytest.mark.program
def test_the_real_one_accepts_a_program_and_runs_nothing(
    bpftrace: BpftraceDryRun,
) -> None:
    program = (
        "tracepoint:raw_syscalls:sys_enter { @[comm] = count(); } "
        "interval:s:600 { exit(); }"
    )

    checked = check_with(program, bpftrace)

    assert (checked.problems, checked.unchecked) == ((), "")


@pytest.mark.program
def test_the_real_one_knows_the_fields_that_we_do_not(bpftrace: BpftraceDryRun) -> None:
    program = "tracepoint:raw_syscalls:sys_exit { @ = args->nope; }"

    (problem,) = check_with(program, bpftrace).problems

    assert "does not contain a field named 'nope'" in problem.message
