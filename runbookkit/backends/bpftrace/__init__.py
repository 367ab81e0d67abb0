"""bpftrace programs, here or on hosts over ssh, one or many at once.

A program runs for the step's time and no longer, does no more than the policy
allows, and changes nothing: ``--unsafe`` is never passed.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from threading import Event
from typing import Final

from runbookkit.backends.bpftrace.host import (
    Order,
    Reach,
    Seen,
    hosts_of,
    watch_host,
)
from runbookkit.backends.bpftrace.hosts import Outcomes, combine
from runbookkit.backends.bpftrace.program import Policy, folds, refusal, with_end
from runbookkit.backends.bpftrace.reasons import NAME
from runbookkit.errors import BackendError, QueryRejectedError
from runbookkit.model.answer import Answer, Ask
from runbookkit.model.base import Data
from runbookkit.ports import Clock

__all__ = ["LANGUAGES", "NAME", "Bpftrace", "Config", "connect"]

LANGUAGES: Final = ("bpftrace",)
PROBES: Final = (
    *("BEGIN", "END", "begin", "end", "interval", "profile"),
    *("tracepoint", "rawtracepoint", "kprobe", "kretprobe", "fentry", "fexit"),
    *("kfunc", "kretfunc", "uprobe", "uretprobe", "usdt", "software", "hardware"),
    "iter",
)


@dataclass(frozen=True, slots=True)
class Config(Data):
    """How programs run."""

    environment: Mapping[str, str] = field(default_factory=dict)
    """All that bpftrace, and ssh on the way to a host, see."""
    command: str = "bpftrace"
    """Name or path of bpftrace, here and at every host."""
    sudo: bool = False
    """Become root with ``sudo -n``, where we are not root already."""
    ssh_config: str = ""
    """Configuration file for ssh, in place of the user's own."""
    probes: tuple[str, ...] = PROBES
    """Kinds of probe that programs may attach."""
    reads_files: bool = False
    """Whether programs may read files with ``cat()``."""
    map_keys: int = 4096
    """Keys that a map holds at most; what comes later is dropped."""
    max_bytes: int = 4 * 1024 * 1024
    """What a program may say, on each host."""
    max_hosts: int = 32
    """Hosts at once."""


class Bpftrace:
    """Runs programs; see :class:`runbookkit.ports.Backend`."""

    name = NAME
    languages = LANGUAGES

    def __init__(self, config: Config, *, clock: Clock) -> None:
        self._config = config
        self._clock = clock
        self._policy = Policy(frozenset(config.probes), reads_files=config.reads_files)
        self._reach = Reach(
            config.command,
            config.map_keys,
            config.max_bytes,
            config.environment,
            sudo=config.sudo,
            ssh_config=config.ssh_config,
        )

    def ask(self, ask: Ask) -> Answer:
        """Run a program on every host at once and return what they saw.

        Raises:
            QueryRejectedError: It may not run, or no host can attach it.
            BackendUnavailableError: No host can be reached, or may trace.
            BackendTimeoutError: It was not attached, or did not end, in time.
            AnswerTooLargeError: It said more than the bound.
        """
        refused = refusal(ask.text, self._policy)
        if refused:
            raise QueryRejectedError(refused, backend=NAME)
        hosts = hosts_of(ask.host)
        if len(hosts) > self._config.max_hosts:
            message = (
                f"{len(hosts)} hosts at once, where {self._config.max_hosts} may be"
            )
            raise QueryRejectedError(message, backend=NAME)
        # half of the time, where the step does not say
        run_time = ask.run_time or ask.timeout / 2
        program = with_end(ask.text, run_time)
        order = Order(program, run_time, ask.timeout, folds(ask.text))
        started = self._clock.now()
        outcomes = _watch_all(hosts, order, self._reach)
        combined = combine(outcomes, order.folds, self._config.map_keys)
        return Answer(
            "bpftrace",
            combined.names,
            NAME,
            program,
            started,
            self._clock.now() - started,
            server=", ".join(hosts) if ask.host else "here",
            empty=not any(combined.names.values()),
            truncated=combined.truncated,
            warnings=combined.warnings,
            voids=combined.voids,
            details=combined.details,
        )

    def link(self, ask: Ask) -> str:  # noqa: ARG002  the shape of a backend
        """Return nothing: a program has no page."""
        return ""


def _watch_all(hosts: tuple[str, ...], order: Order, reach: Reach) -> Outcomes:
    """Run a program on all hosts at once; whoever stops us stops it everywhere."""
    cancelled = Event()
    order = replace(order, cancelled=cancelled)
    with ThreadPoolExecutor(len(hosts), thread_name_prefix="bpftrace") as pool:
        try:
            watch = partial(_outcome, order=order, reach=reach)
            return dict(zip(hosts, pool.map(watch, hosts), strict=True))
        finally:
            cancelled.set()


def _outcome(host: str, *, order: Order, reach: Reach) -> Seen | BackendError:
    try:
        return watch_host(host, order, reach)
    except BackendError as error:
        return error


def connect(config: Config, *, clock: Clock, transport: object = None) -> Bpftrace:  # noqa: ARG001  no HTTP
    """Return the backend that runs programs."""
    return Bpftrace(config, clock=clock)
