"""RB406."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.flow import half_read
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.graph import step_graph
from runbookkit.model.runbook import Runbook


@runbook_rule("RB406", level="error", since="0.1.0", needs="format")
def dead_end(runbook: Runbook, context: Context) -> Found:
    """A path goes on behind the last step, where nothing is.

    ## Why is this bad?

    The reader sits there: nothing says whether the incident is over or
    somebody else has to take it up.

    ## Bad

    ````markdown
    ## Verification

    ### The failures are gone

    **In Prometheus**, every 30s for up to 10m:

    ```promql
    sum(rate(http_requests_total{service="checkout", code=~"5.."}[5m]))
    ```

    **Expect:** fewer than 0.1 failed requests per second: `value < 0.1`

    - **Not met:** escalate
    ````

    ## Good

    ````markdown
    ## Verification

    ### The failures are gone

    **In Prometheus**, every 30s for up to 10m:

    ```promql
    sum(rate(http_requests_total{service="checkout", code=~"5.."}[5m]))
    ```

    **Expect:** fewer than 0.1 failed requests per second: `value < 0.1`

    - **Met:** stop
    - **Not met:** escalate
    ````
    """
    graph = step_graph(runbook)
    unclear = half_read(runbook)
    for edge in graph.edges:
        if edge.end != "nowhere" or edge.source in unclear:
            continue
        step = graph.steps[edge.source]
        yield Problem(
            edge.branch.span if edge.branch else step.span,
            f"{edge.title!r} of step {step.title!r} goes on, and no step follows; end"
            " it in stop, escalate or go to",
        )
