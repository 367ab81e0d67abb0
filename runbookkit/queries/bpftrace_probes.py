"""What bpftrace can attach to, and how each kind of probe is written."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Final, Literal, NamedTuple

from runbookkit.queries.bpftrace_tokens import AttachPoint
from runbookkit.queries.language import QueryProblem


class ProbeKind(NamedTuple):
    """How a probe is written: an example, and how many parts it may have."""

    example: str
    least: int
    most: int


_KFUNC: Final = ProbeKind("fentry:vfs_read", 2, 3)
_KINDS: Final[Mapping[str, ProbeKind]] = {
    "BEGIN": ProbeKind("BEGIN", 1, 1),
    "END": ProbeKind("END", 1, 1),
    "asyncwatchpoint": ProbeKind("asyncwatchpoint:0x1000:8:w", 4, 4),
    "bench": ProbeKind("bench:name", 2, 2),
    "begin": ProbeKind("begin", 1, 1),
    "end": ProbeKind("end", 1, 1),
    "fentry": _KFUNC,
    "fexit": _KFUNC,
    "hardware": ProbeKind("hardware:cache-misses:1000", 2, 3),
    "interval": ProbeKind("interval:s:1", 2, 3),
    "iter": ProbeKind("iter:task", 2, 3),
    "kfunc": _KFUNC,
    "kprobe": ProbeKind("kprobe:vfs_read", 2, 3),
    "kretfunc": _KFUNC,
    "kretprobe": ProbeKind("kretprobe:vfs_read", 2, 3),
    "profile": ProbeKind("profile:hz:99", 2, 3),
    "rawtracepoint": ProbeKind("rawtracepoint:sched_switch", 2, 3),
    "self": ProbeKind("self:signal:SIGUSR1", 3, 3),
    "software": ProbeKind("software:faults:100", 2, 3),
    "test": ProbeKind("test:name", 2, 2),
    "tracepoint": ProbeKind("tracepoint:syscalls:sys_enter_openat", 3, 3),
    "uprobe": ProbeKind("uprobe:/bin/bash:readline", 2, 4),
    "uretprobe": ProbeKind("uretprobe:/bin/bash:readline", 2, 4),
    "usdt": ProbeKind("usdt:/usr/bin/python3:function__entry", 2, 4),
    "watchpoint": ProbeKind("watchpoint:0x1000:8:w", 4, 4),
}
_SHORT: Final = {
    "aw": "asyncwatchpoint",
    "f": "fentry",
    "fr": "fexit",
    "h": "hardware",
    "i": "interval",
    "it": "iter",
    "k": "kprobe",
    "kr": "kretprobe",
    "p": "profile",
    "rt": "rawtracepoint",
    "s": "software",
    "t": "tracepoint",
    "U": "usdt",
    "u": "uprobe",
    "ur": "uretprobe",
    "w": "watchpoint",
}
_UNITS: Final = frozenset({"hz", "ms", "ns", "s", "us"})
_EVENTS: Final[Mapping[str, frozenset[str]]] = {
    "software": frozenset(
        {
            *("alignment-faults", "bpf-output", "context-switches", "cpu"),
            *("cpu-clock", "cpu-migrations", "cs", "dummy", "emulation-faults"),
            *("faults", "major-faults", "minor-faults", "page-faults", "task-clock"),
        }
    ),
    "hardware": frozenset(
        {
            *("backend-stalls", "branch-instructions", "branch-misses", "branches"),
            *("bus-cycles", "cache-misses", "cache-references", "cpu-cycles"),
            *("cycles", "frontend-stalls", "instructions", "ref-cycles"),
        }
    ),
}


def kind_of(point: AttachPoint) -> str:
    """Return the full name of an attach point's kind, or what stands in its place.

    >>> kind_of(AttachPoint("k:vfs_read", 0))
    'kprobe'
    """
    return _SHORT.get(point.parts[0], point.parts[0])


def attach_point_problems(point: AttachPoint) -> Iterator[QueryProblem]:
    """Yield what is wrong with how an attach point is written."""
    name = kind_of(point)
    kind = _KINDS.get(name)
    if kind is None:
        yield QueryProblem(_unknown(name), point.start, point.start + len(name))
        return
    # `usdt:PATH::PROBE` leaves the provider open.
    filled = name == "usdt" or all(point.parts)
    if not kind.least <= len(point.parts) <= kind.most or not filled:
        message = f"`{point.text}` is no {name} probe; write it as `{kind.example}`"
        yield QueryProblem(message, point.start, point.end)
    elif name in {"interval", "profile"}:
        yield from _time(point, kind)
    elif (
        name in _EVENTS
        and point.parts[1] not in _EVENTS[name]
        and ("*" not in point.parts[1])
    ):
        yield _part_problem(point, 1, f"there is no {name} event `{point.parts[1]}`")


def _unknown(name: str) -> str:
    close = difflib.get_close_matches(name, (*_KINDS, *_SHORT), n=1, cutoff=0.7)
    hint = f"; did you mean `{close[0]}`?" if close else ""
    return f"there is no probe `{name}`{hint}"


def _time(point: AttachPoint, kind: ProbeKind) -> Iterator[QueryProblem]:
    if len(point.parts) == 2:
        # `interval:5s` came with version 0.22; what it may hold is not judged.
        message = f"older versions want `{kind.example}`"
        yield _part_problem(point, 1, message, "warning")
        return
    _, unit, rate = point.parts
    if unit not in _UNITS:
        units = ", ".join(sorted(_UNITS))
        yield _part_problem(point, 1, f"`{unit}` is no unit of time; there are {units}")
    if not rate.startswith("$") and not (rate.isdigit() and int(rate) > 0):
        yield _part_problem(point, 2, f"`{rate}` is no number above 0")


def _part_problem(
    point: AttachPoint,
    part: int,
    message: str,
    level: Literal["error", "warning"] = "error",
) -> QueryProblem:
    start = point.start + sum(len(each) + 1 for each in point.parts[:part])
    return QueryProblem(message, start, start + len(point.parts[part]), level)
