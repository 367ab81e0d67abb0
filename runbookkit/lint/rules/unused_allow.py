"""RB191."""

from __future__ import annotations

from runbookkit.lint.allow import AllowUse
from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, allowance_rule


@allowance_rule("RB191", level="warning", since="0.1.0")
def unused_allow(uses: tuple[AllowUse, ...], context: Context) -> Found:
    """An allow comment allows nothing.

    ## Why is this bad?

    What it once allowed is gone. Left in place, it hides the next finding of
    the same kind.

    ## Bad

    ````markdown
    <!-- runbookkit: allow RB606 reason="vendor's installer, pinned by checksum" -->

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
        allow = use.allow
        expired = allow.until is not None and context.today > allow.until
        if not use.used and use.judged and not allow.problem and not expired:
            codes = ", ".join(allow.codes)
            yield Problem(allow.span, f"nothing here needs {codes}; remove the comment")
