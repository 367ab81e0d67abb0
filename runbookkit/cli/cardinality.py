"""``runbook cardinality``."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from runbookkit import settings
from runbookkit.app.cardinality import (
    MetricUse,
    Verdict,
    budget_of,
    judge_series,
    read_budgets,
    scraped,
    stored,
)
from runbookkit.app.running import backends_of, state_folder
from runbookkit.cli import codes
from runbookkit.clock import SystemClock
from runbookkit.errors import UsageError
from runbookkit.http import HttpClient


def cardinality(
    service: str,
    /,
    *,
    scrape: str = "",
    budgets: Path = Path("ops-handbook/budgets.yaml"),
    as_json: Annotated[bool, Parameter(("--json",), negative=())] = False,
    config: str = "",
) -> int:
    """Hold the series of a service against its budget.

    Exit code: 0 within the budget, 1 over it, 3 could not be checked.

    Parameters
    ----------
    service
        A service that the budgets name.
    scrape
        Address of its metrics; without it Prometheus is asked what it stores.
    budgets
        File of budgets.
    as_json
        Print the verdict as JSON.
    config
        Configuration file; found upward from here when left out.
    """
    budget = budget_of(read_budgets(budgets), service)
    if scrape:
        verdict = judge_series(service, budget, scraped(scrape, HttpClient()))
    else:
        clock = SystemClock()
        variables = settings.environment()
        loaded = settings.load(Path(), variables, file=config)
        state = state_folder(loaded, variables)
        prometheus = backends_of(loaded, variables, clock, state).get("promql")
        if prometheus is None:
            raise UsageError(
                "no Prometheus is configured; name one under [backends.prometheus] or"
                " give --scrape URL"
            )
        verdict = stored(service, budget, prometheus, clock)
    print(json.dumps(asdict(verdict), indent=2) if as_json else _told(verdict))
    return codes.FINDINGS if verdict.over else codes.OK


def _told(verdict: Verdict) -> str:
    word = "over" if verdict.over else "within"
    total = f"{verdict.service}: {verdict.series} series an instance"
    lines = [f"{total}, {word} the budget of {verdict.budget}"]
    lines += [_line(each) for each in verdict.top]
    worst = max(verdict.top, key=lambda each: each.series - each.without, default=None)
    if verdict.over and worst is not None and worst.label:
        lines.append(
            f"Drop label {worst.label!r} of {worst.name}, or move it to logs:"
            f" {worst.values} values make {worst.series} series, {worst.without} would be"
            " left"
        )
    return "\n".join(lines)


def _line(use: MetricUse) -> str:
    budget = f" of {use.budget}" if use.budget is not None else ""
    mark = "OVER " if use.budget is not None and use.series > use.budget else ""
    grown = f", {use.grown:+} in an hour" if use.grown else ""
    label = f", most by label {use.label!r} ({use.values} values)" if use.label else ""
    return f"  {mark}{use.series}{budget} {use.name}{grown}{label}"
