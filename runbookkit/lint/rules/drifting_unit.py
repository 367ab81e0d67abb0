"""RB512."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.drift import Drift, drifts
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.lint.units import DIMENSIONS
from runbookkit.model.runbook import Runbook


@runbook_rule("RB512", level="warning", since="0.1.0", needs="format")
def drifting_unit(runbook: Runbook, context: Context) -> Found:
    """An expectation's words and its query use different units.

    ## Why is this bad?

    A query over `…_seconds` answers in seconds: against `500` the latency
    never gets high enough, and against `0.5` of a percentage it always is.

    ## Bad

    ````markdown
    ### Is it slow?

    **In Prometheus**:

    ```promql
    histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))
    ```

    **Expect:** the slowest 1 % take longer than 500 ms: `value > 500.0`

    - **Met:** continue
    - **Not met:** escalate
    ````

    ## Good

    ````markdown
    ### Is it slow?

    **In Prometheus**:

    ```promql
    histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))
    ```

    **Expect:** the slowest 1 % take longer than 500 ms: `value > 0.5`

    - **Met:** continue
    - **Not met:** escalate
    ````
    """
    for drift in drifts(runbook):
        if drift.unit:
            yield Problem(drift.stated.span, _message(drift))


def _message(drift: Drift) -> str:
    number = drift.compared[0].number
    if DIMENSIONS[drift.unit] != drift.stated.dimension:
        return (
            f"the text says {drift.stated.text!r}, and the answer is in {drift.unit};"
            " say the number in the unit of the query"
        )
    return (
        f"{drift.stated.text!r} is {drift.right:g} here, for the answer is in"
        f" {drift.unit}, and the expression compares with {number:g}; make them agree"
    )
