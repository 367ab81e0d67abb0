"""``runbook transcript``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from runbookkit import settings
from runbookkit.app.transcripts.reading import read_transcript
from runbookkit.app.transcripts.writing import written
from runbookkit.cli import codes
from runbookkit.cli.output import speak


def transcript(
    run: str,
    /,
    *,
    output: Annotated[
        Literal["html", "markdown", "json"], Parameter(("--output", "-o"))
    ] = "markdown",
    output_file: str = "",
    server: str = "",
    config: str = "",
) -> int:
    """Show what happened in a run: what was asked, answered, decided and by whom.

    Parameters
    ----------
    run
        Id of the run, or a part that it alone begins with.
    output
        ``html`` is one page without scripts that needs nothing else.
    output_file
        Write there instead of printing.
    server
        Address of a `runbook serve` that keeps the run; else `RUNBOOK_SERVER`. Its
        token is in `RUNBOOK_TOKEN`, or in the file that `RUNBOOK_TOKEN_FILE` names.
    config
        Configuration file; found upward from here when left out.
    """
    variables = settings.environment(server)
    loaded = settings.load(Path(), variables, file=config)
    told = read_transcript(run, loaded, variables)
    text = written(told, output, loaded.configuration.grafana)
    return speak([text], output_file, codes.OK).code
