"""RB309."""

from __future__ import annotations

from typing import Final

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.lint.uses import SUBSTITUTED, uses
from runbookkit.model.runbook import Runbook

_PLACES: Final = {
    "heading": "a heading, whose anchor it would change",
    "lead line": "a lead line apart from its host",
    "expression": "an expression; write the bare name there",
    "effect": "what a step changes: whoever approves reads it as it stands",
    "branch": "a branch",
}


@runbook_rule("RB309", level="error", since="0.1.0", needs="format")
def unreadable_placeholder(runbook: Runbook, context: Context) -> Found:
    """A `{{ … }}` cannot be filled in.

    ## Why is this bad?

    It reaches the shell or the server as it stands. A placeholder is a plain
    name, or `labels.…` or `annotations.…` of the alert, with one of a few
    filters. It stands in actions, rollbacks, prose and behind `on` in a lead
    line; everywhere else the text has to read the same for everybody.

    ## Bad

    ````markdown
    ### Look at the log

    **In a shell**, within 15s:

    ```bash
    kubectl -n shop logs {{ labels["pod"] }} --since=5m
    ```

    **Reads only**

    **Expect:** the log can be read: `exit_code == 0`

    - **Met:** continue
    - **Not met:** escalate
    ````

    ## Good

    ````markdown
    ### Look at the log

    **In a shell**, within 15s:

    ```bash
    kubectl -n shop logs {{ labels.pod }} --since=5m
    ```

    **Reads only**

    **Expect:** the log can be read: `exit_code == 0`

    - **Met:** continue
    - **Not met:** escalate
    ````
    """
    for use in uses(runbook):
        if use.role not in SUBSTITUTED:
            yield Problem(
                use.span,
                f"no value is put into {_PLACES[use.role]}; take the braces out",
            )
        elif use.problem:
            yield Problem(use.span, f"{use.problem}; write {{{{ name }}}}")
