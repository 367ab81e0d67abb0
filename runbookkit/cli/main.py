"""Parse the command line, call one command, turn errors into exit codes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from runbookkit import __version__
from runbookkit.cli import codes
from runbookkit.cli.lint_call import LintCall, plain_call
from runbookkit.cli.lost_output import lost_output
from runbookkit.errors import RunbookkitError, UsageError

if TYPE_CHECKING:
    import cyclopts

_COMMANDS = {
    "demo": "Play a recorded incident, from alert to postmortem. Needs nothing.",
    "lint": "Lint runbooks, postmortems and the alert rules that point at them.",
    "run": "Run a runbook step by step, guided or unattended.",
    "observe": "Show the metrics, logs and traces of a service now.",
    "correlate": "Follow one request through metrics, trace and logs.",
    "serve": "Receive alerts, and show and change incidents over HTTP.",
    "incident": "List incidents, show one, and work on it.",
    "transcript": "Show what happened in a run, step by step.",
    "stack": "Start the sample service and real servers to run against.",
    "cardinality": "Hold the series of a service against its budget.",
    "audit": "Let a player execute runbooks from their text alone, and judge it.",
    "postmortem": "Draft postmortems from the record, and publish them.",
    "review": "Write the weekly alert review from the record.",
    "slo": "Error budgets, burn rates and their alert rules.",
    "test": "Play scenarios of runbooks, without any server.",
    "rule": "Show the page of a lint rule, or list all rules.",
    "graph": "Show the steps of a runbook as a graph.",
    "parse": "Print documents as typed data, one JSON object a line.",
    "schema": "Print, write or check the published JSON Schemas.",
    "config": "Show each setting and where it comes from.",
}


def application() -> cyclopts.App:
    """Return the command line with its commands; none is imported yet."""
    import cyclopts

    app = cyclopts.App(
        name="runbook",
        help="Runbooks as typed, linted, executable data.",
        version=__version__,
        result_action="return_value",
    )
    for name, help_text in _COMMANDS.items():
        app.command(f"runbookkit.cli.{name}:{name}", name=name, help=help_text)
    return app


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code.

    The only place that turns errors into exit codes: 1 findings, 2 usage,
    3 could not check, 130 interrupted.
    """
    try:
        call = plain_call(arguments)
        result = _run(arguments) if call is None else _lint(call)
    except UsageError as error:
        return _failed(str(error), codes.USAGE)
    except RunbookkitError as error:
        return _failed(str(error), codes.COULD_NOT_CHECK)
    except OSError as error:
        # what is read and written by name has raised one of ours before
        return lost_output(error)
    except KeyboardInterrupt:
        return codes.INTERRUPTED
    return result if isinstance(result, int) else codes.OK


def _lint(call: LintCall) -> int:
    from runbookkit.cli.linting import lint_files

    return lint_files(call)


def _run(arguments: list[str]) -> object:
    import cyclopts

    try:
        return application()(
            arguments, exit_on_error=False, print_error=False, error_console=None
        )
    except cyclopts.CycloptsError as error:
        raise UsageError(str(error)) from error


def _failed(message: str, code: int) -> int:
    print(f"runbook: {message}", file=sys.stderr)
    return code
