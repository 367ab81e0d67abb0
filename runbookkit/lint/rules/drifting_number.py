"""RB509."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.drift import drifts
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import Runbook


@runbook_rule("RB509", level="warning", since="0.1.0", needs="format")
def drifting_number(runbook: Runbook, context: Context) -> Found:
    """An expectation says one number in words and another in its expression.

    ## Why is this bad?

    The person reads the words, the runner judges the expression. Somebody
    changed one of the two, and they now disagree about whether it is over.

    Units are understood: 2 MB/s is `2e6`, and 1 % is `0.01`, or `1` where the
    query computes percentages.

    ## Bad

    ````markdown
    ### The volume is back

    **In Prometheus**, every 30s for up to 10m:

    ```promql
    sum(rate(http_response_bytes_total{service="checkout"}[5m]))
    ```

    **Expect:** the service sends less than 2 MB/s: `value < 3e6`

    - **Met:** continue
    - **Not met:** escalate
    ````

    ## Good

    ````markdown
    ### The volume is back

    **In Prometheus**, every 30s for up to 10m:

    ```promql
    sum(rate(http_response_bytes_total{service="checkout"}[5m]))
    ```

    **Expect:** the service sends less than 2 MB/s: `value < 2e6`

    - **Met:** continue
    - **Not met:** escalate
    ````
    """
    for drift in drifts(runbook):
        if drift.unit:
            continue
        actual = "the expression compares with " + " and ".join(
            f"{each.number:g}" for each in drift.compared
        )
        if drift.limits:
            times = " and ".join(f"{each:g} s" for each in drift.limits)
            actual = f"the query compares with {times}"
        yield Problem(
            drift.stated.span,
            f"the text says {drift.stated.text!r}, and {actual}; make them agree",
        )
