"""RB104."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.front import key_span, lacks
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import Runbook


@runbook_rule("RB104", level="error", since="0.1.0", needs="format")
def missing_owner(runbook: Runbook, context: Context) -> Found:
    """No team answers for a runbook.

    ## Why is this bad?

    When the text is wrong there is nobody to tell, so it stays wrong. At 3 a.m.
    there is nobody to wake either.

    ## Bad

    ````markdown
    ---
    format: runbook/v1
    title: Checkout fails
    service: checkout
    owner: TBD
    severity: page
    alerts: [CheckoutErrorsHigh]
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
    if lacks(runbook, "owner"):
        yield Problem(
            key_span(runbook.document, "owner"),
            "no team owns this runbook; add `owner:` with the team's name to the front"
            " matter",
        )
