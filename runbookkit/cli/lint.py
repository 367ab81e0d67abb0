"""``runbook lint``."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Group, Parameter

from runbookkit import settings
from runbookkit.app.fixing import fix_files, show_fixes
from runbookkit.app.lint import LintOutcome, lint_workspace
from runbookkit.app.lint_report import Baselines, ReportRequest, make_report
from runbookkit.app.lint_setup import LintRequest, lint_job
from runbookkit.cli import codes
from runbookkit.cli.output import exit_code, speak, style_of
from runbookkit.lint.context import Online
from runbookkit.lint.formats import rendered
from runbookkit.workspace.git import changed_files
from runbookkit.workspace.memo import Ledger, cache_folder, question, remember

Output = Literal["text", "concise", "json", "sarif", "github", "junit", "markdown"]
_CHOICE = Group("What to look for", sort_key=1)
_FIXING = Group("Fixing", sort_key=2)
_SHOWING = Group("What to show", sort_key=3)
_FAR = Group("What to ask and keep", sort_key=4)
_flag = Parameter(negative=())


def lint(  # noqa: PLR0913  one parameter an option
    *paths: Annotated[str, Parameter(help="Files and folders; here when left out.")],
    select: Annotated[tuple[str, ...], Parameter(group=_CHOICE)] = (),
    ignore: Annotated[tuple[str, ...], Parameter(group=_CHOICE)] = (),
    exclude: Annotated[tuple[str, ...], Parameter(group=_CHOICE)] = (),
    template: Annotated[str, Parameter(group=_CHOICE)] = "",
    config: Annotated[str, Parameter(group=_CHOICE)] = "",
    changed: Annotated[bool, _flag, Parameter(group=_CHOICE)] = False,
    base: Annotated[str, Parameter(group=_CHOICE)] = "",
    fix: Annotated[bool, _flag, Parameter(group=_FIXING)] = False,
    unsafe_fixes: Annotated[bool, _flag, Parameter(group=_FIXING)] = False,
    diff: Annotated[bool, _flag, Parameter(group=_FIXING)] = False,
    baseline: Annotated[str, Parameter(group=_SHOWING)] = "",
    write_baseline: Annotated[bool, _flag, Parameter(group=_SHOWING)] = False,
    shrink_baseline: Annotated[bool, _flag, Parameter(group=_SHOWING)] = False,
    output: Annotated[Output, Parameter(("--output", "-o"), group=_SHOWING)] = "text",
    output_file: Annotated[str, Parameter(group=_SHOWING)] = "",
    all: Annotated[bool, _flag, Parameter(group=_SHOWING)] = False,  # noqa: A002
    allow_unchecked: Annotated[tuple[str, ...], Parameter(group=_SHOWING)] = (),
    online: Annotated[bool, _flag, Parameter(group=_FAR)] = False,
    cache: Annotated[bool, Parameter(group=_FAR)] = True,
) -> int:
    """Lint runbooks, postmortems and the alert rules that point at them.

    Exit code: 0 clean, 1 findings, 2 usage, 3 something could not be checked.

    Parameters
    ----------
    select
        Run only these rules: codes, beginnings of codes or names, by comma.
    ignore
        Leave these rules out.
    exclude
        Leave out paths that match these patterns.
    template
        Template for runbooks: a file, or the name of a built-in one.
    config
        Configuration file; found upward from here when left out.
    changed
        Report only files that this branch changed.
    base
        What --changed compares with; the default branch when left out.
    fix
        Mend what can be mended safely.
    unsafe_fixes
        Mend also what may change the meaning; read the result.
    diff
        Show what --fix would change, and change nothing.
    baseline
        File of known findings; only others are reported.
    write_baseline
        Write all findings to the baseline.
    shrink_baseline
        Take findings that are gone out of the baseline.
    output
        Form of the output.
    output_file
        Write the output to this file.
    all
        Show every finding in full, however many there are.
    allow_unchecked
        Codes whose "could not check" does not fail the run.
    online
        Also ask web addresses and Prometheus.
    cache
        Use what is remembered of unchanged files.
    """
    variables = settings.environment()
    folder = cache_folder(variables) if cache else ""
    loaded = settings.load(Path(), variables, file=config)
    request = LintRequest(
        paths or (".",), _words(select), _words(ignore), exclude, template, folder
    )
    wanted = Baselines(baseline, write=write_baseline, shrink=shrink_baseline)
    wanted.check()
    only = changed_files(base) if changed else None
    if diff:
        count = show_fixes(request, loaded, _today(), unsafe=unsafe_fixes, only=only)
        return codes.FINDINGS if count else codes.OK
    if fix or unsafe_fixes:
        fix_files(request, loaded, _today(), unsafe=unsafe_fixes, only=only)
    ledger = Ledger(
        request.roots, (*loaded.configuration.lint.exclude, *request.exclude)
    )
    asked = _online(loaded) if online else None
    job = lint_job(request, loaded, ledger, today=_today(), online=asked)
    outcome: LintOutcome = lint_workspace(job, ledger)
    report = make_report(
        ReportRequest(request.roots, only, wanted), outcome, job, ledger
    )
    allowed = _words((*allow_unchecked, *job.context.options.allow_unchecked))
    code = exit_code(report, allowed)
    pieces = rendered(output, report, style_of(variables, everything=all))
    answer = speak(pieces, output_file, code)
    if folder and not (
        online or changed or output_file or wanted.writes or fix or unsafe_fixes
    ):
        key = question(sys.argv[1:], variables, terminal=sys.stdout.isatty())
        remember(folder, key, ledger, answer)
    return code


def _words(given: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        word.strip() for each in given for word in each.split(",") if word.strip()
    )


def _today() -> date:
    return datetime.now(UTC).date()  # noqa: TID251  the edge is where the day comes from


def _online(loaded: settings.Loaded) -> Online:
    from runbookkit.app.online import OnlineChecks
    from runbookkit.http import Bounds, HttpClient

    return OnlineChecks(
        links=HttpClient(Bounds(seconds=20, redirects=5)),
        prometheus=HttpClient(),
        prometheus_url=loaded.configuration.prometheus_url,
    )
