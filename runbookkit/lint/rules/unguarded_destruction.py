"""RB603."""

from __future__ import annotations

from runbookkit.lint.commands import Program, programs
from runbookkit.lint.context import Context
from runbookkit.lint.guards import is_guarded, is_warned
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import Runbook
from runbookkit.queries.shell_effects import destroys


@runbook_rule("RB603", level="error", since="0.1.0", needs="nothing")
def unguarded_destruction(runbook: Runbook, context: Context) -> Found:
    """A command destroys something, and nothing makes sure that it is the right one.

    ## Why is this bad?

    It cannot be undone, and it is pasted by somebody in a hurry. A question, or
    a check that has to come true first, is the last moment to notice the wrong
    host, the wrong namespace or a missing backup.

    In the format such a step stands behind a question or a met expectation of
    its own section, or is led to by one, and carries `**Changes:**`.

    ## Bad

    ````markdown
    ## Mitigation

    ### Remove the old volume

    **In a shell**:

    ```bash
    kubectl -n shop delete pvc data-0
    ```

    **Changes:** one volume is gone

    **Expect:** `exit_code == 0`

    **Rollback:** none, because a deleted volume does not come back

    - **Not met:** escalate
    ````

    ## Good

    ````markdown
    ## Mitigation

    ### Is there a backup?

    **Ask:** Is there a backup of `data-0` that is younger than one day?

    - **Yes:** continue
    - **No:** escalate

    ### Remove the old volume

    **In a shell**:

    ```bash
    kubectl -n shop delete pvc data-0
    ```

    **Changes:** one volume is gone

    **Expect:** `exit_code == 0`

    **Rollback:** none, because a deleted volume does not come back

    - **Met:** continue
    - **Not met:** escalate
    ````
    """
    for program in programs(runbook):
        for command in program.commands:
            reason = destroys(command)
            if reason and (message := _verdict(program, runbook)):
                yield Problem(program.span_of(command), f"{reason}; {message}")


def _verdict(program: Program, runbook: Runbook) -> str:
    if not runbook.declared:
        if is_warned(program, runbook):
            return ""
        return "say before it what to make sure of, or how to get the data back"
    step = program.step
    if program.role != "action" or step is None:
        return ""
    if step.changes is None:
        return "write `**Changes:**` and ask a question before it"
    if not is_guarded(step, runbook):
        return "put a question or a check that must come true before it"
    return ""
