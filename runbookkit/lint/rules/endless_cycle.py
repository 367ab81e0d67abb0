"""RB408."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.graph import cycles, step_graph
from runbookkit.model.runbook import Runbook


@runbook_rule("RB408", level="error", since="0.1.0", needs="format")
def endless_cycle(runbook: Runbook, context: Context) -> Found:
    """Steps lead back to each other, and none of them leads out.

    ## Why is this bad?

    Whoever enters the circle goes round until somebody else takes the phone
    away.

    ## Bad

    ````markdown
    ### Wait for the queue

    **In Prometheus**:

    ```promql
    max(queue_length{service="checkout"})
    ```

    **Expect:** fewer than 100 orders wait: `value < 100.0`

    - **Met:** go to [Look at the queue again](#look-at-the-queue-again)
    - **Not met:** continue

    ### Look at the queue again

    Give the workers five minutes.

    - **Met:** go to [Wait for the queue](#wait-for-the-queue)
    ````

    ## Good

    ````markdown
    ### Wait for the queue

    **In Prometheus**, every 30s for up to 5m:

    ```promql
    max(queue_length{service="checkout"})
    ```

    **Expect:** fewer than 100 orders wait: `value < 100.0`

    - **Met:** continue
    - **Not met:** escalate
    ````
    """
    graph = step_graph(runbook)
    for cycle in cycles(graph):
        if cycle.exits:
            continue
        titles = " and ".join(repr(graph.steps[step].title) for step in cycle.steps)
        back = cycle.inner[-1]
        verb = "lead" if len(cycle.steps) > 1 else "leads"
        yield Problem(
            back.branch.span if back.branch else graph.steps[back.source].span,
            f"{titles} {verb} back for ever; add a way out, or ask"
            " again with `every … for up to …`",
        )
