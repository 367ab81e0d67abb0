"""Hold a replay against what its scenario expects; what differs first comes first."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from runbookkit.execute.judge import shown
from runbookkit.execute.replay import Replay
from runbookkit.model.graph import StepGraph
from runbookkit.model.runstate import RunState
from runbookkit.model.scenario import Expected, Scenario
from runbookkit.model.tested import Compared, Difference


def differences(
    scenario: Scenario, replay: Replay, graph: StepGraph
) -> tuple[Difference, ...]:
    """Return how a replay differs from its scenario, by the order of the run."""
    found = list(_found(scenario.expect, replay, graph))
    found += _strangers(scenario, graph)
    order = {step: number for number, step in enumerate(_path(replay.state))}
    last = len(order)
    return tuple(sorted(found, key=lambda each: order.get(each.step, last)))


def _found(expect: Expected, replay: Replay, graph: StepGraph) -> Iterator[Difference]:
    state = replay.state
    if replay.stuck is not None:
        yield _about(graph, "answer", replay.stuck.step, "", str(replay.stuck))
    for sent in replay.sent:
        yield _about(graph, "sent", sent.step, sent.recorded, sent.now)
    verdicts = {record.step: record for record in state.visits}
    for step, verdict in expect.verdicts.items():
        record = verdicts.get(step)
        if record is None and expect.path:
            continue  # the path says so
        actual = (record.verdict or "not ended") if record else "not visited"
        if actual != verdict:
            said = (
                f"{actual}: {record.message}" if record and record.message else actual
            )
            yield _about(graph, "verdict", step, verdict, said)
    yield from _captures(expect, state)
    yield from _ways(expect, state, graph)


def _captures(expect: Expected, state: RunState) -> Iterator[Difference]:
    for name, value in expect.captures.items():
        actual = state.captures.get(name, "no value")
        if actual != value:
            pair = (f"{name} = {shown(value)}",), (f"{name} = {shown(actual)}",)
            yield Difference("capture", "", 0, *pair)


def _ways(expect: Expected, state: RunState, graph: StepGraph) -> Iterator[Difference]:
    path = _path(state)
    if expect.path and path != expect.path:
        yield _path_difference(expect.path, path, graph)
    end = end_of(state)
    if expect.end is not None and end != expect.end:
        step = path[-1] if path else ""
        why = state.visits[-1].message if state.visits else ""
        yield _about(graph, "end", step, expect.end, f"{end} ({why})" if why else end)


def _path_difference(
    expected: tuple[str, ...], actual: tuple[str, ...], graph: StepGraph
) -> Difference:
    """Return where two paths part: the last step that they share."""
    pairs = zip_longest(expected, actual)
    shared = next(number for number, (one, other) in enumerate(pairs) if one != other)
    step = actual[max(shared - 1, 0)] if actual else ""
    return Difference("path", step, _line(graph, step), expected, actual)


def _strangers(scenario: Scenario, graph: StepGraph) -> Iterator[Difference]:
    """Yield the steps that a scenario knows and the runbook does not."""
    expect = scenario.expect
    named = dict.fromkeys((*scenario.answers, *expect.path, *expect.verdicts))
    for step in named:
        if step not in graph.steps:
            reason = "the runbook has no such step"
            yield Difference("answer", step, 0, (step,), (reason,))


def _about(
    graph: StepGraph, what: Compared, step: str, expected: str, actual: str
) -> Difference:
    lines = tuple(expected.splitlines()), tuple(actual.splitlines())
    return Difference(what, step, _line(graph, step), *lines)


def _line(graph: StepGraph, step: str) -> int:
    return graph.steps[step].span.line if step in graph.steps else 0


def _path(state: RunState) -> tuple[str, ...]:
    return tuple(record.step for record in state.visits)


def end_of(state: RunState) -> str:
    """Return how a run ended, as scenarios say it."""
    return state.end or ("pause" if state.paused else "stuck")
