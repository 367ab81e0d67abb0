"""RB215."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import Runbook
from runbookkit.queries.registry import fence_names


@runbook_rule("RB215", level="warning", since="0.1.0", needs="format")
def several_actions(runbook: Runbook, context: Context) -> Found:
    """A step holds more than one block that could be run.

    ## Why is this bad?

    Only the first one is the step's action; the others look the same and never
    run. A step that does two things can also be half done, and nobody knows
    which half.

    ## Bad

    ````markdown
    ### Look at the pods

    **In a shell**:

    ```bash
    kubectl -n shop get pods
    ```

    ```bash
    kubectl -n shop get events
    ```

    **Reads only**

    **Expect:** `exit_code == 0`

    - **Not met:** escalate
    ````

    ## Good

    ````markdown
    ### Look at the pods

    **In a shell**:

    ```bash
    kubectl -n shop get pods
    ```

    **Reads only**

    **Expect:** `exit_code == 0`

    - **Not met:** escalate

    ### Look at the events

    **In a shell**:

    ```bash
    kubectl -n shop get events
    ```

    **Reads only**

    **Expect:** `exit_code == 0`

    - **Not met:** escalate
    ````
    """
    engines = fence_names()
    for step in runbook.steps:
        if step.action is None:
            continue
        for block in step.illustrations:
            if block.language in engines and block.text.strip():
                yield Problem(
                    block.block,
                    f"step {step.title!r} has an action already, so this block never"
                    " runs; make it a step of its own, or tag it `text`",
                )
