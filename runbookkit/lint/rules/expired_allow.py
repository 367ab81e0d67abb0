"""RB192."""

from __future__ import annotations

from runbookkit.lint.allow import AllowUse
from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, allowance_rule


@allowance_rule("RB192", level="error", since="0.1.0")
def expired_allow(uses: tuple[AllowUse, ...], context: Context) -> Found:
    """An allow comment is past its date.

    ## Why is this bad?

    The date was a promise to mend the finding by then. The finding is back,
    and the promise is broken.

    ## Bad

    ````markdown
    <!-- runbookkit: allow RB606 until=2020-01-01 reason="installer moves to a package" -->

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
        until = use.allow.until
        if until is not None and context.today > until:
            yield Problem(
                use.allow.span,
                f"this comment ended on {until}; mend the finding or set a new date",
            )
