"""From what was played to what is reported, without playing it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from runbookkit.audit.case import Case
from runbookkit.audit.judge import judge_play
from runbookkit.audit.together import of_runbook, of_scenario
from runbookkit.audit.truth import truth_of
from runbookkit.audit.view import digest, inside
from runbookkit.execute.coverage import coverage_of
from runbookkit.model.audit import (
    AuditReport,
    Gap,
    Gate,
    RunbookAudit,
    ScenarioVerdict,
    Transcript,
    Usage,
)
from runbookkit.model.event import Event
from runbookkit.model.graph import step_graph
from runbookkit.model.runbook import Runbook


@dataclass(frozen=True, slots=True)
class PlayedScenario:
    """A case and one transcript for each repetition."""

    case: Case
    transcripts: tuple[Transcript, ...]


@dataclass(frozen=True, slots=True)
class PlayedRunbook:
    """All that the verdict on a runbook depends on."""

    base: RunbookAudit
    """What is known without a play: the gaps of the dry run, why nothing was played."""
    runbook: Runbook
    played: tuple[PlayedScenario, ...] = ()
    unread: tuple[ScenarioVerdict, ...] = ()
    """Scenarios that could not be played."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What holds for a whole report."""

    player: str
    repetitions: int
    gate: Gate
    notes: tuple[str, ...] = ()
    advisory: bool = False
    """Whether what a model alone confirms fails nothing."""


def judged(played: PlayedRunbook) -> RunbookAudit:
    """Return what a runbook's plays prove; equal plays give an equal answer."""
    verdicts: list[ScenarioVerdict] = []
    runs: list[tuple[Event, ...]] = []
    for each in played.played:
        verdicts.append(_scenario(each))
        runs.append(truth_of(each.case).events)
    scenarios = (*verdicts, *played.unread)
    audit = of_runbook(replace(_extent(played, runs), scenarios=scenarios))
    gaps = tuple(_placed(each, played.runbook) for each in audit.gaps)
    return replace(audit, gaps=gaps)


def _scenario(played: PlayedScenario) -> ScenarioVerdict:
    plays = [judge_play(played.case, each) for each in played.transcripts]
    return of_scenario(plays, derived=played.case.derived)


def _extent(played: PlayedRunbook, runs: Sequence[tuple[Event, ...]]) -> RunbookAudit:
    """Return what is known without a play, and how much of the graph was played."""
    if not played.played or not played.runbook.steps:
        return played.base
    graph = step_graph(played.runbook)
    found = coverage_of(played.base.path, graph, runs)
    return replace(
        played.base,
        paths=found.paths,
        paths_played=found.paths_taken,
        branches=found.branches,
        branches_played=found.branches_taken,
    )


def _placed(gap: Gap, runbook: Runbook) -> Gap:
    for number, step in enumerate(runbook.steps, 1):
        if step.span.line <= gap.line <= step.end_line:
            return replace(gap, number=number, step=step.title)
    return gap


def report_of(heading: Heading, audits: Sequence[RunbookAudit]) -> AuditReport:
    """Return the report about some runbooks."""
    used = [
        play.usage
        for each in audits
        for scenario in each.scenarios
        for play in scenario.plays
    ]
    usage = Usage(
        sum(each.input for each in used),
        sum(each.output for each in used),
        sum(each.cache_read for each in used),
        sum(each.cache_write for each in used),
    )
    return AuditReport(
        heading.player,
        heading.repetitions,
        heading.gate,
        tuple(audits),
        usage,
        heading.notes,
        heading.advisory,
    )


def could_not(name: str, why: str) -> ScenarioVerdict:
    """Return what is said of a scenario that could not be played."""
    return ScenarioVerdict(
        name, derived=False, verdict="error", plays=(), executed=0, pass_k=(), why=why
    )


def scenario_digest(case: Case) -> str:
    """Return what names the scenario that is played."""
    return digest(asdict(case.scenario))


def text_digest(case: Case) -> str:
    """Return what names the text that is played, and the texts it links to."""
    linked = {href: inside(text) for href, text in case.linked.items()}
    return digest([list(case.runbook.document.lines), linked])
