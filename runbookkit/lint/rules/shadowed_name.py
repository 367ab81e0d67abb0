"""RB312."""

from __future__ import annotations

from runbookkit.lint.bindings import taken_by
from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import Runbook


@runbook_rule("RB312", level="error", since="0.1.0", needs="format")
def shadowed_name(runbook: Runbook, context: Context) -> Found:
    """A capture has the name of something else.

    ## Why is this bad?

    `{{ value }}` then means one thing above a step and another below it. The
    names of results (`value`, `series`, `lines`, `json`, …), of the alert's
    `labels` and `annotations`, and of the inputs are taken. Two steps may
    capture the same name, as long as it is the same thing found in two ways.

    ## Bad

    ````markdown
    ### Find the pod that fails most

    **In Prometheus**, at most 1 series:

    ```promql
    topk(1, sum by (pod) (rate(http_requests_total{code=~"5.."}[5m])))
    ```

    **Expect:** one pod fails most: `series.size() == 1`

    **Capture:** `labels` = `series[0].labels.pod`

    - **Met:** continue
    - **Not met:** escalate

    ### Does it restart?

    **Ask:** Does `{{ labels }}` restart again and again?

    - **Yes:** continue
    - **No:** escalate
    ````

    ## Good

    ````markdown
    ### Find the pod that fails most

    **In Prometheus**, at most 1 series:

    ```promql
    topk(1, sum by (pod) (rate(http_requests_total{code=~"5.."}[5m])))
    ```

    **Expect:** one pod fails most: `series.size() == 1`

    **Capture:** `pod` = `series[0].labels.pod`

    - **Met:** continue
    - **Not met:** escalate

    ### Does it restart?

    **Ask:** Does `{{ pod }}` restart again and again?

    - **Yes:** continue
    - **No:** escalate
    ````
    """
    inputs = {each.name for each in runbook.metadata.inputs}
    for step in runbook.steps:
        for capture in step.captures:
            meaning = taken_by(capture.name) or (
                "an input" if capture.name in inputs else ""
            )
            if meaning:
                yield Problem(
                    capture.span,
                    f"capture {capture.name!r} has the name of {meaning}; call it"
                    " something else",
                )
