"""What was asked for and what is configured, put together into a lint job."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import date
from hashlib import blake2b
from pathlib import Path

from runbookkit.app.lint import LintJob
from runbookkit.app.templates import LoadedTemplate, load_template
from runbookkit.lint.context import Context, Online
from runbookkit.lint.registry import chosen_rules
from runbookkit.model.options import LintOptions
from runbookkit.queries.language import Checked
from runbookkit.settings import Loaded
from runbookkit.workspace.memo import Ledger, content_hash


@dataclass(frozen=True, slots=True)
class LintRequest:
    """What the command line asks for; empty means what is configured."""

    roots: tuple[str, ...]
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    template: str = ""
    cache_folder: str = ""
    """Where results are kept; empty means nowhere."""


def options_of(request: LintRequest, loaded: Loaded) -> LintOptions:
    """Return the options in force; what the command line says adds or wins."""
    options = loaded.configuration.lint
    return replace(
        options,
        select=request.select or options.select,
        ignore=(*options.ignore, *request.ignore),
        exclude=(*options.exclude, *request.exclude),
    )


def lint_job(
    request: LintRequest,
    loaded: Loaded,
    ledger: Ledger,
    *,
    today: date,
    online: Online | None = None,
) -> LintJob:
    """Return the job, and note in the ledger which files decided it.

    Raises:
        UsageError: A rule or template that was named is not there.
    """
    options = options_of(request, loaded)
    runbook = _template(
        request.template, loaded.configuration.template, loaded, "runbook"
    )
    postmortem = _template(
        "", loaded.configuration.postmortem_template, loaded, "postmortem"
    )
    for path, content in (
        (loaded.file, loaded.content),
        (runbook.path, runbook.content),
        (postmortem.path, postmortem.content),
    ):
        if path:
            ledger.read(path, content_hash(content))
    for path in loaded.looked_for:
        ledger.looked(path, there=False)
    fingerprint = blake2b(
        b"\0".join((repr(options).encode(), runbook.content, postmortem.content)),
        digest_size=20,
    ).digest()
    cache = None
    if request.cache_folder:
        from runbookkit.workspace.cache import ResultCache  # noqa: PLC0415  loads SQLite

        name = blake2b(str(Path.cwd()).encode(), digest_size=8).hexdigest()
        cache = ResultCache(Path(request.cache_folder) / "results" / f"{name}.sqlite")
    return LintJob(
        request.roots,
        options.exclude,
        chosen_rules(options.select, options.ignore),
        Context(runbook.template, today, options, _bpftrace_check),
        postmortem.template,
        fingerprint,
        tuple(
            _from_here(folder, loaded) for folder in (*options.handbook, *options.rules)
        ),
        online,
        cache,
    )


def _template(given: str, configured: str, loaded: Loaded, kind: str) -> LoadedTemplate:
    if given:
        return load_template(given, ".", kind=kind)
    return load_template(configured, loaded.folder, kind=kind)


def _bpftrace_check(program: str) -> Checked:
    """Let bpftrace itself judge a program; it is asked when one turns up.

    Raises:
        CouldNotCheckError: It is not installed, or may not run here.
    """
    # its modules are imported for the first bpftrace step, not for every lint
    from runbookkit.queries.bpftrace_dry_run import check_with  # noqa: PLC0415
    from runbookkit.workspace.bpftrace import BpftraceDryRun  # noqa: PLC0415

    return check_with(program, BpftraceDryRun())


def _from_here(folder: str, loaded: Loaded) -> str:
    path = os.path.relpath(Path(loaded.folder) / folder)
    return path.replace(os.sep, "/")
