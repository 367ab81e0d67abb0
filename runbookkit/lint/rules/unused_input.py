"""RB306."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.lint.uses import used_names
from runbookkit.model.runbook import Runbook


@runbook_rule("RB306", level="warning", since="0.1.0", needs="format")
def unused_input(runbook: Runbook, context: Context) -> Found:
    """An input is declared and never used.

    ## Why is this bad?

    The run asks for a value that changes nothing, or a step that needed it has
    got lost.

    ## Bad

    ````markdown
    ---
    format: runbook/v1
    title: Checkout fails
    service: checkout
    owner: team-shop
    severity: page
    alerts: [CheckoutErrorsHigh]
    reviewed: 2026-11-01
    inputs:
      pod:
        description: The pod that fails
        from: labels.pod
    ---
    ````

    ## Good

    ````markdown
    ---
    format: runbook/v1
    title: Checkout fails
    service: checkout
    owner: team-shop
    severity: page
    alerts: [CheckoutErrorsHigh]
    reviewed: 2026-11-01
    inputs:
      pod:
        description: The pod that fails
        from: labels.pod
    ---

    ### Read its log

    **In a shell**, within 15s:

    ```bash
    kubectl -n shop logs {{ pod }} --since=5m
    ```

    **Reads only**

    **Expect:** the log can be read: `exit_code == 0`

    - **Met:** continue
    - **Not met:** escalate
    ````
    """
    names = used_names(runbook)
    for each in runbook.metadata.inputs:
        if each.name not in names:
            yield Problem(
                each.span,
                f"no step uses input {each.name!r}; remove it, or write"
                f" {{{{ {each.name} }}}} where it belongs",
            )
