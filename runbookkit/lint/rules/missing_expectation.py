"""RB501."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import Runbook


@runbook_rule("RB501", level="error", since="0.1.0", needs="format")
def missing_expectation(runbook: Runbook, context: Context) -> Found:
    """A step runs something but does not say which answer is healthy.

    ## Why is this bad?

    The answer is on the screen and nobody can tell whether it is good. The
    runner cannot either, so the step decides nothing.

    ## Bad

    ````markdown
    ### Count the failed requests

    **In Prometheus**:

    ```promql
    sum(rate(http_requests_total{code=~"5.."}[5m]))
    ```

    - **Not met:** escalate
    ````

    ## Good

    ````markdown
    ### Count the failed requests

    **In Prometheus**:

    ```promql
    sum(rate(http_requests_total{code=~"5.."}[5m]))
    ```

    **Expect:** fewer than 0.1 failed requests per second: `value < 0.1`

    - **Met:** stop
    - **Not met:** continue
    ````
    """
    for step in runbook.steps:
        if step.action is None or step.expectations:
            continue
        lead = step.action.lead
        if step.question is not None:
            yield Problem(
                step.action.code.block,
                f"step {step.title!r} asks a person, and a question runs nothing; make"
                " a step of its own of the action",
            )
        elif lead is not None and lead.poll is not None:
            yield Problem(
                lead.span,
                f"step {step.title!r} asks again and again, and nothing says for what;"
                " add an `**Expect:**` line",
            )
        elif not step.captures:
            yield Problem(
                step.action.code.block,
                f"step {step.title!r} does not say which answer is healthy; add an"
                " `**Expect:**` line",
            )
