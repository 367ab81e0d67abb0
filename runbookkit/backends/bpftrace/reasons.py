"""Why a run failed, in words that say what is missing and how to get it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from runbookkit.backends.bpftrace.output import Said
from runbookkit.errors import (
    BackendError,
    BackendUnavailableError,
    QueryRejectedError,
)
from runbookkit.model.dry_run import DryRunOutput
from runbookkit.queries.bpftrace_dry_run import dry_run_problems
from runbookkit.queries.bpftrace_tokens import read_program

NAME: Final = "bpftrace"
# Of the first, kernels since 5.11 take no notice; the second is our own doing.
_HARMLESS: Final = re.compile(r"RLIMIT_MEMLOCK|BPFTRACE_MAP_KEYS_MAX is deprecated")
_WARNING: Final = re.compile(
    r"^(?:stdin:[\d:-]+ )?WARNING: (?P<message>.*)$", re.MULTILINE
)
_WITHOUT: Final = re.compile(
    r"not found|not traceable|[Ss]kipping|[Mm]issing|(?:not|nable to) attach"
)
_LEVEL: Final = re.compile(r"\b(?:ERROR|FATAL|WARNING): |^\s*(?:~|$)")
_NOT_ROOT: Final = re.compile(r"as the root user|CAP_[A-Z_]+ capability")
_NO_SUCH_EVENT: Final = re.compile(r"tracepoint not found|/tracing/")
_NO_KPROBES: Final = re.compile(r"open\([^)]*/kprobe_events\): No such file")
_TYPES: Final = re.compile(
    r"BTF|[Uu]nknown (?:struct|type)|Cannot resolve|kfunc|fentry"
)


def failure(program: str, said: Said, stderr: str) -> BackendError | None:
    """Return why a run failed; none when it did not.

    Success is an exit code of 0 and nothing else: attached probes are told
    of before attaching fails, and errors on stderr may be harmless.
    """
    ended = said.facts.get("ended")
    lines = [line for line in _kept(stderr) if line.strip()]
    if "user" not in said.facts:
        message = lines[-1] if lines else "the host's shell did not start the script"
        return _unavailable(message)
    if ended is None:
        message = lines[-1] if lines else "the connection ended"
        return _unavailable(f"the run broke off: {message}")
    if ended == "0":
        return None
    missing = next(_missing(said, ended, stderr), "")
    if missing:
        return _unavailable(missing)
    return QueryRejectedError(_rejection(program, int(ended), stderr), backend=NAME)


def warnings_of(said: Said, stderr: str) -> tuple[str, ...]:
    """Return what a successful run said beside its answer."""
    found = list(_messages(stderr))
    found += said.notes
    if said.lost_events:
        found.append(
            f"{said.lost_events} events were lost, and what is printed is not all;"
            " maps are whole"
        )
    return tuple(dict.fromkeys(found))


def left_out(program: str, stderr: str) -> str:
    """Return the probes that are not there; empty when all are.

    Older versions only warn of one, if another one is there; what it would have
    seen is missing in the answer. Wildcards may match what cannot be attached:
    that is not counted.
    """
    points = [
        point.text
        for probe in read_program(program).probes
        for point in probe.attach_points
        if "*" not in point.text and ":" in point.text
    ]
    missing = [
        point
        for point in points
        for message in _messages(stderr)
        if _WITHOUT.search(message)
        and re.search(rf"(?<!\w){re.escape(point.split(':')[-1])}(?!\w)", message)
    ]
    return ", ".join(dict.fromkeys(missing))


def _messages(stderr: str) -> Iterator[str]:
    for match in _WARNING.finditer(stderr):
        if not _HARMLESS.search(match["message"]):
            yield match["message"]


def _unavailable(message: str) -> BackendError:
    return BackendUnavailableError(message, backend=NAME)


def _missing(said: Said, ended: str, stderr: str) -> Iterator[str]:
    """Yield what the host lacks."""
    user, root = said.facts["user"], said.facts["user"] == "0"
    if ended == "absent":
        yield "bpftrace is not installed; install it, or name a host that has it"
    if not root and _NOT_ROOT.search(stderr):
        yield (
            f"bpftrace needs root, and we are user {user}; log in as root, or set"
            " `sudo = true` under [backends.bpftrace] (from version 0.25 on, CAP_BPF,"
            " CAP_PERFMON, CAP_DAC_READ_SEARCH and CAP_DAC_OVERRIDE are enough)"
        )
    if root and "tracefs" not in said.facts and _NO_SUCH_EVENT.search(stderr):
        yield (
            "tracefs is not mounted; run"
            " `mount -t tracefs tracefs /sys/kernel/tracing` as root"
        )
    if _NO_KPROBES.search(stderr):
        yield "the kernel has no kprobes (CONFIG_KPROBES is not set); use a tracepoint"
    if "btf" not in said.facts and _TYPES.search(stderr):
        yield (
            "the kernel has no BTF (/sys/kernel/btf/vmlinux is missing), so its types"
            " are unknown; run a kernel with CONFIG_DEBUG_INFO_BTF"
        )
    if root and "Operation not permitted" in stderr:
        yield (
            "the kernel refuses bpftrace to root as well: it is locked down, or this is"
            " a container without CAP_BPF and CAP_PERFMON"
        )
    if ended.isdigit() and 128 < int(ended) < 160:
        yield f"bpftrace was ended by signal {int(ended) - 128}"


def _rejection(program: str, ended: int, stderr: str) -> str:
    """Return bpftrace's own reason, with its line in the program."""
    absent = left_out(program, stderr)
    if absent:
        return f"this kernel has no {absent}"
    lines = _kept(stderr)
    problems = dry_run_problems(program, DryRunOutput(ended, "\n".join(lines)))
    first = next(each for each in problems if each.level == "error")
    if first.end - first.start >= len(program):
        # it has no place: the line before says what the system answered
        before = [line for line in lines if not _LEVEL.search(line)]
        return f"{first.message} ({before[-1]})" if before else first.message
    line = program.count("\n", 0, first.start) + 1
    return f"line {line}: {first.message}"


def _kept(stderr: str) -> list[str]:
    return [line for line in stderr.splitlines() if not _HARMLESS.search(line)]
