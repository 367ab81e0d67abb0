"""RB411."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import Runbook


@runbook_rule("RB411", level="error", since="0.1.0", needs="format")
def unreadable_branch(runbook: Runbook, context: Context) -> Found:
    """A branch is not written as branches are.

    ## Why is this bad?

    A person may guess where it leads; the runner does not guess. A branch is a
    bullet that begins with **Met:**, **Not met:**, **When** and a condition, or
    a choice of the step's question. Behind it stands `continue`, `stop`,
    `escalate`, or `go to` and a link.

    ## Bad

    ````markdown
    ### Is the database reachable?

    **In Prometheus**:

    ```promql
    min(pg_up{service="checkout"})
    ```

    **Expect:** every instance answers: `value == 1.0`

    - **Met:** continue
    - **Not met:** call the database team
    ````

    ## Good

    ````markdown
    ### Is the database reachable?

    **In Prometheus**:

    ```promql
    min(pg_up{service="checkout"})
    ```

    **Expect:** every instance answers: `value == 1.0`

    - **Met:** continue
    - **Not met:** escalate
    ````
    """
    for problem in runbook.problems:
        if problem.kind == "unreadable-branch":
            yield Problem(problem.span, problem.message)
