"""Audit runbooks: look at all branches, play each scenario, judge, put together."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from runbookkit.app.audit_cases import ToAudit, case_of, to_audit
from runbookkit.app.lint import LintOutcome, lint_workspace
from runbookkit.app.lint_setup import LintRequest, lint_job
from runbookkit.app.running import redactor
from runbookkit.audit.calls import tool_definitions
from runbookkit.audit.case import Case
from runbookkit.audit.derive import derived_scenarios
from runbookkit.audit.dry_run import KINDS, gaps_of, nobody_to_call
from runbookkit.audit.kept import KeptPlays
from runbookkit.audit.play import Play, play
from runbookkit.audit.played import (
    Heading,
    PlayedRunbook,
    PlayedScenario,
    could_not,
    judged,
    report_of,
    scenario_digest,
    text_digest,
)
from runbookkit.audit.view import (
    Marks,
    prompt_digest,
    situation_of,
    view_of,
)
from runbookkit.errors import SecretError, UsageError
from runbookkit.execute.evidence import Redact
from runbookkit.model.audit import (
    AuditReport,
    Gate,
    PlayKey,
    RunbookAudit,
    Transcript,
)
from runbookkit.model.finding import Finding
from runbookkit.model.scenario import Scenario
from runbookkit.model.template import Template
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
    changed: frozenset[str] | None = None
    """Audit only these files and runbooks with one of these scenario files."""

    below: str = "."
    """Folder below which a player may open what a runbook links to."""

    def wants(self, found: ToAudit) -> bool:
        """Tell whether a runbook is audited."""
        shipped = (each.file for each in found.scenarios)
        files = {os.path.normpath(each) for each in (found.path, *shipped)}
        return self.changed is None or not files.isdisjoint(self.changed)


@dataclass(frozen=True, slots=True)
class Auditor:
    """Who plays, and what is done with every runbook that was played."""

    player: Player
    template: Template
    marks: Marks
    kept: Callable[[PlayedRunbook], None] = lambda _: None
    """Keeps what was played, as soon as it is there."""
    hide: Callable[[str], Redact] = lambda _: redactor()
    """From the path of a runbook to what hides what is private in it."""
    plays: KeptPlays | None = None
    """Plays that were made before; none where playing costs nothing."""
    at_once: int = 1
    """How many plays of one runbook are made at the same time."""
    notes: tuple[str, ...] = ()
    advisory: bool = False
    """Whether what this player alone confirms fails nothing."""


def audit(
    request: AuditRequest, auditor: Auditor, loaded: Loaded, today: date
) -> AuditReport:
    """Audit the runbooks at and below some paths.

    Raises:
        UsageError: There is no runbook there.
    """
    audits = []
    for played in played_runbooks(request, auditor, loaded, today):
        auditor.kept(played)
        audits.append(judged(played))
    heading = Heading(
        auditor.player.name,
        request.repetitions,
        request.gate,
        auditor.notes,
        auditor.advisory,
    )
    return report_of(heading, audits)


def played_runbooks(
    request: AuditRequest, auditor: Auditor, loaded: Loaded, today: date
) -> Iterator[PlayedRunbook]:
    """Yield each runbook with its dry run and the transcripts of its plays.

    Raises:
        UsageError: There is no runbook there.
    """
    exclude = loaded.configuration.lint.exclude
    outcome = _dry_run(request, loaded, today)
    found = False
    for wanted in to_audit(request.paths, exclude, auditor.template, auditor.hide):
        found = True
        if request.wants(wanted):
            here = replace(wanted, below=request.below)
            yield _played_runbook(here, request, auditor, outcome)
    if not found:
        raise UsageError(f"{', '.join(request.paths)}: no runbook is here")


def _dry_run(request: AuditRequest, loaded: Loaded, today: date) -> LintOutcome:
    """Lint with every rule that finds a gap, whatever the house leaves out."""
    roots = (*request.paths, *_rules(request, loaded))
    ledger = Ledger(roots, loaded.configuration.lint.exclude)
    wanted = LintRequest(roots, select=tuple(sorted(KINDS)))
    options = replace(loaded.configuration.lint, ignore=())
    configuration = replace(loaded.configuration, lint=options)
    job = lint_job(
        wanted, replace(loaded, configuration=configuration), ledger, today=today
    )
    return lint_workspace(job, ledger)


def _rules(request: AuditRequest, loaded: Loaded) -> list[str]:
    """Return where the alert rules are whose runbooks may be audited."""
    folder = Path(loaded.folder)
    named = [folder / each for each in loaded.configuration.lint.rules]
    known = {os.path.realpath(each) for each in request.paths}
    found = [each for each in named if each.exists()]
    return [os.path.relpath(e) for e in found if os.path.realpath(e) not in known]


def _played_runbook(
    wanted: ToAudit, request: AuditRequest, auditor: Auditor, outcome: LintOutcome
) -> PlayedRunbook:
    base = _looked_at(wanted, outcome)
    if not request.force and any(each.status == "proven" for each in base.gaps):
        return PlayedRunbook(replace(base, why=_NOT_PLAYED), wanted.runbook)
    scenarios = list(scenarios_of(wanted, request))
    if not scenarios and not wanted.unread:
        why = _NOT_CHOSEN if request.scenario else _NOTHING
        return PlayedRunbook(replace(base, why=why), wanted.runbook)
    cases: list[Case] = []
    unread = [
        could_not(f"{each.file}:{each.line}", each.reason) for each in wanted.unread
    ]
    for scenario, derived in scenarios:
        try:
            case = case_of(wanted, scenario, base.gaps, auditor.marks)
        except SecretError:
            raise
        except UsageError as error:
            unread.append(could_not(scenario.name, str(error)))
            continue
        cases.append(replace(case, derived=derived))
    played = tuple(_played(cases, request.repetitions, auditor))
    return PlayedRunbook(base, wanted.runbook, played, tuple(unread))


def _played(
    cases: Sequence[Case], repetitions: int, auditor: Auditor
) -> Iterator[PlayedScenario]:
    """Yield what was played, in order; several plays at once where a model takes time."""
    wanted = [(case, number) for case in cases for number in range(repetitions)]

    def one(each: tuple[Case, int]) -> Transcript:
        case, number = each
        return play_case(case, auditor, number)

    if auditor.at_once == 1:
        made = [one(each) for each in wanted]
    else:
        with ThreadPoolExecutor(auditor.at_once) as threads:
            made = list(threads.map(one, wanted))
    for at, case in enumerate(cases):
        first = at * repetitions
        yield PlayedScenario(case, tuple(made[first : first + repetitions]))


def _looked_at(wanted: ToAudit, outcome: LintOutcome) -> RunbookAudit:
    linted = outcome.results.get(wanted.path)
    own = linted.findings if linted else ()
    gaps = gaps_of(
        (*own, *_of_its_alerts(wanted, outcome)), wanted.runbook.document.lines
    )
    gaps = (*gaps, *nobody_to_call(wanted.runbook))
    unchecked = tuple(
        f"{wanted.path}:{each.span.line}: {each.name}: {each.reason}"
        for each in (linted.unchecked if linted else ())
    )
    return RunbookAudit(
        wanted.path, wanted.content_hash, "error", gaps, unchecked=unchecked
    )


def _of_its_alerts(wanted: ToAudit, outcome: LintOutcome) -> Iterator[Finding]:
    """Yield what alert rules say that contradicts a runbook, at the runbook's line."""
    here = os.path.realpath(wanted.path)
    for linted in outcome.results.values():
        for finding in linted.findings:
            for place in finding.related:
                if finding.path != wanted.path and os.path.realpath(place.path) == here:
                    span = replace(finding.span, line=place.line, end_line=place.line)
                    yield replace(finding, path=wanted.path, span=span)


def scenarios_of(
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


def play_case(case: Case, auditor: Auditor, repetition: int = 0) -> Transcript:
    """Play one case once; what went wrong stands in the transcript."""
    view = view_of(
        case.runbook.document.lines, situation_of(case.scenario), auditor.marks
    )
    key = PlayKey(
        text_digest(case),
        scenario_digest(case),
        auditor.player.name,
        prompt_digest(tool_definitions()),
        repetition,
    )
    if auditor.plays is None:
        return play(Play(case, view, key), auditor.player)
    known = auditor.plays.get(key)
    if known is not None:
        path, name = case.runbook.path, case.scenario.name
        return replace(known, path=path, scenario=name)
    made = play(Play(case, view, key), auditor.player)
    auditor.plays.put(made)
    return made
