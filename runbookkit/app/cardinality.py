"""Series budgets: what a service exposes or stores, held against what it may."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families
from pydantic import TypeAdapter, ValidationError

from runbookkit.app.reading import read_text
from runbookkit.errors import ConfigError, CouldNotCheckError, UsageError
from runbookkit.http import HttpClient
from runbookkit.model.answer import Ask
from runbookkit.model.base import Data
from runbookkit.ports import Backend, Clock

Series = tuple[str, tuple[tuple[str, str], ...]]
"""A metric's name and its labels, sorted."""
_TOP = 10
_TIMEOUT = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Budget(Data):
    """How many series one instance of a service may have."""

    series: int
    job: str = ""
    """The ``job`` label in Prometheus; the service's name when empty."""
    metrics: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Budgets(Data):
    """``budgets.yaml``."""

    services: Mapping[str, Budget]


@dataclass(frozen=True, slots=True)
class MetricUse:
    """One metric: its series, how they grew, and the label that makes most of them."""

    name: str
    series: int
    budget: int | None = None
    grown: int | None = None
    """More series than an hour ago; none when that is not known."""
    label: str = ""
    """The label without which most series would be one."""
    values: int = 0
    """Distinct values of that label."""
    without: int = 0
    """Series that would be left without it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A service against its budget."""

    service: str
    series: int
    budget: int
    top: tuple[MetricUse, ...]

    @property
    def over(self) -> bool:
        """Whether the service or one of its metrics has more than it may."""
        metrics = (m for m in self.top if m.budget is not None and m.series > m.budget)
        return self.series > self.budget or any(metrics)


def read_budgets(file: Path) -> Budgets:
    """Return the budgets in a file.

    Raises:
        UsageError: It cannot be read.
        ConfigError: It is not what :class:`Budgets` describes.
    """
    try:
        data = yaml.load(read_text(file), Loader=yaml.CSafeLoader)
        return TypeAdapter(Budgets).validate_python(data)
    except yaml.YAMLError as error:
        raise ConfigError(f"{file.as_posix()}: not valid YAML: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise ConfigError(f"{file.as_posix()}: {where}: {first['msg']}") from error


def budget_of(budgets: Budgets, service: str) -> Budget:
    """Return a service's budget.

    Raises:
        UsageError: It has none.
    """
    if service not in budgets.services:
        raise UsageError(
            f"{service!r} has no budget; known are {', '.join(budgets.services)}"
        )
    return budgets.services[service]


def judge_series(service: str, budget: Budget, series: Iterable[Series]) -> Verdict:
    """Hold series against a budget; pure."""
    by_metric: dict[str, set[tuple[tuple[str, str], ...]]] = {}
    for name, labels in series:
        by_metric.setdefault(name, set()).add(labels)
    counts = Counter({name: len(each) for name, each in by_metric.items()})
    shown = {name for name, _ in counts.most_common(_TOP)} | set(budget.metrics)
    top = [
        _use(name, by_metric.get(name, set()), budget.metrics.get(name))
        for name in sorted(shown, key=lambda each: (-counts[each], each))
    ]
    return Verdict(service, sum(counts.values()), budget.series, tuple(top))


def _use(
    name: str, series: set[tuple[tuple[str, str], ...]], budget: int | None
) -> MetricUse:
    labels = {label for each in series for label, _ in each}
    best = MetricUse(name, len(series), budget, without=len(series))
    for label in sorted(labels):
        left = len({tuple(p for p in each if p[0] != label) for each in series})
        if left < best.without:
            values = len(
                {value for each in series for key, value in each if key == label}
            )
            best = MetricUse(
                name, len(series), budget, label=label, values=values, without=left
            )
    return best


def scraped(url: str, client: HttpClient) -> list[Series]:
    """Return the series that a service exposes now.

    Raises:
        CouldNotCheckError: It does not answer, or not with metrics.
    """
    accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"
    answer = client.get(url, headers={"accept": accept})
    if answer.status != 200:
        raise CouldNotCheckError(f"{url}: answers {answer.status}")
    text = answer.body.decode("utf-8", "replace")
    is_open = "openmetrics" in answer.headers.get("content-type", "")
    parse: Any = (
        openmetrics.text_string_to_metric_families
        if is_open
        else text_string_to_metric_families
    )
    try:
        return [
            (sample.name, tuple(sorted(sample.labels.items())))
            for family in parse(text)
            for sample in family.samples
        ]
    except ValueError as error:
        raise CouldNotCheckError(f"{url}: not metrics: {error}") from error


def stored(service: str, budget: Budget, prometheus: Backend, clock: Clock) -> Verdict:
    """Hold what Prometheus stores of a service against its budget.

    Raises:
        BackendError: Prometheus gave no answer that can be judged.
    """
    job = (budget.job or service).replace("\\", "\\\\").replace('"', '\\"')
    picked = f'{{job="{job}"}}'
    instances = max(_counts(prometheus, clock, f"count(up{picked})").get("", 1), 1)
    now = _counts(prometheus, clock, f"count by (__name__) ({picked})")
    before = _counts(prometheus, clock, f"count by (__name__) ({picked} offset 1h)")
    shown = {name for name, _ in Counter(now).most_common(_TOP)} | set(budget.metrics)
    top: list[MetricUse] = []
    for name in sorted(shown, key=lambda each: (-now.get(each, 0), each)):
        use = _stored_use(name, job, prometheus, clock)
        top.append(
            MetricUse(
                name,
                now.get(name, 0) // instances,
                budget.metrics.get(name),
                (now.get(name, 0) - before[name]) // instances
                if name in before
                else None,
                *use,
            )
        )
    total = sum(now.values()) // instances
    return Verdict(service, total, budget.series, tuple(top))


def _stored_use(
    name: str, job: str, prometheus: Backend, clock: Clock
) -> tuple[str, int, int]:
    series = _ask(prometheus, clock, f'topk(2000, {{__name__="{name}", job="{job}"}})')
    use = _use(
        name,
        {
            tuple(sorted((k, v) for k, v in each["labels"].items() if k != "__name__"))
            for each in series
        },
        None,
    )
    return use.label, use.values, use.without


def _counts(prometheus: Backend, clock: Clock, query: str) -> dict[str, int]:
    return {
        each["labels"].get("__name__", ""): int(each["value"])
        for each in _ask(prometheus, clock, query)
    }


def _ask(prometheus: Backend, clock: Clock, query: str) -> list[dict[str, Any]]:
    answer = prometheus.ask(Ask("promql", query, clock.now(), _TIMEOUT))
    return list(answer.names["series"])
