"""RB193."""

from __future__ import annotations

from runbookkit.lint.allow import AllowUse
from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, allowance_rule


@allowance_rule("RB193", level="error", since="0.1.0")
def malformed_allow(uses: tuple[AllowUse, ...], context: Context) -> Found:
    """An allow comment does not say what it allows, or why.

    ## Why is this bad?

    It allows nothing, though its author thinks it does. Without a reason the
    next reader cannot tell whether it still holds.

    ## Bad

    ````markdown
    <!-- runbookkit: allow RB606 -->

    ### Ask a person

    Ask the storage team whether `/data` is full.
    ````

    ## Good

    ````markdown
    ### Ask a person

    Ask the storage team whether `/data` is full.
    ````
    """
    for use in uses:
        if use.allow.problem:
            yield Problem(use.allow.span, f"allow comment {use.allow.problem}")
