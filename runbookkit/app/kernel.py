"""Ask the kernel what a process waits for, or say which runbook does."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

from runbookkit.app.beginning import read_found
from runbookkit.app.reading import paths_of, read_text
from runbookkit.app.sources import Servers
from runbookkit.errors import BackendError, UsageError
from runbookkit.model.answer import Ask
from runbookkit.model.correlation import Happening, KernelStep
from runbookkit.model.observation import NotAsked
from runbookkit.model.runbook import Runbook
from runbookkit.moments import nanoseconds, rfc3339
from runbookkit.settings import Loaded

_SECONDS: Final = 10
_TIMEOUT: Final = timedelta(seconds=60)
_MOST_STEPS: Final = 3
_CALLS: Final = (
    *("fsync", "fdatasync", "futex", "openat", "read", "write"),
    *("connect", "recvfrom", "sendto"),
)
_PROCESS: Final = re.compile(r"[\w.:-]{1,15}", re.ASCII)
_FENCE: Final = "bpftrace\n"


def kernel_steps(loaded: Loaded, services: Collection[str]) -> tuple[KernelStep, ...]:
    """Return the steps of the handbook that ask the kernel, those of a service first.

    The handbook is what the configuration names; nothing else is read.
    """
    found = [each for each in _runbooks(loaded) if _asking(each)]
    own = [each for each in found if each.metadata.service in services]
    steps = [step for each in own or found for step in _asking(each)]
    return tuple(steps[:_MOST_STEPS])


def _runbooks(loaded: Loaded) -> Iterator[Runbook]:
    folders = (
        Path(loaded.folder) / each for each in loaded.configuration.lint.handbook
    )
    there = tuple(str(each) for each in folders if each.is_dir())
    for path in paths_of(there, ()) if there else ():
        text = read_text(Path(path)) if path.endswith(".md") else ""
        if _FENCE not in text:
            continue  # parsing costs more than a look
        try:
            yield read_found(text, path, loaded).runbook
        except UsageError:
            continue  # no runbook; `runbook lint` says why


def _asking(runbook: Runbook) -> list[KernelStep]:
    return [
        KernelStep(runbook.path, step.id, step.title)
        for step in runbook.steps
        if step.action is not None and step.action.language == "bpftrace"
    ]


def watch(process: str, host: str, servers: Servers) -> list[Happening] | NotAsked:
    """Watch a process for ten seconds: which system calls last longer than 10 ms?

    Raises:
        UsageError: That is no name of a process.
    """
    if not _PROCESS.fullmatch(process):
        raise UsageError(
            f"{process!r} is no name of a process, as the kernel knows it: 1 to 15"
            " letters, digits and ._:-; give it with --process"
        )
    backend = servers.backends.get("bpftrace")
    if backend is None:
        return NotAsked("kernel", "no bpftrace backend is connected")
    run_time = timedelta(seconds=_SECONDS)
    ask = Ask(
        *("bpftrace", program(process), servers.now, _TIMEOUT),
        run_time=run_time,
        host=host,
    )
    try:
        answer = backend.ask(ask)
    except BackendError as error:
        return NotAsked("kernel", str(error))
    if answer.voids:
        return NotAsked("kernel", f"the answer is only a part: {answer.voids}")
    at = rfc3339(nanoseconds(answer.started_at))
    return _seen(process, host, at, answer.names.get("maps", {}))


def _seen(
    process: str, host: str, at: str, maps: Mapping[str, Mapping[str, int]]
) -> list[Happening]:
    calls, longest = maps.get("@calls", {}), maps.get("@longest_ns", {})
    place = f" on {host}" if host else ""
    since = f"in {_SECONDS} s after that, not of this request"
    if not calls:
        text = f"{process}{place}: no system call longer than 10 ms ({since})"
        return [Happening(at, "kernel", "", text)]
    return [
        Happening(
            at,
            "kernel",
            "",
            f"{process}{place}: {count} {_call(probe)} calls longer than 10 ms ({since})",
            longest[probe] / 1e6 if probe in longest else None,
        )
        for probe, count in sorted(calls.items(), key=lambda each: (-each[1], each[0]))
    ]


def _call(probe: str) -> str:
    return probe.rpartition("sys_exit_")[2]


def program(process: str) -> str:
    """Return the program that watches a process."""
    enter = ",\n".join(f"tracepoint:syscalls:sys_enter_{each}" for each in _CALLS)
    leave = ",\n".join(f"tracepoint:syscalls:sys_exit_{each}" for each in _CALLS)
    return f"""{enter}
/comm == "{process}"/
{{
  @began[tid] = nsecs;
}}

{leave}
/@began[tid]/
{{
  $took = nsecs - @began[tid];
  if ($took > 10000000) {{
    @calls[probe] = count();
    @longest_ns[probe] = max($took);
  }}
  delete(@began[tid]);
}}

interval:s:{_SECONDS}
{{
  exit();
}}

END
{{
  clear(@began);
}}
"""
