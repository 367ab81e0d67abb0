"""What bpftrace itself says of a program that it compiles and does not run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final, Literal

from runbookkit.model.dry_run import DryRunOutput
from runbookkit.queries.bpftrace import check_bpftrace
from runbookkit.queries.language import Checked, QueryProblem

DryRun = Callable[[str], DryRunOutput]
"""Compile a program without running it; raises CouldNotCheckError if it cannot."""

_PLACED: Final = re.compile(
    r"^(?:stdin|[^\s:]+\.bt):(?P<first>\d+)"
    r"(?:-(?P<last>\d+)|:(?P<from>\d+)-(?P<to>\d+)): "
    r"(?P<level>ERROR|WARNING): (?P<message>.*)$",
    re.MULTILINE,
)
_PLAIN: Final = re.compile(r"^(?:ERROR|FATAL): (?P<message>.*)$", re.MULTILINE)
# Says that a limit could not be raised, which kernels since 5.11 do not need.
_HARMLESS: Final = re.compile(r"RLIMIT_MEMLOCK")


def check_with(query: str, dry_run: DryRun) -> Checked:
    """Return what can be said of a program with bpftrace's own judgement.

    Raises:
        CouldNotCheckError: bpftrace could not be asked.
    """
    checked = check_bpftrace(query)
    output = dry_run(query)
    errors = [each for each in checked.problems if each.level == "error"]
    problems = [each for each in checked.problems if each.level == "warning"]
    if output.returncode and errors:
        problems += errors  # plainer than what the compiler says
    else:
        problems += dry_run_problems(query, output)
    problems.sort(key=lambda problem: problem.start)
    return replace(checked, problems=tuple(problems), unchecked="")


def dry_run_problems(query: str, output: DryRunOutput) -> tuple[QueryProblem, ...]:
    """Return what a dry run found in a program.

    >>> output = DryRunOutput(1, "stdin:1:9-15: ERROR: Unknown function: nofunc")
    >>> dry_run_problems("BEGIN { nofunc(1); }", output)[0].start
    8
    """
    found = list(_placed(query, output.stderr))
    failed = any(problem.level == "error" for problem in found)
    if output.returncode and not failed:
        found.append(QueryProblem(_plain(output), 0, len(query)))
    return tuple(dict.fromkeys(found))


def _placed(query: str, stderr: str) -> Iterator[QueryProblem]:
    starts = [0, *(match.end() for match in re.finditer("\n", query))]
    for match in _PLACED.finditer(stderr):
        first = min(int(match["first"]), len(starts))
        if match["last"]:
            start, last = starts[first - 1], int(match["last"])
            end = starts[last] - 1 if last < len(starts) else len(query)
        else:
            start = _offset(query, starts[first - 1], int(match["from"]))
            end = _offset(query, starts[first - 1], int(match["to"]))
        level: Literal["error", "warning"] = "warning"
        if match["level"] == "ERROR":
            level = "error"
        yield QueryProblem(match["message"], start, max(start, end), level)


def _offset(query: str, line_start: int, column: int) -> int:
    """Return the place of a column, which bpftrace counts in bytes."""
    line = query[line_start:].partition("\n")[0].encode(errors="replace")
    return line_start + len(line[: column - 1].decode(errors="ignore"))


def _plain(output: DryRunOutput) -> str:
    for match in _PLAIN.finditer(output.stderr):
        if not _HARMLESS.search(match["message"]):
            return match["message"]
    return f"bpftrace ended with {output.returncode} and said nothing"
