"""Audit runbooks: look at all branches, play each scenario, judge, put together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from runbookkit.app.audit_cases import ToAudit, case_of, to_audit
from runbookkit.app.lint import LintOutcome, lint_workspace
from runbookkit.app.lint_setup import LintRequest, lint_job
from runbookkit.audit.calls import tool_definitions
from runbookkit.audit.case import Case
from runbookkit.audit.derive import derived_scenarios
from runbookkit.audit.dry_run import KINDS, gaps_of
from runbookkit.audit.judge import judge_play
from runbookkit.audit.play import Play, play
from runbookkit.audit.together import of_runbook, of_scenario
from runbookkit.audit.truth import truth_of
from runbookkit.audit.view import (
    Marks,
    digest,
    prompt_digest,
    situation_of,
    view_of,
)
from runbookkit.errors import UsageError
from runbookkit.execute.coverage import coverage_of
from runbookkit.model.audit import (
    AuditReport,
    Gap,
    Gate,
    PlayKey,
    RunbookAudit,
    ScenarioVerdict,
    Transcript,
    Usage,
)
from runbookkit.model.scenario import Scenario
from runbookkit.model.template import Template
from runbookkit.model.tested import Coverage
from runbookkit.ports import Player
from runbookkit.settings import Loaded
from runbookkit.workspace.memo import Ledger

_NOT_PLAYED = "not played: the dry run proves gaps already; --force plays all the same"
_NOT_CHOSEN = "no scenario of that name"
_NOTHING = "not played: no path is found that a scenario could go through"


@dataclass(frozen=True, slots=True)
class AuditRequest:
    """What the command line asks for."""

    paths: tuple[str, ...]
    scenario: str = ""
    """Play only scenarios whose name holds this."""
    repetitions: int = 1
    force: bool = False
    """Play also where the dry run proves gaps."""
    gate: Gate = "proven"
    template: str = ""


@dataclass(frozen=True, slots=True)
class Auditor:
    """Who plays, and what is done with every play."""

    player: Player
    template: Template
    marks: Marks
    kept: Callable[[Case, Transcript], None] = field(default=lambda *_: None)
    """Keeps a transcript, as soon as it is there."""
    notes: tuple[str, ...] = ()


def audit(
    request: AuditRequest, auditor: Auditor, loaded: Loaded, today: date
) -> AuditReport:
    """Audit the runbooks at and below some paths.

    Raises:
        UsageError: There is no runbook there.
    """
    exclude = loaded.configuration.lint.exclude
    outcome = _dry_run(request, loaded, today)
    wanted = list(to_audit(request.paths, exclude, auditor.template))
    if not wanted:
        raise UsageError(f"{', '.join(request.paths)}: no runbook is here")
    audits = tuple(_audit_one(each, request, auditor, outcome) for each in wanted)
    return AuditReport(
        auditor.player.name,
        request.repetitions,
        request.gate,
        audits,
        _total(audits),
        auditor.notes,
    )


def _dry_run(request: AuditRequest, loaded: Loaded, today: date) -> LintOutcome:
    """Lint with every rule that finds a gap, whatever the house leaves out."""
    ledger = Ledger(request.paths, loaded.configuration.lint.exclude)
    wanted = LintRequest(
        request.paths, select=tuple(sorted(KINDS)), template=request.template
    )
    options = replace(loaded.configuration.lint, ignore=())
    configuration = replace(loaded.configuration, lint=options)
    job = lint_job(
        wanted, replace(loaded, configuration=configuration), ledger, today=today
    )
    return lint_workspace(job, ledger)


def _audit_one(
    wanted: ToAudit, request: AuditRequest, auditor: Auditor, outcome: LintOutcome
) -> RunbookAudit:
    linted = outcome.results.get(wanted.path)
    gaps = gaps_of(linted.findings, wanted.runbook.document.lines) if linted else ()
    unchecked = tuple(
        f"{wanted.path}:{each.span.line}: {each.name}: {each.reason}"
        for each in (linted.unchecked if linted else ())
    )
    base = RunbookAudit(
        wanted.path, wanted.content_hash, "error", gaps, unchecked=unchecked
    )
    if not request.force and any(each.status == "proven" for each in gaps):
        return of_runbook(replace(base, why=_NOT_PLAYED))
    scenarios = list(_scenarios(wanted, request))
    if not scenarios and not wanted.unread:
        why = _NOT_CHOSEN if request.scenario else _NOTHING
        return of_runbook(replace(base, why=why))
    played = [_played(wanted, each, gaps, request, auditor) for each in scenarios]
    verdicts = [verdict for verdict, _ in played]
    verdicts += [_unread(f"{e.file}:{e.line}", e.reason) for e in wanted.unread]
    coverage = _coverage(wanted, [case for _, case in played if case is not None])
    return of_runbook(
        replace(
            base,
            scenarios=tuple(verdicts),
            paths=coverage.paths,
            paths_played=coverage.paths_taken,
            branches=coverage.branches,
            branches_played=coverage.branches_taken,
        )
    )


def _scenarios(
    wanted: ToAudit, request: AuditRequest
) -> Iterator[tuple[Scenario, bool]]:
    """Yield what is played: what the runbook ships, or one scenario for each path."""
    if wanted.scenarios:
        found = [(each.scenario, False) for each in wanted.scenarios]
    else:
        found = [(each, True) for each in derived_scenarios(wanted.runbook)]
    for scenario, derived in found:
        if request.scenario.casefold() in scenario.name.casefold():
            yield scenario, derived


def _played(
    wanted: ToAudit,
    chosen: tuple[Scenario, bool],
    gaps: Sequence[Gap],
    request: AuditRequest,
    auditor: Auditor,
) -> tuple[ScenarioVerdict, Case | None]:
    scenario, derived = chosen
    try:
        case = case_of(wanted, scenario, gaps, auditor.marks)
    except UsageError as error:
        return _unread(scenario.name, str(error)), None
    case = replace(case, derived=derived)
    plays = []
    for repetition in range(request.repetitions):
        transcript = play_case(case, auditor, repetition)
        auditor.kept(case, transcript)
        plays.append(judge_play(case, transcript))
    return of_scenario(plays, derived=derived), case


def play_case(case: Case, auditor: Auditor, repetition: int = 0) -> Transcript:
    """Play one case once; what went wrong stands in the transcript."""
    lines = case.runbook.document.lines
    view = view_of(lines, situation_of(case.scenario), auditor.marks)
    key = PlayKey(
        digest(list(lines)),
        digest(repr(case.scenario)),
        auditor.player.name,
        prompt_digest(tool_definitions()),
        repetition,
    )
    return play(Play(case, view, key), auditor.player)


def _unread(name: str, why: str) -> ScenarioVerdict:
    return ScenarioVerdict(
        name, derived=False, verdict="error", plays=(), executed=0, pass_k=(), why=why
    )


def _coverage(wanted: ToAudit, cases: Sequence[Case]) -> Coverage:
    runs = [truth_of(case).events for case in cases if case.graph.steps]
    graph = cases[0].graph if cases else None
    if graph is None:
        return Coverage(wanted.path, 0, 0, 0, 0, 0, ())
    return coverage_of(wanted.path, graph, runs)


def _total(audits: Sequence[RunbookAudit]) -> Usage:
    used = [
        play.usage
        for each in audits
        for scenario in each.scenarios
        for play in scenario.plays
    ]
    return Usage(
        sum(each.input for each in used),
        sum(each.output for each in used),
        sum(each.cache_read for each in used),
        sum(each.cache_write for each in used),
    )
