"""RB211."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import Runbook


@runbook_rule("RB211", level="error", since="0.1.0", needs="format")
def unreadable_lead_line(runbook: Runbook, context: Context) -> Found:
    """A lead line holds words that the runner does not understand.

    ## Why is this bad?

    The reader sees a window or a limit; the runner ignores it and takes its
    default. Two people look at two different answers.

    ## Bad

    ````markdown
    ### Count the failed requests

    **In Prometheus**, during the past hour:

    ```promql
    sum(rate(http_requests_total{code=~"5.."}[5m]))
    ```

    **Expect:** fewer than 0.1 per second: `series[0].last < 0.1`

    - **Not met:** escalate
    ````

    ## Good

    ````markdown
    ### Count the failed requests

    **In Prometheus**, over the last 1h:

    ```promql
    sum(rate(http_requests_total{code=~"5.."}[5m]))
    ```

    **Expect:** fewer than 0.1 per second: `series[0].last < 0.1`

    - **Not met:** escalate
    ````
    """
    for problem in runbook.problems:
        if problem.kind == "unreadable-lead-line":
            yield Problem(problem.span, problem.message)
