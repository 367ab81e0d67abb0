"""Lint what a command line asks for, and print what was found.

Imported before every lint, so what few runs need is imported where it is used.
"""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path

from runbookkit import settings
from runbookkit.app.lint import LintOutcome, lint_workspace
from runbookkit.app.lint_report import Baselines, ReportRequest, make_report
from runbookkit.app.lint_setup import LintRequest, lint_job
from runbookkit.cli import codes
from runbookkit.cli.lint_call import LintCall
from runbookkit.cli.output import exit_code, speak, style_of
from runbookkit.lint.context import Online
from runbookkit.lint.formats import rendered
from runbookkit.settings import Loaded
from runbookkit.workspace.memo import (
    Ledger,
    cache_folder,
    content_hash,
    question,
    remember,
)


def lint_files(call: LintCall) -> int:
    """Lint, mend if that is asked for, print, and return the exit code."""
    variables = settings.environment()
    folder = cache_folder(variables) if call.cache else ""
    loaded = settings.load(Path(), variables, file=call.config)
    request = LintRequest(
        call.paths or (".",),
        call.select,
        call.ignore,
        call.exclude,
        call.template,
        folder,
    )
    wanted = Baselines(
        call.baseline, write=call.write_baseline, shrink=call.shrink_baseline
    )
    wanted.check()
    only = _changed(call.base) if call.changed else None
    if call.diff or call.fix or call.unsafe_fixes:
        count = _mend(call, request, loaded, only)
        if call.diff:
            return codes.FINDINGS if count else codes.OK
    exclude = (*loaded.configuration.lint.exclude, *request.exclude)
    ledger = Ledger(request.roots, exclude)
    asked = _online(loaded) if call.online else None
    job = lint_job(request, loaded, ledger, today=_today(), online=asked)
    outcome = lint_workspace(job, ledger)
    report = make_report(
        ReportRequest(request.roots, only, wanted), outcome, job, ledger
    )
    allowed = (*call.allow_unchecked, *job.context.options.allow_unchecked)
    code = exit_code(report, allowed)
    style = style_of(variables, everything=call.everything)
    pieces = rendered(call.output, report, style)
    notes = (*report.notes, *_not_audited(outcome, loaded, ledger, only))
    answer = speak(pieces, call.output_file, code, notes)
    if folder and call.repeatable:
        key = question(sys.argv[1:], variables, terminal=sys.stdout.isatty())
        remember(folder, key, ledger, answer)
    return code


def _not_audited(
    outcome: LintOutcome, loaded: Loaded, ledger: Ledger, only: frozenset[str] | None
) -> list[str]:
    """Return a line for each runbook that is not audited at its present text."""
    if not loaded.configuration.audit.record:
        return []
    from runbookkit.app.audited import audit_book

    book = audit_book(loaded)
    if book is None:
        return []
    if book.content:
        ledger.read(book.file, content_hash(book.content))
    else:
        ledger.looked(book.file, there=False)
    paths = [each for each in outcome.runbooks if only is None or each in only]
    return list(book.without_audit(paths))


def _changed(base: str) -> frozenset[str]:
    from runbookkit.workspace.git import changed_files

    return changed_files(base)


def _mend(
    call: LintCall, request: LintRequest, loaded: Loaded, only: frozenset[str] | None
) -> int:
    """Mend the files, or show how; return how many findings that is about."""
    from runbookkit.app.fixing import fix_files, show_fixes

    work = show_fixes if call.diff else fix_files
    return work(request, loaded, _today(), unsafe=call.unsafe_fixes, only=only)


def _today() -> date:
    return datetime.now(UTC).date()  # noqa: TID251  the edge is where the day comes from


def _online(loaded: Loaded) -> Online:
    from runbookkit.app.online import OnlineChecks
    from runbookkit.http import Bounds, HttpClient

    return OnlineChecks(
        links=HttpClient(Bounds(seconds=20, redirects=5)),
        prometheus=HttpClient(),
        prometheus_url=loaded.configuration.prometheus_url,
    )
