"""RB307."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.lint.uses import used_names
from runbookkit.model.runbook import Runbook


@runbook_rule("RB307", level="warning", since="0.1.0", needs="format")
def unused_capture(runbook: Runbook, context: Context) -> Found:
    """A step captures a value that nothing uses.

    ## Why is this bad?

    Its author meant to use it: as it stands, a later step works with something
    else, such as a name that was typed in.

    ## Bad

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
    names = used_names(runbook)
    for step in runbook.steps:
        for capture in step.captures:
            if capture.name not in names:
                yield Problem(
                    capture.span,
                    f"nothing uses the capture {capture.name!r}; remove it, or write"
                    f" {{{{ {capture.name} }}}} where it belongs",
                )
