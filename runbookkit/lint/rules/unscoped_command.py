"""RB604."""

from __future__ import annotations

from runbookkit.lint.commands import programs
from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import Runbook
from runbookkit.queries.shell_effects import changes, chooses_namespace, unscoped


@runbook_rule("RB604", level="warning", since="0.1.0", needs="nothing")
def unscoped_command(runbook: Runbook, context: Context) -> Found:
    """A command leaves open which namespace it means.

    ## Why is this bad?

    It acts in whatever namespace the reader last worked in: it finds nothing,
    which reads as healthy, or it changes the wrong thing. A command that
    changes something is therefore an error.

    ## Bad

    ````markdown
    ### Look at the pods

    ```bash
    kubectl get pods --selector app=checkout
    ```
    ````

    ## Good

    ````markdown
    ### Look at the pods

    **In a shell**:

    ```bash
    kubectl -n shop get pods --selector app=checkout
    ```

    **Reads only**

    **Expect:** `exit_code == 0`

    - **Not met:** escalate
    ````
    """
    for program in programs(runbook):
        for command in program.commands:
            if chooses_namespace(command):
                return
            reason = unscoped(command)
            if reason and not program.only_mentions(command):
                yield Problem(
                    program.span_of(command),
                    f"{reason}; add `--namespace`, or `--all-namespaces`",
                    level="error" if changes(command) else None,
                )
