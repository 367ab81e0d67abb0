"""``runbook correlate``."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from pydantic import TypeAdapter

from runbookkit import settings
from runbookkit.app.connecting import servers_of, window_named
from runbookkit.app.correlating import correlate as follow
from runbookkit.app.kernel import kernel_steps, watch
from runbookkit.app.running import redactor
from runbookkit.app.sources import Servers
from runbookkit.cli import codes
from runbookkit.cli.correlated import correlated_text
from runbookkit.clock import SystemClock
from runbookkit.errors import UsageError
from runbookkit.model.correlation import Correlation
from runbookkit.model.observation import NotAsked
from runbookkit.moments import nanoseconds_told


def correlate(  # noqa: PLR0913  one parameter an option
    trace_id: str,
    /,
    *,
    window: str = "1h",
    service: str = "",
    kernel: Annotated[bool, Parameter(negative=())] = False,
    process: str = "",
    host: str = "",
    as_json: Annotated[bool, Parameter(("--json",), negative=())] = False,
    config: str = "",
) -> int:
    """Follow one request: metric exemplar, trace, log lines, kernel.

    Exit code: 0 everything was asked, 3 something could not be; it is named.

    Parameters
    ----------
    trace_id
        Its trace id; capitals, dashes and missing zeros do not matter.
    window
        How far to look back where the trace itself does not say when.
    service
        Whose log lines to look at besides those that trace and exemplar name.
    kernel
        Watch a process for ten seconds: which system calls last? Wants root.
    process
        Name of that process; the first service of the trace when left out.
    host
        Where it runs; here when left out.
    as_json
        Print the correlation as JSON.
    config
        Configuration file; found upward from here when left out.
    """
    variables = settings.environment()
    loaded = settings.load(Path(), variables, file=config)
    servers = servers_of(loaded, variables, SystemClock())
    found = follow(trace_id, window_named(window), servers, redactor(), service)
    services = [each.service for each in found.timeline if each.service]
    found = replace(found, kernel_steps=kernel_steps(loaded, {service, *services}))
    if kernel:
        # the kernel knows the first 15 characters of a name
        first = next(filter(None, (service, *services)), "")[:15]
        found = _watched(found, process or first, host, servers)
    if as_json:
        text = TypeAdapter(Correlation).dump_json(found, indent=2).decode() + "\n"
    else:
        text = correlated_text(found)
    sys.stdout.write(text)
    return codes.COULD_NOT_CHECK if found.not_asked else codes.OK


def _watched(
    found: Correlation, process: str, host: str, servers: Servers
) -> Correlation:
    if not process:
        raise UsageError("nothing names a process to watch; give --process NAME")
    seen = watch(process, host, servers)
    if isinstance(seen, NotAsked):
        return replace(found, not_asked=(*found.not_asked, seen))
    both = (*found.timeline, *seen)
    ordered = sorted(both, key=lambda each: nanoseconds_told(each.at))
    return replace(found, timeline=tuple(ordered))
