"""Suggest changes to runbooks: from what an audit found, or from what a run did."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from runbookkit.app.lint import lint_workspace
from runbookkit.app.lint_setup import LintRequest, lint_job
from runbookkit.app.transcripts.reading import read_transcript
from runbookkit.audit.dry_run import KINDS
from runbookkit.audit.suggest import Fixes, proposals_of, suggested, together
from runbookkit.audit.suggest_run import departures
from runbookkit.errors import UsageError
from runbookkit.lint.report import counted
from runbookkit.markdown.runbook import parse_runbook
from runbookkit.model.audit import AuditReport
from runbookkit.model.finding import Fix
from runbookkit.model.suggestion import Proposal, Suggestions
from runbookkit.model.template import Template
from runbookkit.queries.registry import fence_names
from runbookkit.settings import Loaded
from runbookkit.workspace.memo import Ledger


def suggest_for_audit(
    report: AuditReport, loaded: Loaded, template: Template, today: date
) -> Suggestions:
    """Return what would close the gaps that an audit proves or confirms.

    Nothing is changed; the texts are read once more, because those of the audit
    are redacted.

    Raises:
        UsageError: A runbook is no longer there.
    """
    paths = tuple(each.path for each in report.runbooks if each.gaps)
    fixes = _fixes(paths, loaded, today) if paths else {}
    parts = []
    for audit in report.runbooks:
        if audit.gaps:
            text = _text(audit.path)
            runbook = parse_runbook(text, audit.path, template, fence_names())
            known = fixes.get(audit.path, {})
            proposals = proposals_of(audit.gaps, runbook, known)
            parts.append(suggested(text, _from_here(audit.path), proposals))
    return together(parts)


def suggest_for_run(
    run: str, loaded: Loaded, variables: Mapping[str, str], template: Template
) -> Suggestions:
    """Return what would put into a runbook what a run of it did otherwise.

    Raises:
        UsageError: There is no such run, or its runbook is not here.
    """
    told = read_transcript(run, loaded, variables)
    path = told.state.runbook
    if not Path(path).is_file():
        raise UsageError(
            f"{path}: is not here, and run {told.state.run} is one of it; go to the"
            " folder in which the run began"
        )
    text = _text(path)
    runbook = parse_runbook(text, path, template, fence_names())
    return suggested(text, _from_here(path), departures(told, runbook))


def _fixes(paths: tuple[str, ...], loaded: Loaded, today: date) -> dict[str, Fixes]:
    """Return what the linter itself would do, by file."""
    exclude = loaded.configuration.lint.exclude
    ledger = Ledger(paths, exclude)
    options = replace(loaded.configuration.lint, ignore=())
    configuration = replace(loaded.configuration, lint=options)
    wanted = LintRequest(paths, select=tuple(sorted(KINDS)))
    here = replace(loaded, configuration=configuration)
    outcome = lint_workspace(lint_job(wanted, here, ledger, today=today), ledger)
    found: dict[str, dict[tuple[str, int], Fix]] = {}
    for each in outcome.findings:
        if each.fix is not None:
            found.setdefault(each.path, {})[each.code, each.span.line] = each.fix
    return dict(found)


def _text(path: str) -> str:
    # newline="" keeps line ends as they are
    try:
        with Path(path).open(encoding="utf-8", newline="") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from error


def _from_here(path: str) -> str:
    return os.path.relpath(path).replace(os.sep, "/")


def said(suggestions: Suggestions) -> Iterator[str]:
    """Yield a line for each proposal, and for each gap without one."""
    for each in suggestions.proposed:
        yield f"{_place(each)}: {each.says}"
    for each in suggestions.waiting:
        yield f"{_place(each)}: later: touches another change; apply that, ask again"
    for each in suggestions.nothing:
        yield f"{_place(each)}: nothing to propose: {each.says}"
    proposed = counted(len(suggestions.proposed), "change")
    left = len(suggestions.waiting) + len(suggestions.nothing)
    yield f"{proposed} proposed, {left} left to people; nothing was changed"


def _place(proposal: Proposal) -> str:
    code = f" {proposal.code}" if proposal.code else ""
    return f"{proposal.path}:{proposal.line}: {proposal.about}{code}"
