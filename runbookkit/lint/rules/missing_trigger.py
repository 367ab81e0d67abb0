"""RB109."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.front import key_span, lacks
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import Runbook


@runbook_rule("RB109", level="error", since="0.1.0", needs="format")
def missing_trigger(runbook: Runbook, context: Context) -> Found:
    """A runbook does not say which alert it is for.

    ## Why is this bad?

    Whoever opens it cannot tell whether it is theirs, and an alert cannot find
    its way to it.

    ## Bad

    ````markdown
    ---
    format: runbook/v1
    title: Checkout fails
    service: checkout
    owner: team-shop
    severity: page
    alerts: []
    reviewed: 2026-11-01
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
    ---
    ````
    """
    if lacks(runbook, "alerts"):
        yield Problem(
            key_span(runbook.document, "alerts"),
            "no alert leads to this runbook; add `alerts:` with the names of its alert"
            " rules",
        )
