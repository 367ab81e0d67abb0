# ruff: noqa: PT028  a command, no test of pytest's
"""``runbook test``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from runbookkit import settings
from runbookkit.app.scenario_text import report_lines
from runbookkit.app.scenarios import play_scenarios
from runbookkit.cli import codes
from runbookkit.cli.output import speak
from runbookkit.errors import UsageError
from runbookkit.model.tested import ScenarioReport

_flag = Parameter(negative=())


def test(
    *paths: Annotated[str, Parameter(help="Files and folders; here when left out.")],
    min_coverage: float | None = None,
    output: Annotated[
        Literal["text", "json", "junit"], Parameter(("--output", "-o"))
    ] = "text",
    output_file: str = "",
    all: Annotated[bool, _flag] = False,  # noqa: A002
    config: str = "",
) -> int:
    """Play scenarios through the real engine, without any server.

    Exit code: 0 all came out as expected, 1 one did not or a runbook is below
    --min-coverage, 2 usage, 3 a scenario could not be played.

    Parameters
    ----------
    min_coverage
        Percentage of its branches that the scenarios of each runbook must take.
    output
        Form of the output.
    output_file
        Write the output to this file.
    all
        Also show what passed, and every branch that is not taken.
    config
        Configuration file; found upward from here when left out.
    """
    if min_coverage is not None and not 0 <= min_coverage <= 100:
        raise UsageError(f"--min-coverage {min_coverage:g}: is no percentage")
    loaded = settings.load(Path(), settings.environment(), file=config)
    least = None if min_coverage is None else min_coverage / 100
    roots = tuple(Path(path).as_posix() for path in paths or (".",))
    report = play_scenarios(roots, loaded, least)
    speak([_rendered(report, output, everything=all)], output_file, 0)
    if report.failed or report.uncovered:
        return codes.FINDINGS
    # nothing played reads as nothing known, not as fine
    untold = report.could_not_check or not report.scenarios
    return codes.COULD_NOT_CHECK if untold else codes.OK


def _rendered(report: ScenarioReport, output: str, *, everything: bool) -> str:
    if output == "junit":
        from runbookkit.app.scenario_junit import junit

        return junit(report)
    if output == "json":
        from pydantic import RootModel

        return RootModel[ScenarioReport](report).model_dump_json(indent=2) + "\n"
    return "\n".join(report_lines(report, everything=everything)) + "\n"
