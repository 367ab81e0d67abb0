"""RB205."""

from __future__ import annotations

from runbookkit.lint.commands import programs
from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import Runbook
from runbookkit.queries.shell_effects import interactive


@runbook_rule("RB205", level="warning", since="0.1.0", needs="nothing")
def interactive_command(runbook: Runbook, context: Context) -> Found:
    """A command waits for a person at a terminal.

    ## Why is this bad?

    What is typed into an editor or a remote shell stands nowhere: it cannot be
    reviewed, repeated or run by a machine, and two people do it in two ways.

    ## Bad

    ````markdown
    ### Raise the limit

    ```bash
    kubectl -n shop edit deploy/checkout
    ```
    ````

    ## Good

    ````markdown
    ### Raise the limit

    **In a shell**:

    ```bash
    kubectl -n shop set resources deploy/checkout --limits memory=1Gi
    ```

    **Changes:** the memory limit of one deployment; its pods restart one by one

    **Expect:** `exit_code == 0`

    **Rollback:** `kubectl -n shop rollout undo deploy/checkout`

    - **Met:** continue
    - **Not met:** escalate
    ````
    """
    for program in programs(runbook):
        for command in program.commands:
            reason = interactive(command)
            if reason and not program.only_mentions(command):
                yield Problem(
                    program.span_of(command),
                    f"{reason}; write a command that runs without a person",
                )
                # what follows is often typed into what this one opens
                break
