"""Make scenarios from the graph, one for each path, where a runbook ships none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import islice
from typing import Any, Final

from runbookkit.audit.inventing import invented
from runbookkit.audit.simulator import Ran
from runbookkit.audit.walk import suggested
from runbookkit.errors import RunbookkitError
from runbookkit.execute.asking import ask_of
from runbookkit.execute.judge import Judgement, judge, judge_by_hand
from runbookkit.execute.written import usual_kind, written_answer
from runbookkit.model.answer import Ask
from runbookkit.model.graph import Edge, StepGraph, paths, step_graph
from runbookkit.model.run import RunAlert, RunbookVersion, RunEnd
from runbookkit.model.runbook import Input, Runbook, Step
from runbookkit.model.scenario import Expected, Scenario, ScenarioAnswer
from runbookkit.queries.quoting import render

AS_IT_STANDS: Final = "read as it stands"
"""The scenario of a page that no answers can be found for: how far a reader gets."""
MOST_PATHS: Final = 40
MOST_TRIES: Final = 2000
"""Answers that are tried for one way out of a step."""
_ENDS: Final[Mapping[str, RunEnd]] = {
    "stop": "stop",
    "escalate": "escalate",
    "hand over": "hand over",
}
_SAMPLES: Final = (
    *("web-1", "x", "shop", "1", "5m", "web", "a", "A1", "abc123", "0", "true"),
    *("http://localhost:9090", "localhost:8080", "10.0.0.1", "2026-01-01T12:00:00Z"),
    *("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", "/", "main", "v1.2.3"),
)


def derived_scenarios(runbook: Runbook) -> Iterator[Scenario]:
    """Yield a scenario for each path that answers can be found for.

    Answers are chosen on each side of every threshold until one leads along the
    path. A page without any such path is read as it stands.
    """
    deriver = _Deriver(runbook)
    found = False
    for path in islice(paths(deriver.graph), MOST_PATHS):
        scenario = deriver.along(path) if runbook.declared else None
        if scenario is not None:
            found = True
            yield scenario
    if not found:
        version = RunbookVersion(runbook.path)
        yield replace(deriver.begun(), name=AS_IT_STANDS, runbook=version)


@dataclass
class _Deriver:
    runbook: Runbook
    known: dict[tuple[str, int, str], tuple[ScenarioAnswer, Judgement] | None] = field(
        default_factory=dict
    )

    @property
    def graph(self) -> StepGraph:
        return step_graph(self.runbook)

    def begun(self) -> Scenario:
        """Return a scenario that gives every input a value, and no answer yet."""
        labels: dict[str, str] = {}
        annotations: dict[str, str] = {}
        inputs: dict[str, str] = {}
        if self.runbook.metadata.alerts:
            labels["alertname"] = self.runbook.metadata.alerts[0]
        for wanted in self.runbook.metadata.inputs:
            table, _, key = wanted.source.removeprefix("alert.").partition(".")
            tables = {"labels": labels, "annotations": annotations}
            if wanted.type != "secret":
                tables.get(table, inputs)[key or wanted.name] = _sample(wanted)
        alert = RunAlert(labels, annotations) if labels or annotations else None
        return Scenario("", Expected(), alert=alert, inputs=inputs)

    def along(self, path: tuple[Edge, ...]) -> Scenario | None:
        """Return a scenario that goes one way; none where no answers are found."""
        begun = self.begun()
        names = self._names(begun)
        answers: dict[str, tuple[ScenarioAnswer, ...]] = {}
        for edge in path:
            found = self._answer(edge, names)
            if found is None:
                return None
            answer, judgement = found
            answers[edge.source] = (answer,)
            names |= judgement.captures
        end = path[-1].end
        if end is None:
            return None  # it leads back, and what comes then is another path
        steps = tuple(edge.source for edge in path)
        return replace(
            begun,
            name=_name(path, self.graph),
            runbook=RunbookVersion(self.runbook.path),
            approves_changes=True,
            answers=answers,
            expect=Expected(steps, end=_ENDS.get(end)),
        )

    def _names(self, begun: Scenario) -> dict[str, Any]:
        alert = begun.alert or RunAlert()
        tables = {"labels": alert.labels, "annotations": alert.annotations}
        values = {each.name: _typed(each) for each in self.runbook.metadata.inputs}
        return {**tables, **values}

    def _answer(
        self, edge: Edge, names: Mapping[str, Any]
    ) -> tuple[ScenarioAnswer, Judgement] | None:
        way = self.graph.leaving[edge.source].index(edge)
        key = (edge.source, way, repr(names))
        if key not in self.known:
            self.known[key] = self._search(edge, names)
        return self.known[key]

    def _search(
        self, edge: Edge, names: Mapping[str, Any]
    ) -> tuple[ScenarioAnswer, Judgement] | None:
        step = self.graph.steps[edge.source]
        if step.question is not None:
            choice = ScenarioAnswer(choice=edge.title)
            return choice, Judgement("met", "")
        if step.action is None:
            if edge.kind == "not met":
                return ScenarioAnswer(said="not met"), Judgement("not met", "")
            done = judge_by_hand(step, names)
            return (ScenarioAnswer(), done) if self._takes(edge, done) else None
        return self._tried(step, edge, names)

    def _tried(
        self, step: Step, edge: Edge, names: Mapping[str, Any]
    ) -> tuple[ScenarioAnswer, Judgement] | None:
        now = Scenario("", Expected()).started_at
        try:
            ask: Ask = ask_of(step, names, now, render)
            kind = usual_kind(ask)
        except RunbookkitError:
            return None
        for given in islice(invented(step, kind), MOST_TRIES):
            written = ScenarioAnswer(kind, given)
            try:
                answer = written_answer(written, replace(ask, now=now), now)
            except (ValueError, TypeError, AttributeError):
                continue  # a shape that this kind of answer never has
            judgement = judge(step, replace(answer, duration=timedelta()), names)
            if self._takes(edge, judgement):
                return written, judgement
        return None

    def _takes(self, edge: Edge, judgement: Judgement) -> bool:
        ran = Ran(edge.source, "", judgement)
        return suggested(ran, self.graph.leaving[edge.source]) == edge


def _name(path: tuple[Edge, ...], graph: StepGraph) -> str:
    return " → ".join(
        f"{graph.steps[each.source].title}: {each.title}" for each in path
    )


def _sample(wanted: Input) -> str:
    if wanted.default is not None:
        return str(wanted.default)
    if wanted.choices:
        return wanted.choices[0]
    usual = {"number": "1", "duration": "5m"}.get(wanted.type, "web-1")
    if not wanted.pattern:
        return usual
    fitting = (each for each in _SAMPLES if _fits(wanted.pattern, each))
    return next(fitting, usual)


def _fits(pattern: str, sample: str) -> bool:
    try:
        return re.fullmatch(pattern, sample) is not None
    except re.error:
        return False


def _typed(wanted: Input) -> Any:
    sample = _sample(wanted)
    if wanted.type != "number":
        return "not-kept" if wanted.type == "secret" else sample
    return int(sample) if sample.lstrip("-").isdigit() else float(sample)
