"""``runbook slo``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import cyclopts
from cyclopts import Parameter

from runbookkit import settings
from runbookkit.cli import codes
from runbookkit.model.slo import SloFile

slo = cyclopts.App(name="slo", help="Error budgets, burn rates and their alert rules.")


@slo.command
def status(
    *files: str,
    as_json: Annotated[bool, Parameter(("--json",), negative=())] = False,
    config: str = "",
) -> int:
    """Show how much of each error budget is left, and how fast it is spent.

    Exit code: 0 everything was asked, 3 something could not be; it is named.

    Parameters
    ----------
    files
        Files or folders of objectives (sloth or OpenSLO); those of `slos` in the
        configuration, or the folder `slos` of the handbook, when left out.
    as_json
        Print the status as JSON.
    config
        Configuration file; found upward from here when left out.
    """
    from pydantic import TypeAdapter

    from runbookkit.app.budgets import status_of
    from runbookkit.app.connecting import servers_of
    from runbookkit.app.metering import Meter
    from runbookkit.app.objectives import read_objectives
    from runbookkit.cli.budgets import status_text
    from runbookkit.clock import SystemClock
    from runbookkit.model.impact import SloStatus

    variables = settings.environment()
    loaded = settings.load(Path(), variables, file=config)
    read = read_objectives(files, loaded)
    clock = SystemClock()
    backends = servers_of(loaded, variables, clock).backends
    meter = Meter(backends.get("promql"), loaded.configuration.grafana)
    found = status_of(read, meter, clock.now())
    if as_json:
        text = TypeAdapter(SloStatus).dump_json(found, indent=2).decode() + "\n"
    else:
        text = status_text(found)
    sys.stdout.write(text)
    unknown = found.not_asked or any(each.fatal for each in found.problems)
    return codes.COULD_NOT_CHECK if unknown else codes.OK


@slo.command
def rules(file: str, /, *, output_file: str = "", check: str = "") -> int:
    """Print recording rules and burn-rate alerts for the objectives of a file.

    Exit code: 0 they were made, 1 a file that was to be checked differs, 3 an
    objective could not be read.

    Parameters
    ----------
    file
        Objectives in sloth's or OpenSLO's format.
    output_file
        Write there instead of printing.
    check
        Compare the rules with those of this file instead of printing them.
    """
    from runbookkit.app.objectives import read_slo_file
    from runbookkit.app.slo_rules import rules_text, same_rules
    from runbookkit.cli.output import speak

    read = read_slo_file(Path(file))
    code = _problems(read)
    if check:
        if same_rules(read, Path(check)):
            return code
        message = f"{check}: not what {file} leads to; run `runbook slo rules {file}"
        print(f"{message} --output-file {check}`", file=sys.stderr)
        return code or codes.FINDINGS
    return speak([rules_text(read)], output_file, code).code


def _problems(read: SloFile) -> int:
    for each in read.problems:
        print(f"{each.path}:{each.line}: {each.message}", file=sys.stderr)
    fatal = any(each.fatal for each in read.problems)
    return codes.COULD_NOT_CHECK if fatal or not read.objectives else codes.OK
