"""Parse the command line, call one command, turn errors into exit codes."""

from __future__ import annotations

import sys
from importlib import metadata

import cyclopts

from runbookkit.cli import codes
from runbookkit.errors import RunbookkitError, UsageError

_COMMANDS = {
    "lint": "Lint runbooks, postmortems and the alert rules that point at them.",
    "run": "Run a runbook step by step, guided or unattended.",
    "stack": "Start the sample service and real servers to run against.",
    "cardinality": "Hold the series of a service against its budget.",
    "rule": "Show the page of a lint rule, or list all rules.",
    "graph": "Show the steps of a runbook as a graph.",
    "parse": "Print documents as typed data, one JSON object a line.",
    "schema": "Print, write or check the published JSON Schemas.",
    "config": "Show each setting and where it comes from.",
}


def application() -> cyclopts.App:
    """Return the command line with its commands; none is imported yet."""
    app = cyclopts.App(
        name="runbook",
        help="Runbooks as typed, linted, executable data.",
        version=metadata.version("runbookkit"),
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
        result = application()(
            arguments, exit_on_error=False, print_error=False, error_console=None
        )
    except (cyclopts.CycloptsError, UsageError) as error:
        return _failed(str(error), codes.USAGE)
    except RunbookkitError as error:
        return _failed(str(error), codes.COULD_NOT_CHECK)
    except BrokenPipeError:
        sys.stderr.close()  # the reader left; Python would complain at exit
        return codes.OK
    except KeyboardInterrupt:
        return codes.INTERRUPTED
    return result if isinstance(result, int) else codes.OK


def _failed(message: str, code: int) -> int:
    print(f"runbook: {message}", file=sys.stderr)
    return code
