"""Play scenarios and say what came out: ``runbook test``."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from runbookkit.app.beginning import (
    Beginning,
    FoundRunbook,
    Given,
    begin_with,
    found_again,
    read_found,
)
from runbookkit.app.reading import paths_of, read_text
from runbookkit.app.running import redactor
from runbookkit.app.scenario_files import (
    ReadScenario,
    read_scenarios,
    scenario_files,
    write_scenario,
)
from runbookkit.app.scenario_text import difference_lines
from runbookkit.errors import RunbookkitError, UsageError
from runbookkit.execute.comparing import differences, end_of
from runbookkit.execute.coverage import coverage_of
from runbookkit.execute.recording import recorded
from runbookkit.execute.replay import Played, Replay, replay
from runbookkit.markdown.runbook import FORMAT
from runbookkit.model.event import Event
from runbookkit.model.graph import step_graph
from runbookkit.model.run import RunAlert
from runbookkit.model.scenario import Scenario
from runbookkit.model.tested import Coverage, ScenarioReport, ScenarioResult, Untested
from runbookkit.queries.quoting import render
from runbookkit.settings import Loaded

_NOT_KEPT = "not-kept"
"""What a secret input is in a replay: scenarios never hold real ones."""


@dataclass
class _Tests:
    """What is known while scenarios are played."""

    loaded: Loaded
    results: list[ScenarioResult] = field(default_factory=list)
    untested: list[Untested] = field(default_factory=list)
    runbooks: dict[str, FoundRunbook] = field(default_factory=dict)
    runs: dict[str, list[tuple[Event, ...]]] = field(default_factory=dict)


def play_scenarios(
    paths: tuple[str, ...], loaded: Loaded, least_coverage: float | None = None
) -> ScenarioReport:
    """Play the scenarios at and below some paths.

    Raises:
        UsageError: There is nothing to test there.
    """
    exclude = loaded.configuration.lint.exclude
    tests = _Tests(loaded)
    files = scenario_files(paths, exclude)
    _find_runbooks(tests, paths, exclude)
    if not files and not tests.runbooks:
        where = ", ".join(paths)
        raise UsageError(f"{where}: neither a scenario nor a runbook/v1 is here")
    named = {path for path in paths if path.endswith(".md")}
    for file in files:
        for read in read_scenarios(file):
            if isinstance(read, Untested):
                tests.untested.append(read)
            elif not named or read.runbook in named or file in paths:
                _play(tests, read)
    return ScenarioReport(
        tuple(tests.results),
        tuple(tests.untested),
        tuple(_coverage(tests)),
        least_coverage,
    )


def _find_runbooks(
    tests: _Tests, paths: tuple[str, ...], exclude: tuple[str, ...]
) -> None:
    for path in paths_of(paths, exclude):
        if path.endswith((".md", ".markdown")):
            text = read_text(Path(path))
            front = text.partition("\n---")[0]
            if not front.startswith("---") or FORMAT not in front:
                continue  # somebody else's markdown
            try:
                tests.runbooks[path] = read_found(text, path, tests.loaded)
            except UsageError as error:
                tests.untested.append(Untested(path, 1, str(error)))


def _play(tests: _Tests, read: ReadScenario) -> None:
    path, scenario = read.runbook, read.scenario
    try:
        if path not in tests.runbooks:
            tests.runbooks[path] = read_found(read_text(Path(path)), path, tests.loaded)
        found = tests.runbooks[path]
        played = replay_of(scenario, found)
    except RunbookkitError as error:
        tests.untested.append(Untested(read.file, read.line, str(error)))
        return
    wanted = scenario.runbook.content_hash if scenario.runbook else ""
    state = played.state
    tests.runs.setdefault(path, []).append(played.events)
    tests.results.append(
        ScenarioResult(
            read.file,
            read.line,
            scenario.name,
            path,
            differences(scenario, played, step_graph(found.runbook)),
            tuple(record.step for record in state.visits),
            end_of(state),
            changed=bool(wanted) and wanted != found.content_hash,
        )
    )


def replay_of(scenario: Scenario, found: FoundRunbook) -> Replay:
    """Play a scenario with a runbook.

    Raises:
        UsageError: The runbook wants inputs that the scenario does not give.
    """
    beginning = beginning_of(scenario, found)
    played = Played(
        found.runbook, beginning.start, render, redactor(), beginning.secrets
    )
    return replay(scenario, played)


def beginning_of(scenario: Scenario, found: FoundRunbook) -> Beginning:
    """Return how a scenario's run begins.

    Raises:
        UsageError: The runbook wants inputs that the scenario does not give.
    """
    alert = scenario.alert or RunAlert()
    steps = {step.id for step in found.runbook.steps}
    if scenario.first and scenario.first not in steps:
        raise UsageError(f"first: the runbook has no step {scenario.first!r}")
    inputs: dict[str, str] = dict(scenario.inputs)
    for each in found.runbook.metadata.inputs:
        if each.type == "secret":
            inputs.setdefault(each.name, _NOT_KEPT)
    first = scenario.first or found.first
    begun = FoundRunbook(found.runbook, found.content_hash, found.text, first)
    given = Given(inputs, alert.labels, alert.annotations)
    return begin_with(begun, given, mode="guided")


def record_run(events: Sequence[Event], file: Path, loaded: Loaded) -> list[str]:
    """Write the scenario that a run was; return what its replay does otherwise.

    What was redacted or cut can make a difference: better to know it at once.

    Raises:
        UsageError: The file cannot be written.
    """
    found = found_again(events, loaded)
    begun = events[0]
    title = f"{begun.data['title']}, {begun.at:%Y-%m-%d %H:%M} UTC"
    runbook = Path(os.path.relpath(found.runbook.path, file.parent)).as_posix()
    graph = step_graph(found.runbook)
    scenario = recorded(events, title, runbook, graph.entry)
    write_scenario(scenario, file)
    played = replay_of(scenario, found)
    return [
        line
        for each in differences(scenario, played, graph)
        for line in difference_lines(each, found.runbook.path)
    ]


def _coverage(tests: _Tests) -> Iterator[Coverage]:
    runbooks: Mapping[str, FoundRunbook] = tests.runbooks
    for path in sorted(runbooks):
        graph = step_graph(runbooks[path].runbook)
        yield coverage_of(path, graph, tests.runs.get(path, []))
