"""RB216."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from runbookkit.lint.context import Context
from runbookkit.lint.query_blocks import Query, queries
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import LeadLine, Runbook
from runbookkit.queries.language import Checked

_POINTS: Final = 11_000
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_LOKI: Final = timedelta(days=30)
_SEARCH: Final = timedelta(hours=168)


@runbook_rule("RB216", level="warning", since="0.1.0", needs="format")
def unbounded_query(runbook: Runbook, context: Context) -> Found:
    """A query may read more than its server gives, or than anyone can read.

    ## Why is this bad?

    Servers refuse a range that is too long: Prometheus beyond 11,000 points,
    Loki beyond 30 days, Tempo beyond 168 hours of search or 24 hours of
    metrics, unless somebody has raised the limit. A query without bounds also
    slows the very system that is in trouble.

    ## Bad

    ````markdown
    ### Plot the failed requests

    **In Prometheus**, over the last 30d, step 10s:

    ```promql
    sum(rate(http_requests_total{code=~"5.."}[5m]))
    ```

    **Expect:** fewer than 0.1 per second: `series[0].last < 0.1`

    - **Not met:** escalate
    ````

    ## Good

    ````markdown
    ### Plot the failed requests

    **In Prometheus**, over the last 30d, step 10m:

    ```promql
    sum(rate(http_requests_total{code=~"5.."}[5m]))
    ```

    **Expect:** fewer than 0.1 per second: `series[0].last < 0.1`

    - **Not met:** escalate
    ````
    """
    for query in queries(runbook):
        if query.is_action and query.language.name in _JUDGES:
            result = query.check(context.options.versions)
            yield from _judge(query, query.lead, result)


def _judge(query: Query, lead: LeadLine | None, result: Checked) -> Iterator[Problem]:
    if result.unbounded and not _is_brief(lead, result):
        yield Problem(
            query.block.block, f"{result.unbounded}; narrow what the query selects"
        )
    if lead is not None:
        for message in _JUDGES[query.language.name](lead, result):
            yield Problem(lead.span, message)


def _is_brief(lead: LeadLine | None, result: Checked) -> bool:
    """Tell whether a query over everything still reads little.

    Who writes most can only be asked of all; a limit lets the server stop early.
    """
    if lead is None or (lead.window is not None and lead.window > _HOUR):
        return False
    numbers = result.kind not in {"logs", "traces"}
    return numbers or lead.limit is not None


def _prometheus(lead: LeadLine, result: Checked) -> Iterator[str]:
    if lead.window is None or lead.step is None or not lead.step:
        return
    points = int(lead.window / lead.step) + 1
    if points > _POINTS:
        yield (
            f"{points:,} points are more than the {_POINTS:,} that Prometheus gives;"
            " take a longer step or a shorter window"
        )


def _loki(lead: LeadLine, result: Checked) -> Iterator[str]:
    if lead.window is None:
        return
    if lead.window > _LOKI:
        yield "Loki reads 30 days at most; take a shorter window"
    elif result.kind == "logs" and lead.limit is None and lead.window > _DAY:
        yield (
            "more than a day of log lines without a limit; add `at most 100 lines` or"
            " take a shorter window"
        )


def _tempo(lead: LeadLine, result: Checked) -> Iterator[str]:
    if lead.window is None:
        return
    if result.kind != "traces" and lead.window > _DAY:
        yield "Tempo computes metrics over 24 hours at most; take a shorter window"
    elif lead.window > _SEARCH:
        yield "Tempo searches 168 hours at most; take a shorter window"


_JUDGES: Final = {"promql": _prometheus, "logql": _loki, "traceql": _tempo}
