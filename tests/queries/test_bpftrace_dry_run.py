from __future__ import annotations

import pytest

from runbookkit.model.dry_run import DryRunOutput
from runbookkit.queries.bpftrace_dry_run import check_with, dry_run_problems

HARMLESS = (
    "ERROR: Unknown error -1: couldn't set RLIMIT_MEMLOCK for bpftrace. If your "
    'program is not loading, you can try "ulimit -l 8192" to fix the problem\n'
)


@pytest.mark.parametrize(
    ("program", "stderr", "place", "message"),
    [
        (
            'BEGIN { printf("x" }',
            "stdin:1:20-21: ERROR: syntax error, unexpected }",
            "}",
            "syntax error, unexpected }",
        ),
        (
            "BEGIN {\n  nofunc(1);\n}",
            "stdin:2:3-9: ERROR: Unknown function: nofunc\n  nofunc(1);\n  ~~~~~~",
            "nofunc",
            "Unknown function: nofunc",
        ),
        (
            'BEGIN { printf("é%d", nofn(1)); }',
            "stdin:1:24-28: ERROR: Unknown function: nofn",
            "nofn",
            "Unknown function: nofn",
        ),
        (
            "BEGIN { @ = 1 }\nEND {\n}",
            "stdin:2-3: ERROR: something about two lines",
            "END {\n}",
            "something about two lines",
        ),
        ("BEGIN", "stdin:9:7-8: ERROR: far away", "", "far away"),
    ],
)
def test_finds_the_place_that_is_meant(
    program: str, stderr: str, place: str, message: str
) -> None:
    (problem,) = dry_run_problems(program, DryRunOutput(1, HARMLESS + stderr))

    assert (program[problem.start : problem.end], problem.message) == (place, message)
    assert problem.level == "error"


def test_what_may_fail_to_attach_is_a_warning() -> None:
    stderr = "stdin:1:1-9: WARNING: a is not traceable"

    (problem,) = dry_run_problems("kprobe:a { }", DryRunOutput(0, stderr))

    assert problem.level == "warning"


@pytest.mark.parametrize(
    ("output", "message"),
    [
        (DryRunOutput(-6, "FATAL: Invalid probe type"), "Invalid probe type"),
        (DryRunOutput(1, HARMLESS + "ERROR: no memory"), "no memory"),
        (DryRunOutput(1, HARMLESS), "bpftrace ended with 1 and said nothing"),
        (DryRunOutput(1, "stdin:1:1-2: WARNING: x"), "bpftrace ended with 1"),
    ],
)
def test_a_failure_without_a_place_is_about_the_whole_program(
    output: DryRunOutput, message: str
) -> None:
    problem = dry_run_problems("BEGIN { }", output)[-1]

    assert problem.message.startswith(message)
    assert (problem.start, problem.end) == (0, 9)


def test_a_harmless_line_alone_is_no_problem() -> None:
    assert dry_run_problems("BEGIN { }", DryRunOutput(0, HARMLESS)) == ()


def test_bpftrace_has_the_last_word() -> None:
    program = "brandnew:x { exit(); }"

    accepted = check_with(program, lambda _: DryRunOutput(0, ""))
    refused = check_with(program, lambda _: DryRunOutput(1, "FATAL: no"))

    assert (accepted.problems, accepted.unchecked) == ((), "")
    assert [each.message for each in refused.problems] == [
        "there is no probe `brandnew`"
    ]


def test_the_compiler_finds_what_we_cannot_know() -> None:
    stderr = "stdin:1:9-13: ERROR: no such field"

    checked = check_with("BEGIN { args; exit(); }", lambda _: DryRunOutput(1, stderr))

    assert [each.message for each in checked.problems] == ["no such field"]
    assert checked.unchecked == ""
