"""RB602."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import Runbook


@runbook_rule("RB602", level="error", since="0.1.0", needs="format")
def change_without_rollback(runbook: Runbook, context: Context) -> Found:
    """A step changes something and does not say how to undo it.

    ## Why is this bad?

    The change may make things worse, and that is when nobody has the calm to
    work out its opposite. Where there is none, the reason is worth a sentence:
    it tells the reader that somebody has thought about it.

    ## Bad

    ````markdown
    ### Turn debug logging off

    **In a shell**:

    ```bash
    kubectl -n shop set env deploy/checkout LOG_LEVEL=info
    ```

    **Changes:** the log level of one deployment

    **Expect:** `exit_code == 0`

    - **Not met:** escalate
    ````

    ## Good

    ````markdown
    ### Turn debug logging off

    **In a shell**:

    ```bash
    kubectl -n shop set env deploy/checkout LOG_LEVEL=info
    ```

    **Changes:** the log level of one deployment

    **Expect:** `exit_code == 0`

    **Rollback:** `kubectl -n shop set env deploy/checkout LOG_LEVEL-`

    - **Not met:** escalate
    ````
    """
    for step in runbook.steps:
        rollback = step.rollback
        if rollback is None:
            if step.changes is not None:
                yield Problem(
                    step.changes.span,
                    f"step {step.title!r} does not say how to undo its change; add"
                    " `**Rollback:**` with a command, or `**Rollback:** none,"
                    " because …`",
                )
        elif rollback.command is None and not rollback.reason.strip(" ."):
            yield Problem(
                rollback.span,
                "this rollback holds neither a command nor a reason; put the command"
                " into a code span or a fence, or write `none, because …`",
            )
