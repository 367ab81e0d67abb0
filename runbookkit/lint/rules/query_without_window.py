"""RB504."""

from __future__ import annotations

from typing import Final

from runbookkit.lint.context import Context
from runbookkit.lint.query_blocks import Query, queries
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import Runbook

_SEARCHES: Final = {"logs": "log lines", "traces": "traces"}
"""What a query reads, by the kind of its answer."""


@runbook_rule("RB504", level="warning", since="0.1.0", needs="format")
def query_without_window(runbook: Runbook, context: Context) -> Found:
    """A search in logs or traces does not say how far back it looks.

    ## Why is this bad?

    The server chooses, and another server chooses otherwise: an hour, or all
    of it. An empty answer then means nothing.

    A metric query needs no window: it asks about now, over the range that its
    selectors name.

    ## Bad

    ````markdown
    ### Does the service log errors?

    **In Loki**, at most 20 lines:

    ```logql
    {service_name="checkout"} | json | level="error"
    ```

    **Expect:** it logs errors: `lines.size() > 0`

    - **Met:** continue
    - **Not met:** escalate
    ````

    ## Good

    ````markdown
    ### Does the service log errors?

    **In Loki**, over the last 15m, at most 20 lines:

    ```logql
    {service_name="checkout"} | json | level="error"
    ```

    **Expect:** it logs errors: `lines.size() > 0`

    - **Met:** continue
    - **Not met:** escalate
    ````
    """
    for query in queries(runbook):
        if not query.is_action or _has_window(query):
            continue
        kind = query.check(context.options.versions).kind or ""
        reads = "traces" if query.language.name == "traceql" else _SEARCHES.get(kind)
        if reads:
            yield Problem(
                query.lead.span if query.lead else query.block.block,
                f"the search for {reads} does not say how far back it looks;"
                " add `over the last 15m` to the lead line",
            )


def _has_window(query: Query) -> bool:
    lead = query.lead
    return lead is not None and (lead.window is not None or bool(lead.at))
