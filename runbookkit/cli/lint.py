"""``runbook lint``."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import Group, Parameter

from runbookkit.cli.lint_call import LintCall
from runbookkit.cli.linting import lint_files

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
    return lint_files(
        LintCall(
            paths=paths,
            select=_words(select),
            ignore=_words(ignore),
            exclude=exclude,
            template=template,
            config=config,
            changed=changed,
            base=base,
            fix=fix,
            unsafe_fixes=unsafe_fixes,
            diff=diff,
            baseline=baseline,
            write_baseline=write_baseline,
            shrink_baseline=shrink_baseline,
            output=output,
            output_file=output_file,
            everything=all,
            allow_unchecked=_words(allow_unchecked),
            online=online,
            cache=cache,
        )
    )


def _words(given: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        word.strip() for each in given for word in each.split(",") if word.strip()
    )
