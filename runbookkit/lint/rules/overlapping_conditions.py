"""RB410."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import Runbook
from runbookkit.queries.cel import overlap


@runbook_rule("RB410", level="error", since="0.1.0", needs="format")
def overlapping_conditions(runbook: Runbook, context: Context) -> Found:
    """Two conditions of a step hold at once, or a value belongs to none.

    ## Why is this bad?

    Above 80 % one thing and below 70 % another: 75 % is nobody's. Where two
    conditions hold, the reader takes the one that they read first.

    ## Bad

    ````markdown
    ### How full is the disk?

    **In Prometheus**:

    ```promql
    max(disk_used_ratio{service="checkout"})
    ```

    - **When** `value > 0.9`: escalate
    - **When** `value > 0.8`: continue
    - **Met:** stop
    ````

    ## Good

    ````markdown
    ### How full is the disk?

    **In Prometheus**:

    ```promql
    max(disk_used_ratio{service="checkout"})
    ```

    **Capture:** `used` = `value`

    - **When** `value > 0.9`: escalate
    - **When** `value > 0.8 && value <= 0.9`: continue
    - **Met:** stop
    ````
    """
    for step in runbook.steps:
        branches = [branch for branch in step.branches if branch.condition is not None]
        conditions = [each.condition.text for each in branches if each.condition]
        said = overlap(conditions) if len(conditions) > 1 else ""
        # The verdict takes what no condition does.
        if said and not (
            said.startswith("no condition") and step.branch("met") is not None
        ):
            yield Problem(
                branches[-1].span,
                f"{said}; make the conditions meet without a gap and without sharing",
            )
