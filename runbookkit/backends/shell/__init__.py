"""Shell commands, here or on a host over ssh.

What reads is a child process. What changes is run by a supervisor that lives
on when we are killed and keeps the result on disk under the attempt's key: a
change is made once for a key, however often it is asked for.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from runbookkit.backends.shell.once import result_once, run_once
from runbookkit.errors import (
    AnswerTooLargeError,
    BackendTimeoutError,
    BackendUnavailableError,
    NeverBegunError,
)
from runbookkit.model.answer import Answer, Ask
from runbookkit.model.base import Data
from runbookkit.ports import Clock
from runbookkit.processes import Done, Limits, ProcessError, run_bounded

NAME: Final = "shell"
LANGUAGES: Final = ("bash", "sh", "shell")
_SSH: Final = ("ssh", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "--")


@dataclass(frozen=True, slots=True)
class Config(Data):
    """How commands run."""

    environment: Mapping[str, str] = field(default_factory=dict)
    """All that a command sees; secrets of ours are never inherited."""
    spool: str = ""
    """Folder for the results of changes; without it nothing is changed."""
    max_bytes: int = 1024 * 1024


class Shell:
    """Runs commands; see :class:`runbookkit.ports.Backend`."""

    name = NAME
    languages = LANGUAGES

    def __init__(self, config: Config, *, clock: Clock) -> None:
        self._config = config
        self._clock = clock

    def ask(self, ask: Ask) -> Answer:
        """Run a command and return what it said.

        Raises:
            NeverBegunError: The result of a change was asked for that was never
                begun.
            BackendUnavailableError: It could not be started, or the host cannot
                be reached.
            BackendTimeoutError: It did not end in time; its group was ended.
            AnswerTooLargeError: It said more than the bound.
        """
        started = self._clock.now()
        command, given = _command(ask)
        limits = Limits(ask.timeout, self._config.max_bytes)
        try:
            if ask.key:
                done = self._change(ask, command, given, limits)
            else:
                done = run_bounded(
                    command, limits, environment=self._config.environment, given=given
                )
        except ProcessError as error:
            raise BackendUnavailableError(str(error), backend=NAME) from error
        _check(done, ask, limits)
        return Answer(
            "shell",
            _names(done),
            NAME,
            ask.text,
            started,
            self._clock.now() - started,
            server=ask.host or "here",
            empty=not done.stdout,
        )

    def _change(
        self, ask: Ask, command: tuple[str, ...], given: bytes, limits: Limits
    ) -> Done:
        if not self._config.spool:
            raise BackendUnavailableError(
                "no folder for the results of changes is set", backend=NAME
            )
        if ask.begun:
            return self._result(ask.key)
        return run_once(
            self._config.spool,
            ask.key,
            command,
            limits,
            environment=self._config.environment,
            given=given,
        )

    def _result(self, key: str) -> Done:
        done = result_once(self._config.spool, key)
        if done is None:
            raise NeverBegunError(
                "the change was approved and never begun; approve it again",
                backend=NAME,
            )
        return done

    def link(self, ask: Ask) -> str:  # noqa: ARG002  the shape of a backend
        """Return nothing: a command has no page."""
        return ""


def _command(ask: Ask) -> tuple[tuple[str, ...], bytes]:
    shell = "sh" if ask.language == "sh" else "bash"
    if not ask.host:
        return (shell, "-c", ask.text), b""
    # as input, not as an argument: ssh would let the remote shell split it
    return (*_SSH, ask.host, shell, "-s"), ask.text.encode() + b"\n"


def _check(done: Done, ask: Ask, limits: Limits) -> None:
    where = f" on {ask.host}" if ask.host else ""
    if done.too_much:
        raise AnswerTooLargeError(
            f"the command{where} said more than {limits.max_bytes} bytes; it was ended",
            backend=NAME,
        )
    if done.timed_out:
        seconds = ask.timeout.total_seconds()
        raise BackendTimeoutError(
            f"the command{where} did not end within {seconds:g} s; it was ended",
            backend=NAME,
        )
    if ask.host and done.code == 255:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = said[-1] if said else "ssh failed"
        raise BackendUnavailableError(f"{ask.host}: {reason}", backend=NAME)


def _names(done: Done) -> dict[str, Any]:
    stdout = done.stdout.decode("utf-8", "replace")
    names: dict[str, Any] = {
        "exit_code": done.code,
        "stdout": stdout,
        "stderr": done.stderr.decode("utf-8", "replace"),
    }
    if stdout.lstrip()[:1] in {"{", "["}:
        # it may only look like JSON
        with contextlib.suppress(ValueError, RecursionError):
            names["json"] = json.loads(stdout)
    return names


def connect(config: Config, *, clock: Clock, transport: object = None) -> Shell:  # noqa: ARG001  no HTTP
    """Return the backend that runs commands."""
    return Shell(config, clock=clock)
