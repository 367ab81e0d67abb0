"""One run of a program on one host: here, or over ssh.

Both go through the same shell script, which never sees the program as syntax:
it comes as one line of base64 on the input. The input stays open while the
program runs, and its end is the order to stop: bpftrace gets SIGINT, prints its
maps, and SIGKILL when that takes too long. So nothing runs on at a host whose
caller was killed, and where a dead connection says nothing, a timer does the same.
"""

from __future__ import annotations

import base64
import math
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from threading import Event
from typing import Final

from runbookkit.backends.bpftrace.output import Said, decode
from runbookkit.backends.bpftrace.reasons import (
    NAME,
    failure,
    left_out,
    warnings_of,
)
from runbookkit.errors import (
    AnswerTooLargeError,
    BackendTimeoutError,
    BackendUnavailableError,
    QueryRejectedError,
)
from runbookkit.processes import Done, Limits, ProcessError, Watch, run_bounded

HERE: Final = "localhost"
_HOST: Final = re.compile(r"(?![-.])[A-Za-z0-9._:@\[\]%-]{1,253}")
_SLACK: Final = timedelta(seconds=1)
"""For a program to end by itself before it is told to."""
_SSH: Final = (
    "ssh",
    "-T",
    *("-o", "BatchMode=yes"),
    *("-o", "ConnectTimeout=10"),
    # a connection that died is noticed, and ours is not left behind for others
    *("-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=2"),
    *("-o", "ControlMaster=no"),
    *("-o", "ClearAllForwardings=yes"),
    *("-o", "LogLevel=ERROR"),
)
_SCRIPT: Final = """
PATH="$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
LC_ALL=C; export PATH LC_ALL;
read -r program || exit 1;
echo "# user $(id -u)"; echo "# kernel $(uname -r)";
for name in tracing debug/tracing; do
  if test -d /sys/kernel/$name/events; then echo "# tracefs $name"; fi;
done;
if test -e /sys/kernel/btf/vmlinux; then echo "# btf yes"; fi;
if command -v "$1" >/dev/null; then echo "# version $("$1" --version 2>&1)";
else echo "# ended absent"; exit; fi;
exec 3<&0;
BPFTRACE_MAP_KEYS_MAX=$2 BPFTRACE_MAX_MAP_KEYS=$2
  "$1" -f json -e "$(echo "$program" | base64 -d)" </dev/null 3<&- & child=$!;
linger=$3; stop() { kill -INT $child; sleep $linger; kill -KILL $child; };
( while read -r program; do :; done; stop ) <&3 >/dev/null 2>&1 & guard=$!;
wake() { kill $nap; exit; };
( trap wake TERM; sleep $4 & nap=$!; wait $nap; stop ) 3<&- >/dev/null 2>&1 & timer=$!;
exec 3<&- </dev/null;
wait $child; ended=$?; kill $guard $timer 2>/dev/null; echo; echo "# ended $ended"
"""
# In one line, and without single quotes and backslashes: whatever shell a person
# has at the host passes it on to sh as it is.
_ONE_LINE: Final = " ".join(_SCRIPT.split())


@dataclass(frozen=True, slots=True)
class Reach:
    """How a host is reached, and what a run there may cost."""

    command: str
    map_keys: int
    max_bytes: int
    environment: Mapping[str, str]
    sudo: bool
    ssh_config: str


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be run."""

    program: str
    run_time: timedelta
    timeout: timedelta
    """For everything: to connect, to compile, to run and to let go of the probes."""
    folds: Mapping[str, str]
    cancelled: Event | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What a program saw on one host."""

    said: Said
    seconds: float
    """How long it watched."""
    warnings: tuple[str, ...] = ()
    partial: str = ""
    """Why it saw less than it should have; empty when it did not."""


def watch_host(host: str, order: Order, reach: Reach) -> Seen:
    """Run a program on one host and return what it saw.

    Raises:
        QueryRejectedError: bpftrace refuses the program, or cannot attach it.
        BackendUnavailableError: The host cannot be reached, or may not trace.
        AnswerTooLargeError: It said more than the bound.
    """
    limits = Limits(order.timeout, reach.max_bytes)
    # the blank keeps the last newline, which the shell would drop
    given = base64.b64encode(f"{order.program} ".encode()) + b"\n"
    watch = Watch(b'"attached_probes"', order.run_time + _SLACK, order.cancelled)
    try:
        done = run_bounded(
            _command(host, order, reach),
            limits,
            environment=reach.environment,
            given=given,
            watch=watch,
        )
    except ProcessError as error:
        raise BackendUnavailableError(str(error), backend=NAME) from error
    _check_bounds(done, order, reach)
    said = decode(done.stdout, order.folds)
    stderr = done.stderr.decode("utf-8", "replace")
    failed = failure(order.program, said, stderr)
    if failed is not None:
        raise failed
    absent = left_out(order.program, stderr)
    partial = f"it ran without {absent}, which is not there" if absent else ""
    warnings = warnings_of(said, stderr)
    return Seen(said, done.watched, warnings, partial or _short(done, order))


def hosts_of(text: str) -> tuple[str, ...]:
    """Return the hosts that commas set off, each once; none means here.

    Raises:
        QueryRejectedError: Something between two commas names no host.

    >>> hosts_of("web-1, web-2"), hosts_of("")
    (('web-1', 'web-2'), ('localhost',))
    """
    hosts = [each.strip() for each in text.split(",")] if text.strip() else [HERE]
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise QueryRejectedError(f"{host!r} names no host", backend=NAME)
    return tuple(dict.fromkeys(hosts))


def _command(host: str, order: Order, reach: Reach) -> Sequence[str]:
    linger = max(order.timeout - order.run_time, _SLACK * 2)
    seconds = [str(math.ceil(each.total_seconds())) for each in (linger, order.timeout)]
    words = ["sh", "-c", _ONE_LINE, "sh", reach.command, str(reach.map_keys), *seconds]
    if reach.sudo:
        words = ["sudo", "-n", "--", *words]
    if host == HERE:
        return words
    config = ("-F", reach.ssh_config) if reach.ssh_config else ()
    return (*_SSH, *config, "--", host, shlex.join(words))


def _check_bounds(done: Done, order: Order, reach: Reach) -> None:
    if done.too_much:
        raise AnswerTooLargeError(
            f"the program said more than {reach.max_bytes} bytes and was ended; count"
            " in maps instead of printing, and leave out bpftrace itself with `/comm !="
            ' "bpftrace"/`',
            backend=NAME,
        )
    if not done.timed_out or b"\n# ended 0\n" in done.stdout:
        return
    seconds = order.timeout.total_seconds()
    if b'"attached_probes"' in done.stdout:
        message = (
            f"it had not let go of its probes within {seconds:g} s and was killed; name"
            " fewer probes, allow more time, as in `within 120s`, and look whether the"
            " host still answers"
        )
    elif b"# user" in done.stdout:
        message = f"it was not attached within {seconds:g} s and was ended"
    else:
        message = f"there was no connection within {seconds:g} s"
    raise BackendTimeoutError(message, backend=NAME)


def _short(done: Done, order: Order) -> str:
    wanted = order.run_time.total_seconds()
    if not done.told or done.watched >= wanted:
        return ""
    return (
        f"it watched for {done.watched:.1f} s of {wanted:g} s: the rest of its time went"
        " into connecting and compiling; allow more, as in `within 120s`"
    )
